"""Engines keep the tables between stages and run kernels and SQL over them; they know no stage."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cleanse.engines.base import Engine, Kernel

if TYPE_CHECKING:
    from cleanse.engines.local import Local

__all__ = ["Engine", "Kernel", "Local"]

#: Engines load when they are asked for: a worker process needs none.
_LAZY = {"Local": "cleanse.engines.local"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'cleanse.engines' has no attribute {name!r}")
