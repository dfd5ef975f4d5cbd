"""The two stages of stripping as kernels: find the blocks of each page, then judge them with what their site repeats."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate import found
from cleanse.boilerplate.case import Case
from cleanse.boilerplate.estimate import Mode, model
from cleanse.boilerplate.html import find_html_blocks, parse
from cleanse.boilerplate.judge import judge
from cleanse.boilerplate.text import find_text_blocks
from cleanse.boilerplate.votes import Extractor, votes
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Page
    from cleanse.boilerplate.case import Verdict
    from cleanse.boilerplate.site import Template
    from cleanse.config import Strip

#: Between the two stages.
FOUND = found.FOUND

#: libxml2 drops what is nested deeper than 2,048; pages made for reading stay below 100.
_DEPTH = 1_000
#: A larger tree is not given to the extractor, which would take minutes; the largest of 1,476 real pages has 41,000.
_ELEMENTS = 50_000


#: The extractors that are asked for their vote.
VOTERS: dict[Mode, tuple[Extractor, ...]] = {"best": ("readability", "resiliparse"), "fast": ("resiliparse",)}


def find_page(content: str, form: str, url: str | None, extractor: Literal["best", "fast"]) -> Page:
    """The blocks of one page, each with the probability that it is content.

    A page that is nested beyond reason is read as its plain text, and one of very many elements is judged like a text.
    """
    if form != "html":
        return _estimated(find_text_blocks(content), "text", {})
    tree = parse(content)
    page = find_html_blocks(tree)
    if page.depth > _DEPTH:
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.html import HTMLTree

        text = extract_plain_text(HTMLTree.parse(content), main_content=False)
        return _estimated(find_text_blocks(text), "text", {})
    if page.elements > _ELEMENTS:
        page.format, page.places = "text", []
        return _estimated(page, "text", {})
    return _estimated(page, extractor, votes(page, content, tree, url, VOTERS[extractor]))


def _estimated(page: Page, mode: Mode, shares: Mapping[str, NDArray[np.float64]]) -> Page:
    for block, content in zip(page.blocks, model(mode).content(Case(page), shares).tolist(), strict=True):
        block.content = content
    # nobody else asks, and a batch of pages has many elements
    page.places, page.counts = [], None
    return page


def find_blocks(settings: Strip) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Kernel DOCUMENT -> FOUND under the given settings; another process can be given it."""
    return functools.partial(_find_blocks, settings)


def _find_blocks(settings: Strip, documents: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in documents:
        rows = batch.to_pylist()
        pages = [find_page(row["content"] or "", row["format"], row["url"], settings.extractor) for row in rows]
        yield found.found_batch(rows, pages)


def judge_pages(settings: Strip, template: Template) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Kernel FOUND -> PAGE under the given settings and site templates; another process can be given it."""
    return functools.partial(_judge_pages, settings, template)


def _judge_pages(settings: Strip, template: Template, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = [_judged_row(row, page, settings, template) for row, page in found.found_pages(batch)]
        yield pa.RecordBatch.from_pylist(rows, schema.PAGE)


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
