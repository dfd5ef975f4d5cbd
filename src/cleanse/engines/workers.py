"""Worker processes that make the parts of a table."""

from __future__ import annotations

import functools
import queue
from typing import TYPE_CHECKING

from cleanse.engines.process import Process
from cleanse.engines.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from cleanse.engines.worker import Part, Work
    from cleanse.memory import Crew


class Workers:
    """``with Workers(crew) as workers``: ``workers.make(work, parts)`` has as many processes make them.

    Processes are started when there is work for them and live on. Parts with a page that does not fit into the memory of
    one are made last, by a single process that has the memory of all.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._all: list[Process] = []
        self._peak = 0
        #: Whether there was no part to make yet.
        self.expecting = True

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop all processes, also those that are at work."""
        self._peak = self.used().peak
        for process in self._all:
            process.stop()
        self._all.clear()

    def used(self) -> Usage:
        """The seconds of the processes that live, and the most bytes of those that live or lived together."""
        used = functools.reduce(Usage.and_also, (process.used for process in self._all), Usage(0.0, 0))
        return used._replace(peak=max(used.peak, self._peak))

    def expect(self, work: Work) -> None:
        """Start a process that knows the work before its parts are there."""
        if not self._all:
            self._grow(1)
            self._all[0].begin(work, queue.SimpleQueue(), queue.SimpleQueue())

    def make(self, work: Work, parts: Sequence[Part], done: Callable[[int], None]) -> None:
        """Make all parts; ``done`` is called with the rows of each as it is there."""
        self.expecting = False
        self._grow(min(self._crew.processes, len(parts)))
        if large := self._made(work, parts, done):
            self.close()
            self._all.append(Process(self._crew.alone, last=True))
            self._made(work, large, done)
            self.close()

    def _grow(self, processes: int) -> None:
        _, each, alone = self._crew
        while len(self._all) < processes:
            self._all.append(Process(each, last=each == alone))

    def _made(self, work: Work, parts: Sequence[Part], done: Callable[[int], None]) -> list[Part]:
        """Make the parts, but those that are returned, as one process had not memory enough."""
        waiting: queue.SimpleQueue[Part] = queue.SimpleQueue()
        for part in parts:
            waiting.put(part)
        made: queue.SimpleQueue[int | Part | BaseException] = queue.SimpleQueue()
        for process in self._all:
            process.begin(work, waiting, made)
        large = []
        for _ in parts:
            result = made.get()
            if isinstance(result, BaseException):
                raise result
            if isinstance(result, int):
                done(result)
            else:
                large.append(result)
        return large
