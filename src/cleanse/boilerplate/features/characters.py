"""How many characters of each class stand in each block: counted over the whole page at once."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.boilerplate.blocks import UNSPACED
from cleanse.boilerplate.features.columns import Column, running

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOWER: Final = 0
UPPER: Final = 1
CASELESS: Final = 2
IDEOGRAPH: Final = 3
DIGIT: Final = 4
END: Final = 5
COMMA: Final = 6
SPACE: Final = 7
SYMBOL: Final = 8
_CLASSES: Final = 9
_UNKNOWN: Final = 255

_ENDS = frozenset(".!?…。！？؟।۔")
_COMMAS = frozenset(",，、;；:：،؛")

#: Class of each code point, filled in as characters are met.
_table = np.full(0x110000, _UNKNOWN, np.uint8)


class Counts:
    """Counts over the blocks of a page: ``counts[DIGIT]`` is a column; ``capitals`` are words with an initial capital."""

    def __init__(self, text: str, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> None:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        classes = _classes(codes)
        self._starts, self._ends = starts, ends
        self._columns = [self._count(classes == name) for name in range(_CLASSES)]
        begins = np.zeros(len(classes), bool)
        begins[1:] = (classes[1:] == UPPER) & ((classes[:-1] == SPACE) | (classes[:-1] == SYMBOL))
        begins[starts] = classes[starts] == UPPER
        self.capitals = self._count(begins)
        breaks = running(codes == 10)
        self.lines = breaks[ends] - breaks[starts]
        self.gaps = breaks[np.append(starts[1:], len(text))] - breaks[ends]

    def __getitem__(self, name: int) -> Column:
        return self._columns[name]

    def _count(self, flags: NDArray[np.bool_]) -> Column:
        sums = running(flags)
        counted: Column = sums[self._ends] - sums[self._starts]
        return counted


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
    category = unicodedata.category(character)
    if category == "Ll":
        return LOWER
    if category in ("Lu", "Lt"):
        return UPPER
    if category[0] in "LM":
        return CASELESS
    if category[0] == "N":
        return DIGIT
    return SPACE if category[0] == "Z" or character.isspace() else SYMBOL
