"""Who is told how a run goes on, and how long its stages took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

#: Called with the name of each stage as it begins.
Begin = Callable[[str], None]


class Watcher(Protocol):
    """Who is told how a run goes on."""

    def begin(self, stage: str) -> None:
        """A stage begins."""

    def count(self, documents: int) -> None:
        """The stage has done so many documents more."""

    def say(self, message: str) -> None:
        """Something that the user should know."""


class Unwatched:
    """Tells nobody."""

    def begin(self, stage: str) -> None:
        """Nothing."""

    def count(self, documents: int) -> None:
        """Nothing."""

    def say(self, message: str) -> None:
        """Nothing."""


@dataclass(slots=True)
class Clock:
    """Seconds by stage."""

    watcher: Watcher
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = 0.0

    def begin(self, stage: str) -> None:
        """End the stage before and begin the next one."""
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = round(self.seconds.get(self._stage, 0.0) + now - self._since, 3)
        self._stage, self._since = stage, now
        if stage:
            self.watcher.begin(stage)
