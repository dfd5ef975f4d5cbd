"""The two stages of stripping as kernels: find the blocks of each page, then judge them with what their site repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate import found
from cleanse.boilerplate.aside import unfound, unjudged
from cleanse.boilerplate.case import Case
from cleanse.boilerplate.estimate import Mode, model
from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.judge import judge
from cleanse.boilerplate.soup import is_soup
from cleanse.boilerplate.text import MOST_LINES, find_text_blocks
from cleanse.boilerplate.votes import Extractor, votes
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Page
    from cleanse.boilerplate.case import Verdict
    from cleanse.boilerplate.site import Template
    from cleanse.config import Strip

#: Between the two stages.
FOUND = found.FOUND

#: A larger tree is not given to the extractors, which would take minutes; the largest of 1,476 real pages has 41,000.
_ELEMENTS = 50_000
#: Nor is one whose elements stand so deep, added up: extractors climb from each to the top. That is as many elements, 40 deep.
_NESTING = 2_000_000

#: The extractors that are asked for their vote.
VOTERS: dict[Mode, tuple[Extractor, ...]] = {"best": ("readability", "resiliparse"), "fast": ()}


def find_page(content: str, form: str, url: str | None, extractor: Literal["best", "fast"]) -> Page:
    """The blocks of one page, each with the probability that it is content.

    A page that extractors would take too long over, or with very many elements, is judged without them.
    """
    if form != "html":
        return _estimated(find_text_blocks(content), "text", {})
    page = find_html_blocks(content)
    if len(page.blocks) > MOST_LINES:
        return _estimated(find_text_blocks(page.text), "text", {})
    large = page.elements > _ELEMENTS or page.nesting > _NESTING
    mode: Mode = "fast" if large or (VOTERS[extractor] and is_soup(content)) else extractor
    return _estimated(page, mode, votes(page, content, url, VOTERS[mode]))


def _estimated(page: Page, mode: Mode, shares: Mapping[str, NDArray[np.float64]]) -> Page:
    for block, content in zip(page.blocks, model(mode).content(Case(page), shares).tolist(), strict=True):
        block.content = content
    # nobody else asks, and a batch of pages has many elements
    page.tree, page.counts = None, None
    return page


@dataclass(frozen=True, slots=True)
class FindBlocks:
    """Kernel DOCUMENT -> FOUND."""

    settings: Strip

    def __call__(self, documents: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What is found of the documents."""
        for batch in documents:
            rows, extractor = batch.to_pylist(), self.settings.extractor
            pages = [find_page(row["content"] or "", row["format"], row["url"], extractor) for row in rows]
            yield found.found_batch(rows, pages)

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
            rows = [_judged_row(row, page, self.settings, self.template) for row, page in found.found_pages(batch)]
            yield pa.RecordBatch.from_pylist(rows, schema.PAGE)

    @staticmethod
    def rescue(page: pa.RecordBatch, why: str) -> pa.RecordBatch:
        """What becomes of one page that cannot be judged."""
        return pa.RecordBatch.from_pylist([unjudged(row, why) for row in page.to_pylist()], schema.PAGE)


def judged(page: Page, settings: Strip, repeated: Sequence[bool] = ()) -> dict[str, Any]:
    """A page's own columns of PAGE: its blocks with their verdicts, the kept text and its pieces."""
    verdicts, expected = judge(page, repeated, settings)
    kept, pieces = kept_text(page, verdicts)
    return {
        "title": title_of(page) or page.title,
        "page": page.text,
        "blocks": [
            {
                "start": block.start,
                "end": block.end,
                "kind": block.kind,
                "kept": verdict.kept,
                "reason": verdict.reason,
                "confidence": verdict.confidence,
                "evidence": verdict.evidence,
                "words": block.words,
            }
            for block, verdict in zip(page.blocks, verdicts, strict=True)
        ],
        "text": kept,
        "pieces": pieces,
        "confidence": expected,
        "page_words": sum(block.words for block in page.blocks),
        "text_words": sum(b.words for b, verdict in zip(page.blocks, verdicts, strict=True) if verdict.kept),
    }


def _judged_row(row: dict[str, Any], page: Page, settings: Strip, template: Template) -> dict[str, Any]:
    if row["aside"] is not None:
        return unjudged(row, row["aside"])
    repeated = template.get(row["source"] or "", frozenset())
    return {name: row[name] for name in schema.CARRIED} | judged(
        page, settings, [key in repeated for key in row["keys"]]
    )


def kept_text(page: Page, verdicts: list[Verdict]) -> tuple[str, list[dict[str, int]]]:
    """The kept blocks as one text, and its pieces; what stood between two neighbours on the page stays between them."""
    parts: list[str] = []
    pieces: list[dict[str, int]] = []
    at = 0
    last = -2
    for i, (block, verdict) in enumerate(zip(page.blocks, verdicts, strict=True)):
        if not verdict.kept:
            continue
        if last == i - 1:
            piece = pieces[-1]
            joined = page.text[piece["page_start"] + piece["length"] : block.end]
            piece["length"] += len(joined)
        else:
            if parts:
                parts.append("\n\n")
                at += 2
            joined = page.text[block.start : block.end]
            pieces.append({"page_start": block.start, "text_start": at, "length": len(joined)})
        parts.append(joined)
        at += len(joined)
        last = i
    return "".join(parts), pieces


def title_of(page: Page) -> str:
    """The title that stands on the page, "" when none was recognised."""
    return next((" ".join(block.text.split()) for block in page.blocks if block.kind is Kind.TITLE), "")
