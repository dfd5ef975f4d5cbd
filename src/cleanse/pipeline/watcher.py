"""Who is told how a run goes on, and what its stages took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cleanse.engines.usage import Usage

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

    def end(self, stages: Mapping[str, Spent]) -> None:
        """The run has ended; what each stage took."""


class Unwatched:
    """Tells nobody."""

    def begin(self, stage: str) -> None:
        """Nothing."""

    def count(self, documents: int) -> None:
        """Nothing."""

    def say(self, message: str) -> None:
        """Nothing."""

    def end(self, stages: Mapping[str, Spent]) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a stage took: seconds, processor seconds, and the most bytes in memory from the run's beginning to the stage's end."""

    seconds: float
    cpu: float
    peak: int


class Clock:
    """What each stage takes, by its name."""

    def __init__(self, watcher: Watcher, used: Callable[[], Usage]) -> None:
        self.stages: dict[str, Spent] = {}
        self._watcher, self._used = watcher, used
        self._stage, self._since, self._cpu = "", 0.0, 0.0

    def begin(self, stage: str) -> None:
        """End the stage before and begin the next one; "" ends the last."""
        now, used = time.perf_counter(), self._used()
        if self._stage:
            before = self.stages.get(self._stage, Spent(0.0, 0.0, 0))
            self.stages[self._stage] = Spent(
                before.seconds + now - self._since, before.cpu + used.cpu - self._cpu, used.peak
            )
        self._stage, self._since, self._cpu = stage, now, used.cpu
        if stage:
            self._watcher.begin(stage)
        else:
            self._watcher.end(self.stages)
