"""What a page may take of the process that reads it: processor time, and memory beside that of the libraries."""

from __future__ import annotations

import contextlib
import re
import signal
from pathlib import Path
from typing import Any, Final

from cleanse import compiled

#: What the libraries of a worker take of its memory, with their files (130 MB), which the system counts to each process that
#: maps them; of that the data of those that are loaded with the first page of HTML.
_LIBRARIES: Final = 230 * 10**6
_LATER: Final = 40 * 10**6
#: The data of the others, where the system does not tell.
_DATA: Final = 60 * 10**6


class Limits:
    """The limits of this process, which may hold ``memory`` bytes; set once the modules of its work are there.

    Kernels that are compiled meanwhile take no time and no memory of a page, but for their way into the cache: that is done once
    after an install, and takes more than most pages. ``compiled`` says that it was done, and that the process holds what it took.
    """

    def __init__(self, memory: int) -> None:
        self.compiled = False
        self._memory = memory - _LIBRARIES
        self._depth = 0
        self._held = 0
        self._left: dict[Any, float] = {}
        compiled.watch(self._lift, self._restore)
        self._base = _data() + _LATER
        _limit(self._base + self._memory)

    @staticmethod
    def budget(seconds: float) -> None:
        """Have the system kill this process after so much processor time, or ten times as much time; 0 lifts it.

        A timer with the default action works inside native code that never comes back to Python.
        """
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, 10 * seconds)

    def _lift(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self.compiled = True
            if hasattr(signal, "setitimer"):
                self._left = {
                    timer: signal.setitimer(timer, 0)[0] for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL)
                }
            self._held = _data()
            _limit(None)

    def _restore(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._base += max(0, _data() - self._held)
            _limit(self._base + self._memory)
            for timer, left in self._left.items():
                signal.setitimer(timer, left)


def _limit(size: int | None) -> None:
    """Let this process hold so many bytes of data, or as many as it wants."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most if size is None else size, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _data() -> int:
    """The bytes of data that this process has reserved."""
    with contextlib.suppress(OSError):
        if found := re.search(r"^VmData:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE):
            return 1024 * int(found[1])
    return _DATA
