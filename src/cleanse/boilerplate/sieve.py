"""A sieve for phrases: of many lines at once it tells which may say one, by hashes of their words.

No line that says a phrase falls through; of the others about one in fifty stays. Phrases of unspaced scripts are not told.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.boilerplate.blocks import UNSPACED
from cleanse.boilerplate.characters import Characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from cleanse.boilerplate.characters import Flags, Places

    Hashes = NDArray[np.uint32]

#: The sieve has a place for each hash of so many bits; 27,000 phrases fill one of 40.
_BITS = 20
# What a hash is of: all words of a line, its first words, a word or two of it.
_WHOLE: Final = 1
_PREFIX: Final = 2
_WORD: Final = 4
_FIRST_OF_PAIR: Final = 8
_PAIR: Final = 16
_FACTORS = [np.uint32(factor) for factor in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1)]
_CHAIN = np.uint32(0x01000193)
_FOLD = np.uint32(15)


class Sieve:
    """Bits at the hashes of phrases."""

    def __init__(self, whole: Iterable[str], prefix: Iterable[str], contained: Iterable[str]) -> None:
        self._bits = np.zeros(2**_BITS, np.uint8)
        self._most = 0
        for bit, phrases in ((_WHOLE, whole), (_PREFIX, prefix)):
            hashes, first, many = _words(Characters(_spaced(phrases)))
            for count, lines, chained in _chains(hashes, first, many, int(many.max(initial=0))):
                self._add(bit, chained[many[lines] == count])
                self._most = max(self._most, count)
        contained = _spaced(contained)
        hashes, first, many = _words(Characters(contained))
        self._add(_WORD, hashes[first[many == 1]])
        # the two longest words that stand side by side, which few lines have
        for phrase, at, count in zip(contained, first.tolist(), many.tolist(), strict=True):
            lengths = [*map(len, phrase.split(" "))]
            if count > 1:
                one = at + max(range(count - 1), key=[*map(min, pairwise(lengths))].__getitem__)
                self._add(_FIRST_OF_PAIR, hashes[one : one + 1])
                self._add(_PAIR, _chained(hashes[one : one + 1], hashes[one + 1 : one + 2]))

    def _add(self, bit: int, hashes: Hashes) -> None:
        self._bits[_place(hashes)] |= np.uint8(bit)

    def _has(self, bit: int, hashes: Hashes) -> Flags:
        found: Flags = self._bits[_place(hashes)] & np.uint8(bit) > 0
        return found

    def may_say(self, characters: Characters, starts: Places) -> Flags:
        """Whether blocks that begin at some places may say something."""
        hashes, first, many = _words(characters, starts)
        bits = self._bits[_place(hashes)]
        within = bits & np.uint8(_WORD) > 0
        pairs = np.flatnonzero(bits[:-1] & np.uint8(_FIRST_OF_PAIR))
        within[pairs] |= self._has(_PAIR, _chained(hashes[pairs], hashes[pairs + 1]))
        count = np.append(0, np.cumsum(within))
        may: Flags = count[first + many] > count[first]
        for n, lines, chained in _chains(hashes, first, many, self._most):
            may[lines] |= self._has(_PREFIX, chained) | (self._has(_WHOLE, chained) & (many[lines] == n))
        # a label that says the same before it, and characters whose lower case depends on others
        labelled = np.flatnonzero(many > 2)
        may[labelled] |= hashes[first[labelled]] == hashes[first[labelled] + 1]
        may[np.searchsorted(starts, characters.irregular, "right") - 1] = True
        return may


def _spaced(phrases: Iterable[str]) -> list[str]:
    return [phrase for phrase in phrases if phrase.isascii() or not UNSPACED.search(phrase)]


def _words(characters: Characters, starts: Places | None = None) -> tuple[Hashes, Places, Places]:
    """(the hashes of all words, the first word of each block, how many it has): of their length and four characters each."""
    begins, ends = characters.letter_runs()
    lower, last = characters.lower, ends - 1
    hashes = (ends - begins).astype(np.uint32) * _FACTORS[0]
    for factor, places in zip(_FACTORS[1:], (begins, begins + 1, begins + 2, last), strict=True):
        hashes ^= lower[np.minimum(places, last)] * factor
    first = np.searchsorted(begins, characters.bases[:-1] if starts is None else starts)
    return hashes, first, np.diff(np.append(first, len(begins)))


def _chains(hashes: Hashes, first: Places, many: Places, most: int) -> Iterator[tuple[int, Places, Hashes]]:
    """For one word, two words ...: (the number, the lines that have so many, the hash of their first so many)."""
    lines = np.flatnonzero(many > 0)
    chained = hashes[first[lines]]
    for count in range(1, most + 1):
        yield count, lines, chained
        longer = many[lines] > count
        lines = lines[longer]
        chained = _chained(chained[longer], hashes[first[lines] + count])


def _chained(one: Hashes, two: Hashes) -> Hashes:
    return (one ^ one >> _FOLD) * _CHAIN + two


def _place(hashes: Hashes) -> NDArray[np.intp]:
    return ((hashes ^ hashes >> _FOLD) & np.uint32(2**_BITS - 1)).astype(np.intp)
