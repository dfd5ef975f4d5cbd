"""Progress on a terminal: the stage at work, and a bar of documents read; silent when stderr is no terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import pyarrow as pa


class Progress:
    """``with Progress(...) as progress``: ``say`` names a stage, ``watch`` counts the documents of a stream."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        shown = sys.stderr.isatty() and not quiet
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

    def say(self, stage: str) -> None:
        """Name the stage that begins."""
        self._bar.set_description_str(stage)
        if self._verbose:
            self._bar.write(f"cleanse: {stage}", file=sys.stderr)

    def watch(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches, counted as they pass."""
        for batch in batches:
            self._bar.update(len(batch))
            yield batch
