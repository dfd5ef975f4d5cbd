"""Engines keep the tables between stages and run kernels and SQL over them; they know no stage."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cleanse.engines.base import Distributed, Engine, Kernel
from cleanse.errors import UsageError

if TYPE_CHECKING:
    from cleanse.engines.local import Local
    from cleanse.engines.spark import Spark

__all__ = ["Distributed", "Engine", "Kernel", "Local", "Spark"]

#: Engines load when they are asked for: a worker process needs none, and few need Spark.
_LAZY = {"Local": "cleanse.engines.local", "Spark": "cleanse.engines.spark"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'cleanse.engines' has no attribute {name!r}")
    try:
        return getattr(import_module(_LAZY[name]), name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} needs {error.name}: pip install 'cleanse[{name.lower()}]'") from None
