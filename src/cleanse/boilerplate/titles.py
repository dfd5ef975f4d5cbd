"""Title, lead and caption: short, and content all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate.blocks import FIFTHS, KIND, NONE, REASON
from cleanse.boilerplate.case import NOWHERE
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.case import Case

#: A title stands among so many blocks before the first content, and has at most so many words.
_BEFORE = 25
_TITLE_WORDS = 45
#: A line between title and text of so many words, with no markup of its own, is a lead.
_LEAD_WORDS = 7.0
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
    shapes = _title_shapes(case)
    headings = np.where(blocks.kind == KIND[Kind.HEADING], 5.0 - blocks.level, 0.0)
    possible = ~blocks.hidden & (blocks.words <= _TITLE_WORDS)
    kept = np.flatnonzero(case.content & case.open())
    firsts = np.append(kept, len(blocks))[np.searchsorted(kept, blocks.offsets[:-1])]
    for page, start, after in case.ranges():
        first = min(int(firsts[page]), after)
        low, high = max(start, first - _BEFORE), min(first + 1, after)
        if low >= high:
            continue
        scores = headings[low:high] + _known(case, page, low, high)
        if case.is_text[page]:
            scores = scores + (shapes[low:high] - 0.1 * (first - np.arange(low, high)))
        scores = np.where(possible[low:high], scores, 0.0)
        best = int(np.argmax(scores))
        if scores[best] >= _LEAST_SCORE:
            title = low + best
            if case.is_text[page]:
                # of title-like lines in a row the first is the title, the others are a lead
                while title > start and shapes[title - 1] >= max(3.0, shapes[title]):
                    title -= 1
            case.title[page] = title
            case.content[title], case.reason[title] = True, NONE
            case.content[title + 1 : first] = _leads(case, slice(title + 1, first))


def _known(case: Case, page: int, low: int, high: int) -> NDArray[np.float64]:
    """What it counts that blocks are the title in the page's head, or a part of it."""
    scores = np.zeros(high - low)
    title = case.pages.pages[page].title
    if title:
        known = {_plain(part) for part in (title, *_SPLIT.split(title))}
        for at in range(low, high):
            if case.blocks.words[at] >= 2 and _plain(case.pages.text(at)) in known:
                scores[at - low] = 6.0
    return scores


def _leads(case: Case, at: slice) -> NDArray[np.bool_]:
    """Whether blocks between title and text introduce it."""
    blocks = case.blocks
    own = (blocks.links[at] < 0.3) & (blocks.hint[at] == NONE) & ~blocks.marker[at] & ~blocks.dated[at]
    lead: NDArray[np.bool_] = own & (blocks.fifths[at] >= _LEAD_WORDS * FIFTHS) & (blocks.trails[at] == 0)
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
