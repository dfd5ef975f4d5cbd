"""Progress on a terminal: the stage at work, and a bar of documents; silent when stderr is no terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from cleanse.pipeline.watcher import Spent


class Progress:
    """``with Progress(...) as progress``: ``begin`` names a stage, ``count`` its documents, ``say`` tells of a run as such."""

    def __init__(self, *, quiet: bool, verbose: bool, profile: bool = False) -> None:
        shown = sys.stderr.isatty() and not quiet
        self._quiet, self._profile = quiet, profile
        self._verbose = verbose and not quiet
        self._bar: tqdm[None] = tqdm(
            unit=" documents",
            disable=not shown,
            leave=False,
            dynamic_ncols=True,
            bar_format="{desc}: {n_fmt}{unit} {elapsed}",
        )

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def begin(self, stage: str) -> None:
        """Name the stage that begins."""
        self._bar.n = 0
        self._bar.set_description_str(stage)
        if self._verbose:
            self.say(stage)

    def count(self, documents: int) -> None:
        """Add documents that the stage has done."""
        self._bar.update(documents)

    def say(self, message: str) -> None:
        """A line of its own."""
        if not self._quiet:
            self._bar.write(f"cleanse: {message}", file=sys.stderr)

    def end(self, stages: Mapping[str, Spent]) -> None:
        """Print what each stage took, if that was asked for."""
        if self._profile:
            self._bar.clear()
            for line in _table(stages):
                print(line, file=sys.stderr)


def _table(stages: Mapping[str, Spent]) -> Iterator[str]:
    """What each stage took, and the whole run."""
    yield f"{'stage':<12}{'seconds':>10}{'CPU s':>10}{'share':>8}{'peak MB':>10}"
    cpu = sum(spent.cpu for spent in stages.values())
    for name, spent in stages.items():
        share = spent.cpu / cpu if cpu else 0.0
        yield f"{name:<12}{spent.seconds:>10.2f}{spent.cpu:>10.2f}{share:>8.0%}{spent.peak / 1e6:>10.0f}"
    seconds, peak = sum(spent.seconds for spent in stages.values()), max(spent.peak for spent in stages.values())
    yield f"{'all':<12}{seconds:>10.2f}{cpu:>10.2f}{'':>8}{peak / 1e6:>10.0f}"
