"""Pages taken apart: the blocks of each, and how likely each block is content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cleanse.boilerplate.blocks import Pages
from cleanse.boilerplate.estimate import Mode, model
from cleanse.boilerplate.operating import best_threshold
from cleanse.boilerplate.site import line_keys
from cleanse.boilerplate.soup import is_soup
from cleanse.boilerplate.text import find_text_blocks
from cleanse.boilerplate.votes import Extractor, votes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

#: A larger tree is not given to the extractors, which would take minutes; the largest of 1,476 real pages has 41,000.
_ELEMENTS = 50_000
#: Nor is one whose elements stand so deep, added up: extractors climb from each to the top. That is as many elements, 40 deep.
_NESTING = 2_000_000


#: The word F1 expected of a page from which on no extractor is asked. Of the web-content-extraction-benchmark two of five pages
#: are asked about, of the article-extraction-benchmark one of five. Word F1 where all are, with the votes' answer alone, and where
#: these are, with the mean of both answers: .887 and .889, .973 and .976 (both cross-validated), news in five languages .912 and
#: .916, CleanEval .945 and .942. From .9 on (a third of the pages) .888, .977, .915, .942.
_SURE = 0.93
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
    found = find_text_blocks(texts)
    return _told(found, *model("text").estimate(found, {}))


def _find_html(content: str, url: str | None, extractor: Literal["best", "fast"]) -> Pages:
    """A page that extractors would take too long over is judged without them, and one of very many blocks like a text."""
    from cleanse.boilerplate.html import find_html_blocks  # kernels of HTML, which texts do without

    found = find_html_blocks(content)
    (page,) = found.pages
    if page.format == "text":
        return _told(found, *model("text").estimate(found, {}))
    likely, betas = model("fast").estimate(found, {})
    large = page.elements > _ELEMENTS or page.nesting > _NESTING
    if VOTERS[extractor] and not (is_sure(likely, found.blocks.words) or large or is_soup(content)):
        voted, _ = model(extractor).estimate(found, votes(found, content, url, VOTERS[extractor]))
        likely = (likely + voted) / 2
    return _told(found, likely, betas)


def is_sure(content: NDArray[np.floating], words: NDArray[np.number]) -> bool:
    """Whether the votes of extractors would hardly change what is kept of a page: the word F1 expected of it is high."""
    return best_threshold(content, words.astype(float))[1] >= _SURE


def _told(found: Pages, content: NDArray[np.float64], betas: NDArray[np.float64]) -> Pages:
    """The pages with what was learned of their blocks, and without what nobody asks for any more."""
    found.blocks.content[:] = content
    if found.counts is not None:
        found.blocks.key[:] = line_keys(found.blocks, found.counts)
    for page, beta in zip(found.pages, betas.tolist(), strict=True):
        page.tree, page.beta = None, beta
    return Pages(found.pages, found.blocks)
