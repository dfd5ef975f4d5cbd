"""The first call of a kernel compiles it: no deadline for examples."""

from hypothesis import settings

settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")
