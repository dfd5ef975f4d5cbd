"""The shapes of lines: items, sentences, dates, addresses, trails; the same in every language, and asked of all blocks at once.

Blocks are spans of `Characters`. A pattern is only asked about blocks whose characters allow it to match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import regex

from cleanse.boilerplate.characters import (
    BAR,
    BLANK,
    BULLET,
    CLOSING,
    DASH,
    DECIMAL,
    DIGIT,
    END,
    FULL_STOP,
    IDEOGRAPH,
    NUMBER,
    SIGN,
    SURE_BULLET,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cleanse.boilerplate.characters import Characters, Flags, Places

#: A longer line is a paragraph, and none of the short forms below; its end is looked for in so many last characters.
_LINE = 400
_TAIL = 60
#: A date or a time has so many digits: 9:05.
_DATE_DIGITS = 3
#: A line with a mail address in it has so few words.
_MAIL_WORDS = 12

# What a line is as a whole.
NO_SHAPE: Final = 0
MAIL: Final = 1
COPYRIGHT: Final = 2
ADDRESS: Final = 3

_COPYRIGHT = regex.compile(r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b.{0,40}(?:19|20)\d\d", regex.I)
_MAIL = regex.compile(r"^\S*[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}\S*$")
_URL = regex.compile(r"^(?:https?://|www\.)\S+$", regex.I)
_HAS_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_NUMBER = regex.compile(r"^[^\p{L}]*$")
_DATE = regex.compile(
    r"\b\d{4}[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}|\b\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:19|20)?\d{2}\b|\b\d{1,2}:\d{2}\b"
    r"|\p{L}{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b|\b\d{1,2}\.?\s+(?:de\s+)?\p{L}{3,}\.?,?\s+(?:de\s+)?(?:19|20)\d{2}\b"
)
#: What stands behind the year, and behind the month.
_DATE_MARKS = tuple(map(ord, "-./年년")), tuple(map(ord, "-./月월"))
#: What a web address begins with, in lower case.
_URL_MARKS = tuple(map(ord, "hw"))
_CENTURIES = (("1", "9"), ("2", "0"))


def has_marker(characters: Characters, starts: Places, ends: Places) -> Flags:
    """Whether lines begin as the item of a list: with a bullet, a number, a letter."""
    codes, has = characters.codes, characters.has

    def spaced(step: int) -> Flags:
        return has(BLANK, starts + step) & (starts + step < ends)

    def stopped(step: int) -> Flags:
        mark = codes[starts + step]
        found: Flags = (mark == ord(".")) | (mark == ord(")"))
        return found

    first = codes[starts] | 0x20
    letter = (first >= ord("a")) & (first <= ord("z"))
    digit = has(DECIMAL, starts)
    found = has(SURE_BULLET, starts) | (has(BULLET, starts) & spaced(1))
    found |= (letter | digit) & stopped(1) & spaced(2)
    found |= digit & has(DECIMAL, starts + 1) & stopped(2) & spaced(3)
    return found


def ends_sentence(characters: Characters, starts: Places, ends: Places) -> tuple[Flags, Flags]:
    """(whether blocks end as a sentence does, be it with a reference number behind, whether with a full stop): titles end
    with question and exclamation marks too, not with stops."""
    classes, has = characters.classes, characters.has
    last = ends - 1
    ended = classes[last] == END
    terminal, stops = ended.copy(), has(FULL_STOP, last)
    # back over what may stand behind the end
    open_ = np.flatnonzero(has(CLOSING | NUMBER | BLANK, last))
    at, plain = last[open_], np.ones(len(open_), bool)
    for _ in range(_TAIL):
        behind = has(CLOSING | NUMBER | BLANK, at)
        open_, at, plain = open_[behind], at[behind], plain[behind] & ~has(NUMBER, at[behind])
        at = at - 1
        inside = at >= np.maximum(starts[open_], ends[open_] - _TAIL)
        open_, at, plain = open_[inside], at[inside], plain[inside]
        if not len(open_):
            break
        found = classes[at] == END
        terminal[open_[found]] = True
        stops[open_[found & plain]] = has(FULL_STOP, at[found & plain])
        open_, at, plain = open_[~found], at[~found], plain[~found]
    return terminal, stops


def has_date(characters: Characters, starts: Places, ends: Places, digits: NDArray[np.integer]) -> Flags:
    """Whether a date or a time of day stands in short blocks; ``digits``: how many each has."""
    found = _may_be_dated(characters, starts)
    return _matching(characters, starts, ends, found & (digits >= _DATE_DIGITS), _DATE.search)


def trails(characters: Characters, starts: Places, ends: Places) -> NDArray[np.intp]:
    """How many separators of breadcrumbs and menus the beginnings of blocks have."""
    stops = np.minimum(ends, starts + _LINE)
    bars = np.flatnonzero(characters.classes == BAR)
    count = np.searchsorted(bars, stops) - np.searchsorted(bars, starts)
    dashes = np.flatnonzero(characters.classes == DASH)
    dashes = dashes[characters.has(BLANK, dashes - 1) & characters.has(BLANK, dashes + 1)]
    # of two that share a space only one is a separator
    if (np.diff(dashes) == 2).any():
        apart: list[int] = []
        for dash in dashes.tolist():
            if not apart or dash - apart[-1] != 2:
                apart.append(dash)
        dashes = np.array(apart)
    found: NDArray[np.intp] = (
        count + np.searchsorted(dashes, np.maximum(stops, starts + 2) - 1) - np.searchsorted(dashes, starts + 1)
    )
    return found


def shapes(
    characters: Characters, starts: Places, ends: Places, words: NDArray[np.integer], terminal: Flags
) -> NDArray[np.int8]:
    """What blocks are as a whole: a mail address or a few words with one, a copyright notice, a web address."""
    found = np.zeros(len(starts), np.int8)
    first = characters.codes[starts] | 0x20
    web = np.isin(first, _URL_MARKS)
    found[_matching(characters, starts, ends, web, _URL.match, longest=None)] = ADDRESS
    signs = np.flatnonzero(characters.codes == ord("©"))
    may = _has(signs, starts, ends) | _has(_years(characters), starts, ends)
    found[_matching(characters, starts, ends, may, _is_copyright)] = COPYRIGHT
    mails = _has(np.flatnonzero(characters.codes == ord("@")), starts, ends)
    few = (words <= _MAIL_WORDS) & ~terminal
    found[_matching(characters, starts, ends, mails & few, _HAS_MAIL.search)] = MAIL
    found[_matching(characters, starts, ends, mails, _MAIL.match)] = MAIL
    return found


def is_number(text: str) -> bool:
    """Whether a line has no letter."""
    return len(text) <= _LINE and bool(_NUMBER.match(text))


def _is_copyright(text: str) -> bool:
    return "©" in text or bool(("(c)" in (lower := text.lower()) or "copyright" in lower) and _COPYRIGHT.search(text))


def _may_be_dated(characters: Characters, starts: Places) -> Flags:
    """Blocks with three numbers and marks of dates between them, with a time, or with a year behind a space."""
    codes, classes, has = characters.codes, characters.classes, characters.has

    def marked(at: Places, marks: tuple[int, ...]) -> Places:
        """The number behind a mark that follows, and perhaps a space."""
        at = at[np.isin(codes[at + 1], marks)] + 2
        at = at + has(BLANK, at)
        return at[has(NUMBER, at)]

    digits = np.flatnonzero((classes == DIGIT) | (classes == SIGN))
    digits = digits[classes[digits + 1] >= IDEOGRAPH]
    second = marked(digits, _DATE_MARKS[0])
    third = marked(second + has(NUMBER, second + 1), _DATE_MARKS[1])
    times = digits[codes[digits + 1] == ord(":")]
    times = times[has(NUMBER, times + 2) & has(NUMBER, times + 3)]
    years = _years(characters)
    years = years[has(BLANK, years - 1)]
    found = np.zeros(len(starts) + 1, bool)
    for places in (third, times, years):
        found[np.searchsorted(starts, places, "right")] = True
    return found[1:]


def _years(characters: Characters) -> Places:
    """Where the numbers of the last and of this century begin."""
    codes = characters.codes
    found = []
    for first, second in _CENTURIES:
        at = np.flatnonzero(codes == ord(first))
        found.append(at[codes[at + 1] == ord(second)])
    years = np.sort(np.concatenate(found))
    return years[characters.has(NUMBER, years + 2) & characters.has(NUMBER, years + 3)]


def _has(places: Places, starts: Places, ends: Places) -> Flags:
    """Whether one of some places is in a block."""
    found: Flags = np.searchsorted(places, ends) > np.searchsorted(places, starts)
    return found


def _matching(
    characters: Characters,
    starts: Places,
    ends: Places,
    may: Flags,
    pattern: Callable[[str], object],
    longest: int | None = _LINE,
) -> Flags:
    """Whether a pattern says yes to the text of blocks that may match it, and are not too long."""
    found = np.zeros(len(starts), bool)
    if longest is not None:
        may = may & (ends - starts <= longest)
    for at in np.flatnonzero(may).tolist():
        found[at] = bool(pattern(characters.text[starts[at] : ends[at]]))
    return found
