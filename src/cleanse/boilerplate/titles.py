"""Title, lead and caption: short, and content all the same."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import regex

from cleanse.boilerplate.blocks import FIFTHS, KIND, NONE, REASON
from cleanse.boilerplate.case import NOWHERE
from cleanse.compiled import kernel
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.case import Case

#: A title stands among so many blocks before the first content, and has at most so many words.
_BEFORE = 25
_TITLE_WORDS = 45
#: So few lines before the content of a text are its heading: a menu has more.
_HEAD_LINES = 2
#: A line between title and text of so many words, with no markup of its own, is a lead.
_LEAD_WORDS = 7.0
#: A line of so many words that stands there twice in a row is the description of a picture and its caption.
_CAPTION_WORDS = 12
#: How likely content one of the two must be.
_CAPTION_LEAST = 0.15
#: A line with a date of so many words is a dateline; a longer one is a sentence.
_DATELINE_WORDS = 14
#: A line of text with a title's shape has so many words.
_SHAPE_WORDS = (3, 28)
#: What stands below a title: a byline, a date, a share bar, in one of so many lines.
_FURNITURE = [REASON[reason] for reason in (Reason.BYLINE, Reason.METADATA, Reason.SHARE)]
_BELOW = 3
_LEAST_SCORE = 0.5
_SPLIT = regex.compile(r"\s[|–—-]\s|[|_]")


def find_titles(case: Case) -> None:
    """Set the title of each page; title and lead are content."""
    blocks = case.blocks
    offsets = blocks.offsets
    kept = np.flatnonzero(case.content & case.open())
    firsts = np.append(kept, len(blocks))[np.searchsorted(kept, offsets[:-1])]
    firsts = np.minimum(firsts, offsets[1:])
    lows, highs = np.maximum(offsets[:-1], firsts - _BEFORE), np.minimum(firsts + 1, offsets[1:])
    headings = np.where(blocks.kind == KIND[Kind.HEADING], 5.0 - blocks.level, 0.0) + _known(case, lows, highs)
    possible = ~blocks.hidden & (blocks.words <= _TITLE_WORDS)
    shapes = _title_shapes(case)
    case.title[:] = _titles(headings, shapes, possible, case.is_text, offsets[:-1], lows, firsts, highs)
    titles = case.title[case.title != NOWHERE]
    at = np.arange(len(blocks))
    title = case.title[case.page]
    between = (title != NOWHERE) & (title < at) & (at < firsts[case.page])
    case.content[between] = _leads(case)[between]
    case.content[_heads(case, firsts)] = True
    case.content[titles], case.reason[titles] = True, NONE


def _heads(case: Case, firsts: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether blocks of text are all that stands before the content of their page: "IV." or "ACT II" above a chapter."""
    offsets, first = case.blocks.offsets, firsts[case.page]
    few = (first - offsets[:-1][case.page] <= _HEAD_LINES) & (first < offsets[1:][case.page])
    head: NDArray[np.bool_] = case.is_text[case.page] & few & (np.arange(len(first)) < first) & case.open()
    return head


@kernel
def _titles(
    headings: Any, shapes: Any, possible: Any, is_text: Any, starts: Any, lows: Any, firsts: Any, highs: Any
) -> Any:
    """The likeliest title of each page, which starts at a block and of which some blocks come into question."""
    titles = np.full(len(starts), NOWHERE)
    for page in range(len(starts)):
        title, most = NOWHERE, 0.0
        for at in range(lows[page], highs[page]):
            score = headings[at]
            if is_text[page]:
                score += shapes[at] - 0.1 * (firsts[page] - at)
            if possible[at] and score >= _LEAST_SCORE and score > most:
                title, most = at, score
        if is_text[page]:
            # of title-like lines in a row the first is the title, the others are a lead
            while title > starts[page] and shapes[title - 1] >= max(3.0, shapes[title]):
                title -= 1
        titles[page] = title
    return titles


def _known(case: Case, lows: NDArray[np.integer], highs: NDArray[np.integer]) -> NDArray[np.float64]:
    """What it counts that blocks which come into question are the title in their page's head, or a part of it."""
    scores = np.zeros(len(case.blocks))
    for page, (low, high) in enumerate(zip(lows.tolist(), highs.tolist(), strict=True)):
        title = case.pages.pages[page].title
        if title:
            known = {_plain(part) for part in (title, *_SPLIT.split(title))}
            for at in range(low, high):
                if case.blocks.words[at] >= 2 and _plain(case.pages.text(at)) in known:
                    scores[at] = 6.0
    return scores


def _leads(case: Case) -> NDArray[np.bool_]:
    """Whether blocks between title and text would introduce it."""
    blocks = case.blocks
    own = (blocks.links < 0.3) & (blocks.hint == NONE) & ~blocks.marker
    lead: NDArray[np.bool_] = own & ~blocks.dated & (blocks.fifths >= _LEAD_WORDS * FIFTHS) & (blocks.trails == 0)
    twice = (blocks.same[1:] == blocks.same[:-1]) & (case.page[1:] == case.page[:-1])
    twice &= own[1:] & own[:-1] & (blocks.words[1:] >= _CAPTION_WORDS) & case.is_text[case.page[1:]]
    twice &= np.maximum(blocks.content[1:], blocks.content[:-1]) >= _CAPTION_LEAST
    lead[1:] |= twice
    lead[:-1] |= twice
    return lead


def _title_shapes(case: Case) -> NDArray[np.float64]:
    """How much each line of text looks like a title: of its length, above byline, date or share bar, without a full stop."""
    blocks = case.blocks
    size, few = blocks.fifths, [words * FIFTHS for words in _SHAPE_WORDS]
    furniture = (blocks.dated & (blocks.words <= _DATELINE_WORDS)) | np.isin(case.reason, _FURNITURE)
    following = np.append(np.flatnonzero(furniture), len(blocks) + _BELOW)
    at = np.arange(len(blocks))
    next_ = following[np.searchsorted(following, at, "right")]
    above = (next_ - at <= _BELOW) & (next_ < blocks.offsets[1:][case.page])
    shaped = case.open() & ~blocks.marker & (size >= few[0]) & (size <= few[1])
    shaped &= (2 * blocks.letters >= blocks.end - blocks.start) & (above | (size >= 4 * FIFTHS))
    busy = blocks.dated | (blocks.trails > 1) | ((blocks.trails > 0) & (size < 6 * FIFTHS))
    return np.where(shaped, 2.0 + 1.5 * above - 1.0 * blocks.stops - 2.0 * busy, 0.0)


def find_captions(case: Case) -> None:
    """A caption beside content is content: its first copy stays."""
    blocks, content = case.blocks, case.content
    own = (blocks.kind == KIND[Kind.CAPTION]) & case.open() & (blocks.words >= 3)
    own &= (blocks.hint == NONE) | (blocks.hint == REASON[Reason.CAPTION])
    for at in np.flatnonzero(own & ~content).tolist():
        page = case.page[at]
        first, after = int(blocks.offsets[page]), int(blocks.offsets[page + 1])
        inside = case.title[page] != NOWHERE or content[first : at + 1].any()
        content[at] = inside and content[max(first, at - 3) : min(after, at + 4)].any()


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
