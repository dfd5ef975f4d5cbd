"""The characters of a page, each with its class: its words are runs of them, its blocks are counted all at once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.boilerplate.blocks import UNSPACED, WORD

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Words are runs of the first five; an ideograph (a character of an unspaced script) is a word by itself.
LOWER: Final = 0
UPPER: Final = 1
CASELESS: Final = 2
DIGIT: Final = 3
UNDERSCORE: Final = 4
IDEOGRAPH: Final = 5
END: Final = 6
COMMA: Final = 7
SPACE: Final = 8
SYMBOL: Final = 9
_CLASSES: Final = 10
_UNKNOWN: Final = 255

_ENDS = frozenset(".!?…。！？؟।۔")
_COMMAS = frozenset(",，、;；:：،؛")

#: Class of each code point, filled in as characters are met.
_table = np.full(0x110000, _UNKNOWN, np.uint8)


class Characters:
    """The code points of a text and their classes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        self.classes = _classes(self.codes)

    def words(self) -> tuple[list[str], NDArray[np.intp]]:
        """(the words, where each begins), as `cleanse.boilerplate.blocks.words_of` finds them."""
        within = self.classes <= UNDERSCORE
        follows = within[1:] & within[:-1]
        begins = self.classes <= IDEOGRAPH
        ends = begins.copy()
        begins[1:] &= ~follows
        ends[:-1] &= ~follows
        starts, stops = np.flatnonzero(begins), np.flatnonzero(ends) + 1
        return [self.text[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)], starts

    def counts(self, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Counts:
        """Counts over blocks: ordered spans of the text that do not overlap."""
        classes, n = self.classes, len(starts)
        sizes = np.zeros(2 * n + 1, np.intp)
        sizes[1::2] = ends - starts
        sizes[2:-1:2] = starts[1:] - ends[:-1]
        sizes[0], sizes[-1] = starts[0], len(classes) - ends[-1]
        offsets = np.full(2 * n + 1, n * _CLASSES)
        offsets[1::2] = np.arange(n) * _CLASSES
        of_block = np.bincount(np.repeat(offsets, sizes) + classes, minlength=(n + 1) * _CLASSES)
        capital = classes == UPPER
        before = classes[:-1]
        begins = capital.copy()
        begins[1:] &= (before == SPACE) | (before == SYMBOL) | (before == UNDERSCORE)
        begins[starts] = capital[starts]
        capitals, breaks = np.flatnonzero(begins), np.flatnonzero(self.codes == ord("\n"))
        first, last = np.searchsorted(breaks, starts), np.searchsorted(breaks, ends)
        return Counts(
            of_block[: n * _CLASSES].reshape(n, _CLASSES),
            np.searchsorted(capitals, ends) - np.searchsorted(capitals, starts),
            last - first,
            np.append(first[1:], len(breaks)) - last,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts over the blocks of a page. ``of_class[:, DIGIT]`` is a column; ``capitals`` are words with an initial capital,
    ``lines`` the line breaks inside a block, ``gaps`` those after it."""

    of_class: NDArray[np.intp]
    capitals: NDArray[np.intp]
    lines: NDArray[np.intp]
    gaps: NDArray[np.intp]

    def __getitem__(self, name: int) -> NDArray[np.intp]:
        return self.of_class[:, name]


def _classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    classes = _table[codes]
    unknown = classes == _UNKNOWN
    if unknown.any():
        for code in np.unique(codes[unknown]):
            _table[code] = _class(chr(code))
        classes = _table[codes]
    return classes


def _class(character: str) -> int:
    if character in _ENDS:
        return END
    if character in _COMMAS:
        return COMMA
    if UNSPACED.match(character):
        return IDEOGRAPH
    if character == "_":
        return UNDERSCORE
    category = unicodedata.category(character)
    if category == "Ll":
        return LOWER
    if category in ("Lu", "Lt"):
        return UPPER
    if category[0] == "N":
        return DIGIT
    if WORD.match(character):
        return CASELESS
    return SPACE if category[0] == "Z" or character.isspace() else SYMBOL
