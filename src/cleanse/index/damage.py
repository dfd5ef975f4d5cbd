"""Damage: what DuckDB says of an index whose bytes are not those that were written, in words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from cleanse.errors import UsageError
from cleanse.shortage import system_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAMAGED = ("Could not read enough bytes", "Corrupt", "corrupt", "checksum")
_FIX = "raise {}, and give the same command again"


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """A full disk, a want of memory, and damage of the index in ``path``, which is found when the damaged part is read."""
    try:
        with system_errors(_FIX):
            yield
    except (duckdb.Error, OSError) as error:
        if not is_damage(str(error)):
            raise
        raise damaged(path) from None


def is_damage(problem: str) -> bool:
    """Whether DuckDB says that the file has not all its bytes, or others."""
    return any(said in problem for said in _DAMAGED)


def damaged(path: Path) -> UsageError:
    """The error for whoever uses the index."""
    return UsageError(f"{path}: damaged: cut off, or not as it was written; restore it from a copy, or make it anew")
