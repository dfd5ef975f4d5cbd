"""Memory: how the limit of a run is divided between this process, its kernels, SQL and worker processes."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cleanse.config.settings import LEAST_MEMORY
from cleanse.config.units import size_in_bytes

if TYPE_CHECKING:
    from cleanse.config import Run

#: What Python, Arrow, DuckDB and the kernels take before there is data (250 MB), and what kernels hold of a corpus of any
#: size, which their constants bound (200 MB): `python bench/memory.py`.
_FIXED: Final = 450 * 10**6
#: With less than this DuckDB does not sort a million rows.
_LEAST: Final = 100 * 10**6
#: This process while it reads, or waits for workers; a worker of which no page is large: 230 MB for its libraries and 120 MB for a page.
_WAITING: Final = 300 * 10**6
_WORKER: Final = 350 * 10**6
#: A thread of kernels besides the first: the keys of a band that it sorts, or passages that it signs.
_THREAD: Final = 50 * 10**6
#: Where the memory of a machine is not known.
_UNKNOWN: Final = 4 * 10**9
#: What a container may hold, cgroup 2 and 1; "max", or more than there is, where it is not limited.
_CONTAINER: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
#: mallopt(3): from this size on memory is mapped, and goes back to the system when it is freed. The C library would
#: raise it to 32 MB, and what kernels have freed would stay with the process. Beside it, what may stay at the heap's end.
_M_MMAP_THRESHOLD: Final = -3
_M_TRIM_THRESHOLD: Final = -1
#: For a process whose arrays grow with the corpus, a 256th of what it may hold, from the first to the second; and for one
#: that takes pages apart, of which one array after the other has a few megabytes. To have each from the system anew costs a
#: quarter of the time.
_GROWING: Final = (2**20, 2**23)
STEADY: Final = 2**24


class Crew(NamedTuple):
    """So many worker processes with ``each`` bytes; one has ``alone`` bytes when it is the only one."""

    processes: int
    each: int
    alone: int


def limit(settings: Run) -> int:
    """The bytes that the processes of a run may hold together."""
    if not settings.memory.endswith("%"):
        return size_in_bytes(settings.memory)
    return max(int(float(settings.memory.rstrip("% ")) / 100 * _machine()), size_in_bytes(LEAST_MEMORY))


def sql_bytes(settings: Run, crew: Crew | None = None) -> int:
    """What DuckDB may hold before it spills to disk; beside a crew that waits for it, less."""
    return max(limit(settings) - _FIXED - (crew.processes * _WORKER if crew else 0), _LEAST)


def crew(settings: Run) -> Crew:
    """As many workers as there are processors, or as have memory enough."""
    left, most = limit(settings) - _WAITING, size_in_bytes(settings.page_memory)
    count = max(1, min(settings.processors, left // _WORKER))
    return Crew(count, min(most, left // count), min(most, left))


def kernel_threads(settings: Run) -> int:
    """As many threads as there are processors, or as have memory enough."""
    return max(1, min(settings.processors, 1 + (limit(settings) - _FIXED - _LEAST) // _THREAD))


def growing(settings: Run) -> int:
    """The size from which memory is given back by a process whose arrays grow with the corpus."""
    least, most = _GROWING
    return min(max(limit(settings) // 256, least), most)


def give_back(mapped_from: int) -> None:
    """Have the C library, where it can be told, give freed memory back to the system, but for smaller pieces."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc has it, musl does not
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, mapped_from)
            mallopt(_M_TRIM_THRESHOLD, mapped_from)


def _machine() -> int:
    """The memory of the machine, or of the container."""
    sizes = []
    with suppress(AttributeError, OSError, ValueError):
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for path in _CONTAINER:
        with suppress(OSError, ValueError):
            sizes.append(int(Path(path).read_text()))
    return min(sizes, default=_UNKNOWN)
