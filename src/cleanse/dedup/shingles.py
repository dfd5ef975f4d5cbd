"""Shingles: hashes of a few consecutive words, and which of them so many documents have that they tell nothing."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

#: Counters of the shingle sketch. Where ten million documents have a billion different shingles, 240 share a counter,
#: and those that few documents have add nothing that comes near the limit of 0.5 % of the documents.
COUNTERS: Final = 2**22

#: A document with fewer informative words than this, or than this share of its words, uses all its words.
_INFORMATIVE: Final = 10
_INFORMATIVE_SHARE: Final = 10  # one in ten

_U64 = np.uint64
_U32 = np.uint32
_BASE = _U64(0x9E3779B97F4A7C15)  # of the polynomial over token hashes: odd, 2^64 / golden ratio
_MIX = _U64(0xFF51AFD7ED558CCD)  # MurmurHash3 finalizer
_ZERO = _U64(0)
_SHIFT_29, _SHIFT_32 = _U64(29), _U64(32)


def count_shingles(tokens: Tokens, shingle_words: int, counts: NDArray[np.uint32]) -> None:
    """Add the documents of a batch to ``counts``, uint32[a power of two]: each adds 1 to the counter of each of its
    shingles (the low bits of its hash), once."""
    _count_shingles(tokens.hashes, tokens.offsets, shingle_words, counts)


def common(counts: NDArray[np.uint32], documents: int, settings: Dedup) -> NDArray[np.bool_]:
    """Which counters belong to shingles that too many documents share to say anything, bool[counters]."""
    return counts > common_counts(documents, settings)


def common_counts(documents: int, settings: Dedup) -> float:
    """How many of so many documents may have a shingle that says something."""
    return max(settings.common_documents, settings.common_share * documents)


@kernel
def shingle(hashes, first, last, words, found):
    """Writes the shingle hashes of the tokens first to last into ``found``; returns how many there are.

    A polynomial over the token hashes, rolled along, then mixed: a shingle of any length costs the same.
    """
    size = last - first
    if size <= 0:
        return 0
    width = min(words, size)
    state = _ZERO
    power = _U64(1)
    for t in range(first, first + width):
        state = state * _BASE + _U64(hashes[t])
        power *= _BASE
    for k in range(size - width + 1):
        mixed = (state ^ (state >> _SHIFT_32)) * _MIX
        found[k] = _U32((mixed ^ (mixed >> _SHIFT_29)) >> _SHIFT_32)
        if first + k + width < last:
            state = state * _BASE + _U64(hashes[first + k + width]) - _U64(hashes[first + k]) * power
    return size - width + 1


@kernel
def informative(shingles, count, common, informs):
    """Marks the words that lie in a shingle which is not common; how many; whether so few that it marked all words."""
    size = len(informs)
    mask = np.uint32(len(common) - 1)
    last = 0  # of the informative shingle before
    number = 0
    for k in range(size):
        if k < count and not common[shingles[k] & mask]:
            last = k + size - count + 1
        informs[k] = k < last
        number += k < last
    few = number < _INFORMATIVE or number * _INFORMATIVE_SHARE < size
    if few:
        for k in range(size):
            informs[k] = True
        number = size
    return number, few


@kernel
def _count_shingles(hashes, offsets, words, counts):
    """A small hash table a document tells its counters apart; it stays in the cache, as the counters do not."""
    longest = 1
    for d in range(len(offsets) - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    found = np.empty(longest, np.uint32)
    mask = np.uint32(len(counts) - 1)
    size = 4
    while size < 2 * longest:
        size *= 2
    seen = np.zeros(size, np.uint32)
    for d in range(len(offsets) - 1):
        count = shingle(hashes, offsets[d], offsets[d + 1], words, found)
        used = 4
        while used < 2 * count:
            used *= 2
        for k in range(used):
            seen[k] = 0
        for k in range(count):
            counter = np.int64(found[k] & mask)
            slot = (counter * 0x9E3779B1 >> 8) & (used - 1)
            while seen[slot] != 0 and seen[slot] != counter + 1:
                slot = (slot + 1) & (used - 1)
            if seen[slot] == 0:
                seen[slot] = counter + 1
                counts[counter] += 1
