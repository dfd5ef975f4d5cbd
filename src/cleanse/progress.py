"""Progress on a terminal: the stage at work, and a bar of documents; silent when stderr is no terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from types import TracebackType


class Progress:
    """``with Progress(...) as progress``: ``begin`` names a stage, ``count`` its documents, ``say`` tells of a run as such."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        shown = sys.stderr.isatty() and not quiet
        self._quiet = quiet
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
