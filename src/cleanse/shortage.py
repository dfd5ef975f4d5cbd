"""What SQL lacks, disk or memory, by the names that the rest of a run has for it."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from cleanse.errors import NoRoom

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIX = "raise {}, and the same command goes on from here"


@contextmanager
def system_errors(fix: str = _FIX) -> Iterator[None]:
    """A full disk and a want of memory by the names that they have elsewhere; ``fix`` says what to do of a setting, ``{}``.

    What DuckDB raises in the midst of a result, Arrow hands on as an OSError of the same words.
    """
    try:
        yield
    except (duckdb.Error, OSError) as error:
        lacking = _lacking(str(error), fix)
        if lacking is None:
            raise
        raise lacking from None


def _lacking(problem: str, fix: str) -> OSError | NoRoom | None:
    if problem.startswith(("IO Error", "TransactionContext Error")) and "No space left" in problem:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if not problem.startswith("Out of Memory Error"):
        return None
    if "max_temp_directory_size" in problem:
        return NoRoom(f"the SQL engine needs more temporary disk: {fix.format('run.disk')}")
    return NoRoom(f"the SQL engine needs more memory: {fix.format('run.memory')}")
