"""A sieve for phrases: of many lines at once it tells which may say one, by hashes of their words.

No line that says a phrase falls through; of the others about one in a hundred stays. Phrases of unspaced scripts are not told.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.boilerplate.blocks import UNSPACED
from cleanse.boilerplate.characters import MARK, Characters, lower_case
from cleanse.compiled import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

#: The sieve has two places for each hash, of so many; 27,000 phrases fill one of 20, their 3,000 marked words one of 11.
_LINES: Final = 2**20
_WORDS: Final = 2**16
# What a hash is of: all words of a line, its first words, a word or two of it.
WHOLE: Final = 1
PREFIX: Final = 2
WORD: Final = 4
FIRST_OF_PAIR: Final = 8
PAIR: Final = 16
_LENGTH, _FIRST, _SECOND, _THIRD, _LAST = map(np.uint32, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1))
_CHAIN = np.uint32(0x01000193)
_FOLD = np.uint32(15)
_REST = np.uint32(12)


class Sieve:
    """Bits at the hashes of phrases: ``lines`` for those of several words, ``words`` for one, which stays in the cache.
    ``whole`` words has the longest phrase that is a line, ``prefix`` the longest that begins one."""

    def __init__(self, whole: Iterable[str], prefix: Iterable[str], contained: Iterable[str]) -> None:
        self.lines: NDArray[np.uint8] = np.zeros(_LINES, np.uint8)
        self.words: NDArray[np.uint8] = np.zeros(_WORDS, np.uint8)
        self.whole: int = _add_lines(self.lines, WHOLE, *_parts(whole))
        self.prefix: int = _add_lines(self.lines, PREFIX, *_parts(prefix))
        _add_contained(self.words, self.lines, *_parts(contained))


def _spaced(phrases: Iterable[str]) -> list[str]:
    return [phrase for phrase in phrases if phrase.isascii() or not UNSPACED.search(phrase)]


def _parts(phrases: Iterable[str]) -> tuple[NDArray[np.generic], ...]:
    characters = Characters(_spaced(phrases))
    return characters.codes, characters.classes, lower_case(), characters.bases


@kernel
def word_hash(codes, lower, begin, end):
    """The hash of a word: of its length and four of its characters."""
    last = end - 1
    found = np.uint32(end - begin) * _LENGTH
    found ^= lower[codes[begin]] * _FIRST
    found ^= lower[codes[min(begin + 1, last)]] * _SECOND
    found ^= lower[codes[min(begin + 2, last)]] * _THIRD
    found ^= lower[codes[last]] * _LAST
    return np.uint32(found)


@kernel
def chained(one, two):
    """The hash of some words and one more."""
    return np.uint32((one ^ one >> _FOLD) * _CHAIN + two)


@kernel
def kept(table, hash_):
    """What the sieve has a hash for."""
    found = table[_place(table, hash_)]
    return found & table[_other_place(table, hash_)] if found else found


@kernel
def _place(table, hash_):
    return np.int64(hash_ ^ hash_ >> _FOLD) & len(table) - 1


@kernel
def _other_place(table, hash_):
    return np.int64(hash_ >> _REST) & len(table) - 1


@kernel
def _keep(table, hash_, bit):
    table[_place(table, hash_)] |= bit
    table[_other_place(table, hash_)] |= bit


@kernel
def _next_word(classes, at, end):
    """(where the next run of letters begins, where it ends)."""
    while at < end and classes[at] > MARK:
        at += 1
    begin = at
    while at < end and classes[at] <= MARK:
        at += 1
    return begin, at


@kernel
def _add_lines(table, bit, codes, classes, lower, bases):
    """Add phrases by all their words; how many the longest has."""
    most = 0
    for line in range(len(bases) - 1):
        end, words = bases[line + 1], 0
        begin, at = _next_word(classes, bases[line], end)
        whole = np.uint32(0)
        while begin < end:
            hash_ = word_hash(codes, lower, begin, at)
            whole = chained(whole, hash_) if words else hash_
            words += 1
            begin, at = _next_word(classes, at, end)
        if words:
            _keep(table, whole, bit)
        most = max(most, words)
    return most


@kernel
def _add_contained(words, lines, codes, classes, lower, bases):
    """Add phrases by their word, or by the two longest that stand side by side, which few lines have."""
    for line in range(len(bases) - 1):
        end, longest = bases[line + 1], np.int64(0)
        begin, at = _next_word(classes, bases[line], end)
        one = two = word_hash(codes, lower, begin, at)
        while begin < end:
            following, after = _next_word(classes, at, end)
            if following < end and min(at - begin, after - following) > longest:
                longest = min(at - begin, after - following)
                one, two = word_hash(codes, lower, begin, at), word_hash(codes, lower, following, after)
            begin, at = following, after
        if longest:
            _keep(words, one, FIRST_OF_PAIR)
            _keep(lines, chained(one, two), PAIR)
        else:
            _keep(words, one, WORD)
