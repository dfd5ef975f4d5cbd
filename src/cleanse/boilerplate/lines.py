"""The shapes of lines: items, sentences, dates, addresses, trails; the same in every language, and asked of all blocks at once.

Blocks are spans of `Characters`. A pattern is only asked about blocks whose characters allow it to match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import regex

from cleanse.boilerplate.characters import BLANK, BULLET, DECIMAL, SURE_BULLET
from cleanse.boilerplate.tally import MAIL as HAS_MAIL
from cleanse.boilerplate.tally import SIGNED, YEAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.characters import Characters, Flags, Places
    from cleanse.boilerplate.counts import Counts

#: A longer line is a paragraph, and none of the short forms below.
_LINE = 400
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


def has_date(
    characters: Characters, starts: Places, ends: Places, may: Flags, digits: NDArray[np.integer]
) -> Flags:
    """Whether a date or a time of day stands in short blocks that may have one; ``digits``: how many each has."""
    return _matching(characters, starts, ends, may & (digits >= _DATE_DIGITS), _DATE.search)


def shapes(characters: Characters, starts: Places, ends: Places, blocks: Blocks, counts: Counts) -> NDArray[np.int8]:
    """What blocks are as a whole: a mail address or a few words with one, a copyright notice, a web address."""
    found = np.zeros(len(starts), np.int8)
    first, second = characters.codes[starts] | 0x20, characters.codes[starts + 1] | 0x20
    web = ((first == ord("h")) & (second == ord("t"))) | ((first == ord("w")) & (second == ord("w")))
    found[_matching(characters, starts, ends, web, _URL.match, longest=None)] = ADDRESS
    found[_matching(characters, starts, ends, counts.has(SIGNED | YEAR), _is_copyright)] = COPYRIGHT
    mails = counts.has(HAS_MAIL)
    few = (blocks.words <= _MAIL_WORDS) & ~blocks.terminal
    found[_matching(characters, starts, ends, mails & few, _HAS_MAIL.search)] = MAIL
    found[_matching(characters, starts, ends, mails, _MAIL.match)] = MAIL
    return found


def is_number(text: str) -> bool:
    """Whether a line has no letter."""
    return len(text) <= _LINE and bool(_NUMBER.match(text))


def _is_copyright(text: str) -> bool:
    return "©" in text or bool(("(c)" in (lower := text.lower()) or "copyright" in lower) and _COPYRIGHT.search(text))


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
