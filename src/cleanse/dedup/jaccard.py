"""Jaccard: the classical similarity of two documents, that of their sets of shingles, counted and not estimated."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.shingles import shingle

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U32 = np.uint32
_GOLDEN = _U32(0x9E3779B1)  # 2^32 / golden ratio: the shingles of one document spread over the table
_SHIFT_8 = _U32(8)


def shared_shingles(
    a: NDArray[np.int64], b: NDArray[np.int64], hashes: NDArray[np.uint32], offsets: NDArray[np.int64], words: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """How many different shingles document a[k] has, how many b[k], and how many both, int64[pairs] each.

    Documents as in `Tokens`; pairs with the same ``a`` in a row share the work on it.
    """
    found = _shared(a, b, hashes, offsets, words)
    return found[:, 0], found[:, 1], found[:, 2]


@kernel
def _shared(a, b, hashes, offsets, words):
    longest = 1
    for k in range(len(a)):
        longest = max(longest, offsets[a[k] + 1] - offsets[a[k]], offsets[b[k] + 1] - offsets[b[k]])
    slots = 4
    while slots < 2 * longest:
        slots *= 2
    shingles = np.empty(longest, np.uint32)
    # a slot is in use if it was filled for this document, and counted if it was met in this pair
    keys, filled, met = np.empty(slots, np.uint32), np.zeros(slots, np.int64), np.zeros(slots, np.int64)
    sizes = np.full(len(offsets), -1, np.int64)
    found = np.zeros((len(a), 3), np.int64)
    stamp, previous, used = np.int64(0), np.int64(-1), np.int64(4)
    for pair in range(len(a)):
        for doc in (b[pair], a[pair]):
            if sizes[doc] < 0 or (doc == a[pair] and doc != previous):
                count = shingle(hashes, offsets[doc], offsets[doc + 1], words, shingles)
                stamp += 1
                previous = doc
                used = np.int64(4)
                while used < 2 * count:
                    used *= 2
                sizes[doc] = 0
                for k in range(count):
                    slot = np.int64((shingles[k] * _GOLDEN) >> _SHIFT_8) & (used - 1)
                    while filled[slot] == stamp and keys[slot] != shingles[k]:
                        slot = (slot + 1) & (used - 1)
                    sizes[doc] += filled[slot] != stamp
                    filled[slot], keys[slot] = stamp, shingles[k]
        count = shingle(hashes, offsets[b[pair]], offsets[b[pair] + 1], words, shingles)
        for k in range(count):
            slot = np.int64((shingles[k] * _GOLDEN) >> _SHIFT_8) & (used - 1)
            while filled[slot] == stamp and keys[slot] != shingles[k]:
                slot = (slot + 1) & (used - 1)
            if filled[slot] == stamp and met[slot] != pair + 1:
                met[slot] = pair + 1
                found[pair, 2] += 1
        found[pair, 0], found[pair, 1] = sizes[a[pair]], sizes[b[pair]]
    return found


#: The kernel of this module that calls all others.
KERNEL = _shared
