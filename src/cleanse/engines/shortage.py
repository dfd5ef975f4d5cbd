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

_GOES_ON = "and the same command goes on from here"


@contextmanager
def system_errors() -> Iterator[None]:
    """A full disk and a want of memory by the names that they have elsewhere."""
    try:
        yield
    except duckdb.IOException as error:
        if "No space left" in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise
    except duckdb.OutOfMemoryException as error:
        if "max_temp_directory_size" in str(error):
            raise NoRoom(f"the SQL engine needs more temporary disk: raise run.disk, {_GOES_ON}") from None
        raise NoRoom(f"the SQL engine needs more memory: raise run.memory, {_GOES_ON}") from None
