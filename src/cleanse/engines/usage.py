"""What was used of the machine so far, by this process or by its workers."""

from __future__ import annotations

import sys
import time
from typing import NamedTuple


class Usage(NamedTuple):
    """``cpu`` in seconds; ``peak`` is the most bytes that were in memory at once, added up over processes."""

    cpu: float
    peak: int

    def and_also(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(self.cpu + other.cpu, self.peak + other.peak)


def used_here() -> Usage:
    """By this process and by children that have ended; no memory where the system does not tell it."""
    try:
        import resource
    except ImportError:
        return Usage(time.process_time(), 0)
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime, own.ru_maxrss * unit)
