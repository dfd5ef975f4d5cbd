"""The shapes of lines: items, sentences, dates, addresses, trails; the same in every language, and asked of all blocks at once.

Blocks are spans of `Characters`. A pattern is only asked about blocks whose characters allow it to match.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import regex

from cleanse.boilerplate.characters import BLANK, BULLET, DECIMAL, SURE_BULLET, character_bits
from cleanse.boilerplate.tally import MAIL as HAS_MAIL
from cleanse.boilerplate.tally import SIGNED, YEAR
from cleanse.compiled import kernel

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

_A, _Z, _STOP, _PARENTHESIS = map(ord, "az.)")

# What a line is as a whole.
NO_SHAPE: Final = 0
MAIL: Final = 1
COPYRIGHT: Final = 2
ADDRESS: Final = 3

# behind a letter it is part of a letter in a wrong encoding ("CÃ´tÃ©"), or stands for a trade mark
_COPYRIGHT = regex.compile(r"(?<!\p{L})©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b.{0,40}(?:19|20)\d\d", regex.I)
_MAIL = regex.compile(r"^\S*[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}\S*$")
_URL = regex.compile(r"^(?:https?://|www\.)\S+$", regex.I)
_HAS_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_NUMBER = regex.compile(r"^[^\p{L}]*$")
# all of it begins with a digit, so that a search looks nowhere else
_DATE = regex.compile(
    r"\b(?:\d{4}[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:19|20)?\d{2}\b|\d{1,2}:\d{2}\b"
    r"|(?<=\p{L}{3}\.?\s+)\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b|\d{1,2}\.?\s+(?:de\s+)?\p{L}{3,}\.?,?\s+(?:de\s+)?(?:19|20)\d{2}\b)"
)


def has_marker(characters: Characters, starts: Places, ends: Places) -> Flags:
    """Whether lines begin as the item of a list."""
    found: Flags = _items(characters.codes, character_bits(), starts, ends)
    return found


@kernel
def _items(codes: Any, bits: Any, starts: Any, ends: Any) -> Any:
    found = np.zeros(len(starts), np.bool_)
    for at in range(len(starts)):
        found[at] = is_item(codes, bits, starts[at], ends[at])
    return found


@kernel
def is_item(codes: Any, bits: Any, start: Any, end: Any) -> Any:
    """Whether a line begins with a bullet, a number, a letter; a part of kernels."""
    first = bits[codes[start]]
    if first & SURE_BULLET or (first & BULLET and start + 1 < end and bits[codes[start + 1]] & BLANK):
        return True
    letter, digit = codes[start] | np.uint32(0x20), first & DECIMAL != 0
    at = start + 1
    if digit and bits[codes[at]] & DECIMAL:
        at += 1
    elif not digit and (letter < _A or letter > _Z):
        return False
    stopped = codes[at] == _STOP or codes[at] == _PARENTHESIS
    return stopped and at + 1 < end and bits[codes[at + 1]] & BLANK != 0


def has_date(characters: Characters, starts: Places, ends: Places, may: Flags, digits: NDArray[np.integer]) -> Flags:
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
    lower = text.lower()
    return any(sign in lower for sign in ("©", "(c)", "copyright")) and bool(_COPYRIGHT.search(text))


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
