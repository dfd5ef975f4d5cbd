"""The cache of compiled kernels: one that is there is loaded without what only compiling needs."""

# numba has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import Any

from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys


class Kept(FunctionCache):
    """What numba has compiled of a function.

    Numba's own cache declares all that its compiler knows before it loads anything: SciPy's linear algebra, random generators,
    lists and dictionaries, a third of a second in every process. Whoever compiles declares it then. What is compiled already,
    of numbers and arrays, needs the runtime alone, and the modules that it names, which are imported as it is read.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function for a signature, None if there is none."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)
