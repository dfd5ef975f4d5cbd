"""Engines move the data: ``load, map, sql, stream`` over named tables. Kernels and SQL are the same on every engine."""

from cleanse.engines.base import Distributed, Engine, Kernel
from cleanse.engines.local import Local

__all__ = ["Distributed", "Engine", "Kernel", "Local"]
