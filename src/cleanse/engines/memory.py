"""Memory: how the limit of a run is divided between what is loaded, the kernels, and SQL or worker processes."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Final

from cleanse.config.settings import size_in_bytes

if TYPE_CHECKING:
    from cleanse.config import Run

#: What Python, Arrow, DuckDB and the kernels take before there is data (250 MB), and what kernels hold of a corpus of any
#: size, which their constants bound (200 MB): `python bench/memory.py`.
_FIXED: Final = 450 * 10**6
#: With less than this DuckDB does not sort a million rows.
_LEAST: Final = 100 * 10**6
#: mallopt(3): from this size on memory is mapped, and goes back to the system when it is freed. The C library would
#: raise it to 32 MB, and what kernels have freed would stay with the process.
_MAPPED_FROM: Final = 2**20
_M_MMAP_THRESHOLD: Final = -3


def sql_bytes(settings: Run) -> int:
    """What DuckDB may hold before it spills to disk."""
    return max(size_in_bytes(settings.memory) - _FIXED, _LEAST)


def give_back() -> None:
    """Have the C library, where it can be told, give freed memory back to the system."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc has it, musl does not
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _MAPPED_FROM)
