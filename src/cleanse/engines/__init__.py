"""Engines move the data: ``load, map, sql, stream`` over named tables. Kernels and SQL are the same on every engine."""

from typing import TYPE_CHECKING, Any

from cleanse.engines.base import Distributed, Engine, Kernel
from cleanse.engines.local import Local
from cleanse.errors import UsageError

if TYPE_CHECKING:
    from cleanse.engines.spark import Spark

__all__ = ["Distributed", "Engine", "Kernel", "Local", "Spark"]


def __getattr__(name: str) -> Any:
    if name != "Spark":
        raise AttributeError(f"module 'cleanse.engines' has no attribute {name!r}")
    try:
        from cleanse.engines.spark import Spark
    except ModuleNotFoundError as error:
        raise UsageError(f"Spark needs {error.name}: pip install 'cleanse[spark]'") from None
    return Spark
