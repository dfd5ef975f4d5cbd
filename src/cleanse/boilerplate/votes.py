"""The vote of trafilatura: which words of a page it extracts, told block by block."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from rapidfuzz.distance import LCSseq

from cleanse.boilerplate.blocks import Page, words_of

if TYPE_CHECKING:
    from lxml import etree

#: Pages beyond this many words are compared without the extractor: the alignment costs the square of the length.
_MOST_WORDS = 60_000


def vote(page: Page, tree: etree._Element | None, url: str | None) -> None:
    """Set each block's ``vote`` to the share of its words that trafilatura extracts, in order."""
    kept = [word.lower() for word in words_of(_extract(tree, url))]
    words: list[str] = []
    owners: list[int] = []
    for index, block in enumerate(page.blocks):
        found = [word.lower() for word in words_of(block.text)]
        words += found
        owners += [index] * len(found)
    counts = [0] * len(page.blocks)
    if kept and max(len(kept), len(words)) <= _MOST_WORDS:
        for op in LCSseq.opcodes(words, kept):
            if op.tag == "equal":
                for at in range(op.src_start, op.src_end):
                    counts[owners[at]] += 1
    for block, count in zip(page.blocks, counts, strict=True):
        block.vote = count / block.words if block.words else 0.0


def _extract(tree: etree._Element | None, url: str | None) -> str:
    if tree is None:
        return ""
    # Its import is a third of a second, and it logs every page it finds empty.
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document: Any = trafilatura.bare_extraction(tree, url=url, include_comments=False)
    except Exception:
        # It parses pages written by anyone, and fails in ways of its own; a vote less is no reason to lose a page.
        return ""
    return (document.text or "") if document is not None else ""
