"""The two stages of stripping as kernels: find the blocks of each page, then judge them with what their site repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate.aside import unfound, unjudged
from cleanse.boilerplate.blocks import Pages
from cleanse.boilerplate.estimate import Mode, model
from cleanse.boilerplate.found import FOUND, found_batch, found_pages
from cleanse.boilerplate.judge import judge
from cleanse.boilerplate.judged import Judged
from cleanse.boilerplate.site import line_keys, repeats
from cleanse.boilerplate.soup import is_soup
from cleanse.boilerplate.text import find_text_blocks
from cleanse.boilerplate.votes import Extractor, votes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.site import Template
    from cleanse.config import Strip

#: A larger tree is not given to the extractors, which would take minutes; the largest of 1,476 real pages has 41,000.
_ELEMENTS = 50_000
#: Nor is one whose elements stand so deep, added up: extractors climb from each to the top. That is as many elements, 40 deep.
_NESTING = 2_000_000


#: The extractors that are asked for their vote.
VOTERS: dict[Mode, tuple[Extractor, ...]] = {"best": ("readability", "resiliparse"), "fast": ()}


#: So many characters of texts are taken apart at once, so that a page more costs little; a line counts for some, as each has
#: its columns: some 1.6 kilobytes.
_CHARACTERS = 2**20
_LINE = 80
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def find_pages(contents: Iterable[tuple[str, str, str | None]], extractor: Literal["best", "fast"]) -> Pages:
    """The pages of some documents, each (content, format, url), with the probability of every block that it is content."""
    found: list[Pages] = []
    texts: list[str] = []
    size = 0
    for content, form, url in contents:
        own = 0 if form == "html" else max(len(content), _LINE * _breaks(content))
        if texts and (form == "html" or size + own > _CHARACTERS):
            found.append(_find_texts(texts))
            texts, size = [], 0
        if form == "html":
            found.append(_find_html(content, url, extractor))
        else:
            texts.append(content)
            size += own
    if texts:
        found.append(_find_texts(texts))
    return Pages.joined(found)


def _breaks(text: str) -> int:
    # to look for a character takes a fraction of counting it, and most texts have one of these
    return sum(text.count(mark) for mark in _BREAKS if mark in text)


def _find_texts(texts: Sequence[str]) -> Pages:
    return _estimated(find_text_blocks(texts), "text", {})


def _find_html(content: str, url: str | None, extractor: Literal["best", "fast"]) -> Pages:
    """A page that extractors would take too long over is judged without them, and one of very many blocks like a text."""
    from cleanse.boilerplate.html import find_html_blocks  # kernels of HTML, which texts do without

    found = find_html_blocks(content)
    (page,) = found.pages
    if page.format == "text":
        return _estimated(found, "text", {})
    large = page.elements > _ELEMENTS or page.nesting > _NESTING
    mode: Mode = "fast" if large or (VOTERS[extractor] and is_soup(content)) else extractor
    return _estimated(found, mode, votes(found, content, url, VOTERS[mode]))


def _estimated(found: Pages, mode: Mode, shares: Mapping[str, NDArray[np.float64]]) -> Pages:
    found.blocks.content[:], betas = model(mode).estimate(found, shares)
    if found.counts is not None:
        found.blocks.key[:] = line_keys(found.blocks, found.counts)
    # nobody else asks, and a page has many elements
    for page, beta in zip(found.pages, betas.tolist(), strict=True):
        page.tree, page.beta = None, beta
    return Pages(found.pages, found.blocks)


@dataclass(frozen=True, slots=True)
class FindBlocks:
    """Kernel DOCUMENT -> FOUND."""

    settings: Strip

    def __call__(self, documents: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What is found of the documents."""
        for batch in documents:
            contents = [column.to_pylist() for column in map(batch.column, ("content", "format", "url"))]
            rows = ((content or "", form, url) for content, form, url in zip(*contents, strict=True))
            yield found_batch(batch, find_pages(rows, self.settings.extractor))

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
    pages = find_pages([(content, form, url)], settings.extractor)
    (page,) = pages.pages
    said = {"date": page.date} | {name: getattr(page.head, name) for name in schema.SAID}
    return said | Judged(judge(pages, np.zeros(len(pages.blocks), bool), settings)).row()
