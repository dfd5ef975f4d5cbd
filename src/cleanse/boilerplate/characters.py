"""The characters of some texts, each with its class: words are runs of them, blocks are counted all at once."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import regex

from cleanse.boilerplate.blocks import UNSPACED, WORD

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
_CLASSES: Final = 17
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
#: Their lower case depends on what stands beside them, or is two characters.
_IRREGULAR = tuple(map(ord, "Σİ"))

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
        self.classes = _classes[self.codes]
        unknown = self.classes == _UNKNOWN
        if unknown.any():
            for code in np.unique(self.codes[unknown]).tolist():
                _meet(code)
            self.classes = _classes[self.codes]

    def has(self, bits: int, places: Places) -> Flags:
        """Whether the characters at some places have one of some bits."""
        flags: Flags = (_bits[self.codes[places]] & np.uint16(bits)) != 0
        return flags

    def words(self) -> Places:
        """Where the words begin, as `cleanse.boilerplate.blocks.words_of` finds them."""
        classes = self.classes
        within = classes < IDEOGRAPH
        begins = classes < END
        begins[1:] &= ~(within[1:] & within[:-1])
        return np.flatnonzero(begins)

    def letter_runs(self) -> tuple[Places, Places]:
        """Where runs of letters and marks of spaced scripts begin and end."""
        within = self.classes <= MARK
        edges = np.flatnonzero(within[1:] != within[:-1]) + 1
        return edges[::2], edges[1::2]

    @functools.cached_property
    def lower(self) -> NDArray[np.uint32]:
        """The lower case of each character, where it does not depend on others."""
        found: NDArray[np.uint32] = _lower[self.codes]
        return found

    @functools.cached_property
    def irregular(self) -> Places:
        """The places where it does."""
        return np.concatenate([np.flatnonzero(self.codes == code) for code in _IRREGULAR])

    def counts(self, starts: Places, ends: Places) -> Counts:
        """Counts over blocks: ordered spans of the text that do not overlap, at least one."""
        classes, n = self.classes, len(starts)
        sizes = np.zeros(2 * n + 1, np.intp)
        sizes[1::2] = ends - starts
        sizes[2:-1:2] = starts[1:] - ends[:-1]
        sizes[0], sizes[-1] = starts[0], len(classes) - ends[-1]
        offsets = np.full(2 * n + 1, n * _CLASSES)
        offsets[1::2] = np.arange(n) * _CLASSES
        of_block = np.bincount(np.repeat(offsets, sizes) + classes, minlength=(n + 1) * _CLASSES)
        capitals = np.flatnonzero(classes == UPPER)
        before = classes[capitals - 1]
        capitals = capitals[(before >= SYMBOL) | (before == UNDERSCORE)]
        breaks = np.flatnonzero(classes == NEWLINE)
        first, last = np.searchsorted(breaks, starts), np.searchsorted(breaks, ends)
        # the line break before the next text is none of this one
        stops = np.append(starts[1:], self.bases[-1])
        texts = self.bases[1:]
        stops = np.minimum(stops, texts[np.searchsorted(texts, starts, "right")] - 1)
        return Counts(
            of_block[: n * _CLASSES].reshape(n, _CLASSES),
            np.searchsorted(capitals, ends) - np.searchsorted(capitals, starts),
            last - first,
            np.searchsorted(breaks, stops) - last,
        )

    def keys(self, starts: Places, begins: Places) -> list[str]:
        """For each block its words in lower case with a space between; ``begins``: `words`."""
        return self._lines(slice(None), self.classes < END, begins, starts)

    def letters(self, starts: Places, ends: Places) -> list[str]:
        """The same for some blocks of spaced scripts, with runs of letters and marks for words."""
        sizes = ends - starts + 1
        stops = np.cumsum(sizes)
        # each with the character before it, which is no letter
        places = np.arange(sizes.sum()) + np.repeat(starts - 1 - (stops - sizes), sizes)
        kept = self.classes[places] <= MARK
        kept[stops - sizes] = False
        begins = np.flatnonzero(kept[1:] & ~kept[:-1]) + 1
        return self._lines(places, kept, begins, stops - sizes + 1)

    def _lines(self, places: Any, kept: Flags, begins: Places, starts: Places) -> list[str]:
        irregular = len(self.irregular) > 0
        out = (self.codes if irregular else self.lower)[places].copy()
        first = np.searchsorted(begins, starts)
        written = np.append(first[1:], len(begins)) > first
        before = begins - 1
        apart = ~kept[before]
        gaps = before[apart]
        kept[gaps], out[gaps] = True, ord(" ")
        out[begins[first[written]] - 1] = ord(_BETWEEN)
        line = out[kept]
        if not apart.all():
            line = np.insert(line, (np.cumsum(kept) - 1)[begins[~apart]], ord(" "))
        text = line.tobytes().decode("utf-32-le")
        found: list[str] = (text.lower() if irregular else text).split(_BETWEEN)[1:]
        if len(found) == len(starts):
            return found
        each = iter(found)
        return [next(each) if some else "" for some in written.tolist()]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts over blocks. ``of_class[:, DIGIT]`` is a column; ``capitals`` are words with an initial capital, ``lines`` the
    line breaks inside a block, ``gaps`` those after it."""

    of_class: NDArray[np.intp]
    capitals: NDArray[np.intp]
    lines: NDArray[np.intp]
    gaps: NDArray[np.intp]

    def of(self, *names: int) -> NDArray[np.intp]:
        """How many characters of some classes there are."""
        return sum((self.of_class[:, name] for name in names[1:]), self.of_class[:, names[0]])


def _meet(code: int) -> None:
    """Fill in the tables for a character."""
    character = chr(code)
    category = unicodedata.category(character)
    lower = character.lower()
    _lower[code] = ord(lower) if len(lower) == 1 else code
    bits = sum(bit for bit, marks in _MARKED.items() if character in marks)
    bits |= LETTER * character.isalpha() | DECIMAL * (category == "Nd") | NUMBER * (category[0] == "N")
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
