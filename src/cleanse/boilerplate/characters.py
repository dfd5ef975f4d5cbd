"""The characters of some texts, each with its class: words are runs of them, blocks are counted all at once."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import regex

from cleanse.boilerplate.blocks import UNSPACED, WORD
from cleanse.compiled import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Places = NDArray[np.intp]
    Flags = NDArray[np.bool_]

# Words are runs of the first six; a character of an unspaced script is a word by itself.
LOWER: Final = 0
UPPER: Final = 1
CASELESS: Final = 2
MARK: Final = 3
DIGIT: Final = 4
UNDERSCORE: Final = 5
IDEOGRAPH: Final = 6
#: A character of an unspaced script that is no letter: a vowel sign, a numeral.
SIGN: Final = 7
END: Final = 8
COMMA: Final = 9
SYMBOL: Final = 10
#: What separates the entries of breadcrumbs and menus: always, and between spaces.
BAR: Final = 11
DASH: Final = 12
#: Blank, though no space to Unicode.
ZERO_WIDTH: Final = 13
SPACE: Final = 14
#: What ends a line, and the one that leaves a blank line when there are two.
BREAK: Final = 15
NEWLINE: Final = 16
CLASSES: Final = 17
_UNKNOWN: Final = 255

# What some places of a line are asked for, each a bit.
LETTER: Final = 1
DECIMAL: Final = 2
NUMBER: Final = 4
BLANK: Final = 8
#: May stand behind the end of a sentence.
CLOSING: Final = 16
FULL_STOP: Final = 32
#: A line that ends so may go on in the next one, which begins so.
OPEN: Final = 64
RESUMES: Final = 128
#: Ends most lines of a text whose lines are paragraphs.
ENDS: Final = 256
#: Begins the item of a list: with a space behind it, and without.
BULLET: Final = 512
SURE_BULLET: Final = 1024

_MARKED = {
    CLOSING: "\"'”’»›)]」』】）〉》",
    FULL_STOP: ".。।۔",
    OPEN: ",;([“«„–—-",
    RESUMES: ",;:.!?)]”»、。，；：！？）」』",
    ENDS: '.!?…。！？"”’»',
    BULLET: "•·●▪■◆▶►▸‣⁃∙○◦*–—-",
    SURE_BULLET: "•●▪■◆▶►▸‣",
}
_CLASSED = {
    UNDERSCORE: "_",
    END: ".!?…。！？؟।۔",
    COMMA: ",，、;；:：،؛",
    BAR: "›»>＞/|·•→",
    DASH: "-–—",
    ZERO_WIDTH: "\u200b\ufeff",
    BREAK: "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029",
    NEWLINE: "\n",
}
_CLASS = {mark: name for name, marks in _CLASSED.items() for mark in marks}

#: Around and between the texts; behind the last one there are as many characters as anyone looks ahead.
_BETWEEN, _AFTER = "\n", "\n" * 8
# By code point, filled in as characters are met: their classes, bits, and lower case.
_classes = np.full(0x110000, _UNKNOWN, np.uint8)
_bits = np.zeros(0x110000, np.uint16)
_lower = np.zeros(0x110000, np.uint32)


class Characters:
    """The code points of some texts, with a line break before each and some at the end. ``bases`` tell where each text
    begins, and where there would be one more."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = _BETWEEN.join(["", *texts, _AFTER])
        self.bases = np.array([*accumulate([1, *(len(text) + 1 for text in texts)])], np.intp)
        self.codes = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        self.classes, known = _classified(self.codes, _classes)
        if not known:
            for code in np.unique(self.codes[self.classes == _UNKNOWN]).tolist():
                _meet(code)
            self.classes, known = _classified(self.codes, _classes)

    def has(self, bits: int, places: Places) -> Flags:
        """Whether the characters at some places have one of some bits."""
        flags: Flags = (_bits[self.codes[places]] & np.uint16(bits)) != 0
        return flags


@kernel
def _classified(codes: Any, table: Any) -> Any:
    """(the class of each code point, whether all of them are known)."""
    found, known = np.empty(len(codes), np.uint8), True
    for at in range(len(codes)):
        kind = table[codes[at]]
        found[at] = kind
        known &= kind != _UNKNOWN
    return found, known


def character_bits() -> NDArray[np.uint16]:
    """What places are asked for, by code point: known of all characters of all `Characters` so far."""
    return _bits


def lower_case() -> NDArray[np.uint32]:
    """Lower case by code point, where it is one character: known like `character_bits`."""
    return _lower


def _meet(code: int) -> None:
    """Fill in the tables for a character."""
    character = chr(code)
    category = unicodedata.category(character)
    lower = character.lower()
    _lower[code] = ord(lower) if len(lower) == 1 else code
    bits = sum(bit for bit, marks in _MARKED.items() if character in marks)
    bits |= LETTER * character.isalpha() | DECIMAL * bool(regex.match(r"\d", character)) | NUMBER * (category[0] == "N")
    bits |= BLANK * bool(regex.match(r"\s", character))
    _bits[code] = bits | (OPEN if bits & (LETTER | NUMBER) else 0)
    # last: another thread that finds a class takes all to be there
    _classes[code] = _class(character, category)


def _class(character: str, category: str) -> int:
    known = _CLASS.get(character)
    if known is not None:
        return known
    if UNSPACED.match(character):
        return IDEOGRAPH if category[0] == "L" else SIGN
    if category == "Ll":
        return LOWER
    if category in ("Lu", "Lt"):
        return UPPER
    if category[0] == "N":
        return DIGIT
    if WORD.match(character):
        return CASELESS if category[0] == "L" else MARK
    return SPACE if category[0] == "Z" or character.isspace() else SYMBOL
