"""Reasons for what no line, section or repeat has named: markup, shape, place; and what is said of the blocks that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import FIFTHS, KIND, KINDS, NONE, REASON, REASONS
from cleanse.boilerplate.case import NOWHERE
from cleanse.boilerplate.content import RUN
from cleanse.boilerplate.lines import is_number
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Container

    from numpy.typing import NDArray

    from cleanse.boilerplate.case import Case

    Flags = NDArray[np.bool_]

#: A link of so few words is an entry of a menu; titles are longer.
_MENU_WORDS = 2.5
#: Lines of so few words beside a byline, and between title and text, go with it.
_BESIDE_WORDS = 6
_BELOW_WORDS = 12
#: A block is a link when this share of it is.
_LINKED = 0.6


def name_the_rest(case: Case, keep: Container[str]) -> None:
    """Complete the verdicts: of what is no content and has no reason yet, and of what stays; ``keep``: reasons and kinds
    that a setting keeps."""
    content = case.content & case.open()
    bodies = _bodies(case, content)
    _name(case, ~content & case.open(), *bodies)
    kept = np.flatnonzero(content)
    case.confidence[kept], case.evidence[kept] = np.round(case.blocks.content[kept].astype(float), 2), "content"
    titles = case.title[case.title != NOWHERE]
    titles = titles[content[titles]]
    case.confidence[titles], case.evidence[titles], case.blocks.kind[titles] = 0.95, "title", KIND[Kind.TITLE]
    for at in np.flatnonzero(case.reason != NONE).tolist() if keep else ():
        reason, kind = REASONS[case.reason[at]], KINDS[case.blocks.kind[at]]
        if reason in keep or kind in keep:
            what = reason if reason in keep else kind
            case.reason[at], case.evidence[at] = NONE, f"{what} is kept by a setting: {case.evidence[at]}"


def _bodies(case: Case, content: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(the first block of content, the last) of each block's page, the title aside: none before all, none after."""
    offsets = case.blocks.offsets
    text = content.copy()
    text[case.title[case.title != NOWHERE]] = False
    at = np.flatnonzero(text)
    low, high = np.searchsorted(at, offsets[:-1]), np.searchsorted(at, offsets[1:])
    some = high > low
    padded = np.append(at, 0)
    first = np.where(some, padded[np.minimum(low, len(at))], offsets[1:])
    last = np.where(some, padded[high - 1], offsets[:-1] - 1)
    return first[case.page], last[case.page]


def _name(case: Case, left: Flags, first: NDArray[np.int64], last: NDArray[np.int64]) -> None:
    blocks, title = case.blocks, case.title[case.page]
    at = np.arange(len(blocks))
    beside = {reason: _beside(case, reason) for reason in (Reason.BYLINE, Reason.COMMENTS)}

    def take(which: Flags) -> list[int]:
        found = np.flatnonzero(left & which)
        left[found] = False
        return found.tolist()

    for i in take(blocks.hint != NONE):
        case.against(i, REASONS[blocks.hint[i]], 0.85, f"inside {blocks.hinted_by[i]!r}")
    byline = beside[Reason.BYLINE] & (blocks.words <= _BESIDE_WORDS)
    case.against(take(byline), Reason.BYLINE, 0.75, "a short line beside a byline")
    for i in np.flatnonzero(left & beside[Reason.COMMENTS]).tolist():
        if is_number(case.pages.text(i)):
            left[i] = False
            case.against(i, Reason.COMMENTS, 0.7, "a count beside comments")
    below = (title != NOWHERE) & (title < at) & (at < first)
    below &= (blocks.words <= _BELOW_WORDS) & (blocks.links < _LINKED)
    case.against(take(below), Reason.BYLINE, 0.65, "a short line between title and text")
    menu = (at < first) | (blocks.fifths <= _MENU_WORDS * FIFTHS)
    for i in take((blocks.links > _LINKED) | (case.runs >= RUN)):
        run = int(case.runs[i])
        shape = f"one of {run} short lines in a row" if run >= RUN else "a link"
        reason = Reason.NAVIGATION if menu[i] else Reason.RELATED_LINKS
        case.against(i, reason, 0.75, f"{shape}, link density {blocks.links[i]:.2f}")
    case.against(take(at < first), Reason.NAVIGATION, 0.6, "stands before the text")
    case.against(take(at > last), Reason.FOOTER, 0.55, "stands after the text")
    short = left & (blocks.words <= _BELOW_WORDS)
    case.against(short, Reason.LOW_CONTENT, 0.5, "a short line that the text does not need")
    case.against(left & ~short, Reason.LOW_CONTENT, 0.5, "less likely content than what is kept")


def _beside(case: Case, reason: Reason) -> Flags:
    """Whether a block's neighbour on the page has a reason against it."""
    named = case.reason == REASON[reason]
    page = case.page
    found = np.zeros(len(named), bool)
    same = page[1:] == page[:-1]
    found[1:] |= named[:-1] & same
    found[:-1] |= named[1:] & same
    return found
