"""The two stages of stripping as kernels: find the blocks of each page, then judge them with what their site repeats.

What they call is imported when they are: a run's own process hands them to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate.aside import unfound, unjudged
from cleanse.boilerplate.found import FOUND, found_batch, found_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleanse.boilerplate.template import Template
    from cleanse.config import Strip


@dataclass(frozen=True, slots=True)
class FindBlocks:
    """Kernel DOCUMENT -> FOUND."""

    settings: Strip

    def __call__(self, documents: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What is found of the documents."""
        from cleanse.boilerplate.finding import find_pages
        from cleanse.boilerplate.site import body_hashes

        for batch in documents:
            contents = [column.to_pylist() for column in map(batch.column, ("content", "format", "url"))]
            rows = ((content or "", form, url) for content, form, url in zip(*contents, strict=True))
            pages = find_pages(rows, self.settings.extractor)
            yield found_batch(batch, pages, body_hashes(pages.blocks))

    @staticmethod
    def rescue(document: pa.RecordBatch, why: str) -> pa.RecordBatch:
        """What becomes of one document that cannot be taken apart."""
        return pa.RecordBatch.from_pylist([unfound(row, why) for row in document.to_pylist()], FOUND)


@dataclass(frozen=True, slots=True)
class JudgePages:
    """Kernel FOUND -> PAGE."""

    settings: Strip
    template: Template

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The judged pages of the found blocks."""
        for batch in batches:
            aside = batch.column("aside")
            if aside.null_count < len(batch):
                yield self._with_aside(batch)
            else:
                yield self._judged(batch)

    def _judged(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        from cleanse.boilerplate.judge import judge
        from cleanse.boilerplate.judged import Judged
        from cleanse.boilerplate.site import repeats

        pages = found_pages(batch)
        repeated = repeats(pages.blocks, batch.column("source").to_pylist(), self.template)
        columns = Judged(judge(pages, repeated, self.settings)).arrays()
        arrays = [columns.get(name) or batch.column(name) for name in schema.PAGE.names]
        return pa.RecordBatch.from_arrays(arrays, schema=schema.PAGE)

    def _with_aside(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same of a batch in which there are pages that could not be taken apart."""
        parts = []
        for at, why in enumerate(batch.column("aside").to_pylist()):
            page = batch.slice(at, 1)
            parts.append(self._judged(page) if why is None else self.rescue(page, why))
        return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]

    @staticmethod
    def rescue(page: pa.RecordBatch, why: str) -> pa.RecordBatch:
        """What becomes of one page that cannot be judged."""
        return pa.RecordBatch.from_pylist([unjudged(row, why) for row in page.to_pylist()], schema.PAGE)


def judged_row(content: str, form: str, url: str | None, settings: Strip) -> dict[str, Any]:
    """One page by itself: its own columns of `schema.PAGE`."""
    import numpy as np

    from cleanse.boilerplate.finding import find_pages
    from cleanse.boilerplate.judge import judge
    from cleanse.boilerplate.judged import Judged

    pages = find_pages([(content, form, url)], settings.extractor)
    (page,) = pages.pages
    said = {"date": page.date} | {name: getattr(page.head, name) for name in schema.SAID}
    return said | Judged(judge(pages, np.zeros(len(pages.blocks), bool), settings)).row()
