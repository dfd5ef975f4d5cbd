"""The verdict on each block of some pages: kept, or dropped with a reason, a confidence and what said so.

Pages are judged in passes, each over all blocks: what lines say (phrases), which sections a heading opens,
which blocks are content (the model's estimate, at the page's operating point), then title and
caption, repeats, and a reason for everything that is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import FIFTHS, KIND, NONE, REASON, REASONS
from cleanse.boilerplate.case import Case
from cleanse.boilerplate.content import RUN, find_content
from cleanse.boilerplate.lines import ADDRESS, COPYRIGHT, MAIL
from cleanse.boilerplate.operating import logit
from cleanse.boilerplate.phrases import PREFIX
from cleanse.boilerplate.prose import LONG_WORDS, is_prose
from cleanse.boilerplate.reasons import name_the_rest
from cleanse.boilerplate.sections import find_sections
from cleanse.boilerplate.titles import find_captions, find_titles
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Pages
    from cleanse.config import Strip

#: A line that begins with a phrase and is prose of more words is prose.
_PREFIX_WORDS = 15
#: A line with a date of so many words is one.
_DATE_WORDS = 8
#: A second copy within so many blocks is one whatever its length; farther away it must have so many words.
_CLOSE = 3
_REPEATED_WORDS = 8
#: No copy is looked for of fewer words.
_FEWEST_WORDS = 4
#: What it counts in log-odds against a block that its site repeats it: a sure one stays, as a refrain or a legal formula.
_REPEATED_ODDS = 3.0
#: A line that stands so often in a text itself is the text's own, as the name of a speaker in a play, not its site's.
_OWN_TIMES = 3
#: Makes a line's key another one on each page.
_PAGE = np.int64(0x9E3779B97F4A7C15 - 2**64)
_REPEATING_KINDS = [KIND[Kind.CODE], KIND[Kind.TABLE_ROW]]


def judge(pages: Pages, repeated: NDArray[np.bool_], settings: Strip) -> Case:
    """The case of some pages with a verdict on every block. ``repeated`` tells which blocks the site repeats on other
    pages."""
    case = Case(pages)
    _lines(case)
    find_sections(case)
    _dated_titles(case)
    find_content(case, settings.favor)
    find_titles(case)
    find_captions(case)
    _repeats(case)
    _template(case, repeated)
    name_the_rest(case, settings.keep)
    return case


def _lines(case: Case) -> None:
    """What single lines say."""
    blocks = case.blocks
    left = np.ones(len(blocks), bool)

    def take(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        found = np.flatnonzero(left & which)
        left[found] = False
        return found

    case.against(take(blocks.hidden & (blocks.content < 0.5)), Reason.HIDDEN, 0.9, "not shown on the page")
    left &= blocks.kind != KIND[Kind.CODE]
    prose = (blocks.form == PREFIX) & is_prose(blocks) & (blocks.fifths > _PREFIX_WORDS * FIFTHS)
    for at in take((blocks.says != NONE) & ~prose).tolist():
        case.against(at, REASONS[blocks.says[at]], 0.9, f"says {blocks.phrase[at]!r}")
    case.against(take(blocks.shape == MAIL), Reason.BYLINE, 0.85, "a mail address")
    # a book's description may name the year of its copyright
    signed = (blocks.shape == COPYRIGHT) & ~(is_prose(blocks) & (blocks.content >= 0.5))
    case.against(take(signed), Reason.FOOTER, 0.9, "a copyright notice")
    case.against(take(blocks.shape == ADDRESS), Reason.METADATA, 0.8, "an address alone")
    dates = (blocks.words <= _DATE_WORDS) & blocks.dated & ~blocks.terminal & (blocks.kind != KIND[Kind.TABLE_ROW])
    case.against(take(dates), Reason.METADATA, 0.8, "a date")


def _dated_titles(case: Case) -> None:
    """Titles with a date each, one after the other at an end of a text, are a list of other pages."""
    blocks = case.blocks
    dated = (blocks.fifths < LONG_WORDS * FIFTHS) & ~blocks.stops & blocks.dated
    for page, first, after in case.ranges():
        if not case.is_text[page] or first == after or not (dated[first] or dated[after - 1]):
            continue
        others = np.append(np.flatnonzero(~dated[first:after]), after - first)
        begin = range(first, first + int(others[0]))
        end = range(first + int(others[-2]) + 1, after) if len(others) > 1 else begin
        for run in (begin, end):
            if len(run) >= RUN:
                at = np.array(run)
                at = at[case.open()[at] | (case.reason[at] == REASON[Reason.METADATA])]
                case.against(at, Reason.RELATED_LINKS, 0.8, f"one of {len(run)} dated titles in a row")


def _repeats(case: Case) -> None:
    """A copy goes when it follows at once, and a second one when it is long or close by; a refrain stays."""
    blocks = case.blocks
    own = case.content & case.open() & (blocks.words >= _FEWEST_WORDS) & ~np.isin(blocks.kind, _REPEATING_KINDS)
    first = blocks.offsets[:-1][case.page]
    same = (blocks.same + first)[own]
    copies = np.bincount(same, minlength=len(blocks))
    last: dict[int, int] = {}
    for at, key in zip(np.flatnonzero(own)[copies[same] > 1].tolist(), same[copies[same] > 1].tolist(), strict=True):
        before = last.get(key)
        if before is not None:
            alike = copies[key] == 2 and (at - before <= _CLOSE or blocks.words[at] >= _REPEATED_WORDS)
            if at - before == 1 or alike:
                evidence = f"the same text is block {before - first[at]}"
                case.against(at, Reason.DUPLICATE_IN_DOCUMENT, 0.95, evidence)
                continue
        last[key] = at


def _own(case: Case, at: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which of the repeated blocks a text repeats itself; not the items of a menu, which may differ in a number and end no sentence."""
    # of a page and what a line says one number: to sort rows takes ten times as long
    _, which, times = np.unique(case.blocks.key[at] ^ case.page[at] * _PAGE, return_inverse=True, return_counts=True)
    menu = (case.blocks.kind[at] == KIND[Kind.LIST_ITEM]) & ~case.blocks.terminal[at]
    own: NDArray[np.bool_] = case.is_text[case.page[at]] & (times[which] >= _OWN_TIMES) & ~menu
    return own


def _template(case: Case, repeated: NDArray[np.bool_]) -> None:
    """What the site repeats on other pages, the title and what a text itself repeats aside."""
    at = np.flatnonzero(repeated & case.open())
    at = at[~_own(case, at)]
    page = case.page[at]
    odds = logit(case.blocks.content[at].astype(float)) - _REPEATED_ODDS
    said = (odds < np.maximum(logit(case.threshold[page]), 0.0)) & (at != case.title[page])
    case.against(at[said], Reason.SITE_TEMPLATE, 0.9, "the site repeats it on other pages")
