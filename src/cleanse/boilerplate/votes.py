"""The votes of other extractors: which words of a page each of them keeps, told block by block."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cleanse.boilerplate.characters import Characters
from cleanse.boilerplate.counts import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lxml import etree
    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Pages

Extractor = Literal["trafilatura", "readability", "resiliparse"]

_CONTROL = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20)], "\ufffd")
#: Pages whose words times those of the extract are more are judged without it: their alignment takes a bit for each, 64 MB.
#: That is a page of 23,000 words that is all extract.
_MOST_PAIRS = 2**29


def votes(
    pages: Pages, source: str, url: str | None, extractors: Sequence[Extractor]
) -> dict[str, NDArray[np.float64]]:
    """For each extractor the share of each block's words that it keeps, in order. ``source`` is the page's HTML."""
    if not extractors:
        return {}
    words = PageWords(pages)
    return {name: words.shares(_extracted(_EXTRACTORS[name], source, url), _MOST_PAIRS) for name in extractors}


class PageWords:
    """The words of a page, to be found again in other texts."""

    def __init__(self, pages: Pages) -> None:
        self._numbers: dict[str, int] = {}
        found = [self._numbered(key.split()) for key in (pages.counts.keys.texts() if pages.counts else ())]
        self._words = [word for words in found for word in words]
        self._each = np.array([len(words) for words in found], np.intp)
        self._owner = np.repeat(np.arange(len(found)), self._each)

    def shares(self, text: str, most: float = math.inf) -> NDArray[np.float64]:
        """The share of each block's words that stand in a text, in order; none of them where the words of one
        times the words of the other are more than ``most``."""
        from rapidfuzz.distance import LCSseq  # pages of text have no votes

        extract = Characters([text])
        kept = self._numbered(count(extract, extract.bases[:1], extract.bases[1:] - 1).keys[0].split())
        same = np.zeros(len(self._words), bool)
        if kept and len(kept) * len(self._words) <= most:
            for op in LCSseq.opcodes(self._words, kept):
                if op.tag == "equal":
                    same[op.src_start : op.src_end] = True
        found: NDArray[np.float64] = np.bincount(self._owner[same], minlength=len(self._each)) / np.maximum(
            self._each, 1
        )
        return found

    def _numbered(self, words: Iterable[str]) -> list[int]:
        return [self._numbers.setdefault(word, len(self._numbers)) for word in words]


def _extracted(extract: Callable[[str, str | None], str], source: str, url: str | None) -> str:
    # They log every page they find empty.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return extract(source, url)
    except Exception:
        # They parse pages written by anyone, and fail in ways of their own; a vote less is no reason to lose a page.
        return ""


# Each of them is imported when it is asked first: trafilatura alone takes a third of a second.


def _trafilatura(source: str, url: str | None) -> str:
    import trafilatura

    document: Any = trafilatura.bare_extraction(_parsed(source), url=url, include_comments=False)
    return (document.text or "") if document is not None else ""


def _readability(source: str, url: str | None) -> str:
    from lxml import html
    from trafilatura.readability_lxml import Document

    summary = Document(_parsed(source)).summary()
    return " ".join(html.fromstring(summary).itertext()) if summary.strip() else ""


def _resiliparse(source: str, url: str | None) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(source, main_content=True, alt_texts=False, links=False)
    return text


def _parsed(source: str) -> etree._Element:
    from lxml import etree, html

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # lxml's own way to the class of an element asks Python about each
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    data = source.translate(_CONTROL).encode("utf-8", "replace")
    return etree.fromstring(data, parser=parser)


_EXTRACTORS: dict[Extractor, Callable[[str, str | None], str]] = {
    "trafilatura": _trafilatura,
    "readability": _readability,
    "resiliparse": _resiliparse,
}
