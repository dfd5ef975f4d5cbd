"""Pairs: passages of two documents that meet under a band key, in time linear in the number of keys however often a key occurs."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.portions import portions
from cleanse.dedup.sorting import sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_U64 = np.uint64
_ONE = _U64(1)
_BITS = _U64(63)
_SIX = _U64(6)

#: Document numbers must fit: two of them are packed into one 64-bit integer.
MAX_DOCUMENTS: Final = 2**31
#: Of a key with thousands of documents, the 320th (in `members`: 8 times 40) is the last to be paired with half of them;
#: the others with fewer the more come before, these at least. They share many keys: in a cluster of 8,000 copies
#: each met 500 different documents.
_CROWD, _FEWEST = 8, 4
#: Places of two sketches that are compared before it is asked whether they are alike.
_TELLING: Final = 32
#: Pairs that are found at once: bounds their memory.
_AT_ONCE = 2**20


def pairs(
    keys: NDArray[np.uint64],
    docs: NDArray[np.integer[Any]],
    members: int,
    sketches: NDArray[np.uint8] | None = None,
    least: int = 0,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that share a key, of documents a < b, int64[m] each: once for each key that the documents share.

    Rows ascend by document. Of a key with more than ``members`` documents each is paired with the ``members // 2``
    lowest and with the ``members // 2`` before it, or with fewer the more come before it. Numbers are
    ranks, so the lowest are those that the others can survive in. Rows of different key ranges can be given to different
    calls. With ``sketches``, uint8[rows, n], only rows whose sketches are equal in ``least`` places are paired.
    """
    rows, sizes = groups(keys, docs)
    a, b = np.concatenate([np.empty((2, 0), np.int64), *group_pairs(rows, sizes, members, sketches, least)], axis=1)
    return a, b


def groups(keys: NDArray[np.uint64], docs: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each key that two or more documents have a row of each, ascending; and how many these are for each such key."""
    if len(docs) and not 0 <= int(docs[0]) <= int(docs[-1]) < MAX_DOCUMENTS:
        raise ValueError("document numbers must be below 2**31")
    rows = np.flatnonzero(_alone(keys, docs))
    rows = rows[_repeated(keys[rows], _filter_bits(len(rows)))]
    rows = rows[np.argsort(keys[rows])]
    return _groups(keys[rows], rows, docs)  # type: ignore[no-any-return]


def group_pairs(
    rows: NDArray[np.int64],
    sizes: NDArray[np.int64],
    members: int,
    sketches: NDArray[np.uint8] | None = None,
    least: int = 0,
    *,
    known: int = 0,
    rare: int = 0,
    thinned: bool = True,
) -> Iterator[NDArray[np.int64]]:
    """The pairs of `pairs` from ``groups``, some at a time, int64[2, m]; ``sketches`` are those of the numbers in ``rows``.

    The first ``known`` rows are not paired with each other. A row is paired twice under a key that it meets no more than
    ``rare`` rows before it with. Not ``thinned``, each is paired with as many as there may be.
    """
    half = max(members // 2, 1)
    crowd, fewest = _CROWD * members if thinned else MAX_DOCUMENTS, min(half, _FEWEST)
    if sketches is None:
        sketches, least = np.empty((0, 0), np.uint8), 0
    ends = np.concatenate(([0], np.cumsum(sizes)))
    for some in portions(np.minimum(sizes - 1, max(2 * half, members)) * sizes, _AT_ONCE, len(sizes)):
        mine = rows[ends[some.start] : ends[some.stop]]
        yield _pair(mine, sizes[some], members, half, crowd, fewest, sketches, least, known, rare)


@kernel
def alike(sketches, a, b, least):
    """Whether the sketches of a[k] and b[k], uint8[rows, n], are equal in ``least`` places, bool[pairs]."""
    found = np.empty(len(a), np.bool_)
    for k in range(len(a)):
        found[k] = _alike(sketches[a[k]], sketches[b[k]], least)
    return found


def _alone(keys: NDArray[np.uint64], docs: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """False where a row repeats the one before, as the overlapping passages of a document often do."""
    found = np.ones(len(keys), np.bool_)
    found[1:] = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
    return found


def _filter_bits(rows: int) -> int:
    """Bits of the table that tells keys that occur once: 16 a row, a false alarm for one key in sixteen."""
    return max(6, int(rows * 16 - 1).bit_length()) if rows else 6


@kernel
def _repeated(keys, bits):
    """The rows whose key occurs again, and a few others: most keys occur once, and sorting costs more than this."""
    once = np.zeros(1 << (bits - 6), np.uint64)
    again = np.zeros(1 << (bits - 6), np.uint64)
    shift = _U64(64 - bits)
    for k in range(len(keys)):
        slot = keys[k] >> shift
        bit = _ONE << (slot & _BITS)
        word = np.int64(slot >> _SIX)
        again[word] |= once[word] & bit
        once[word] |= bit
    rows = np.empty(len(keys), np.int64)
    count = 0
    for k in range(len(keys)):
        slot = keys[k] >> shift
        rows[count] = k
        count += np.int64((again[np.int64(slot >> _SIX)] >> (slot & _BITS)) & _ONE)
    return rows[:count].copy()


@kernel
def _groups(keys, rows, docs):
    """Of rows sorted by key: for each key that two or more documents have, a row of each, ascending; their number."""
    sizes = np.empty(len(keys) // 2, np.int64)
    groups = 0
    kept = 0
    first = 0
    while first < len(keys):
        last = first + 1
        while last < len(keys) and keys[last] == keys[first]:
            last += 1
        if last - first > 1:
            sort(rows[first:last])
            start = kept
            for k in range(first, last):
                if kept == start or docs[rows[kept - 1]] != docs[rows[k]]:
                    rows[kept] = rows[k]
                    kept += 1
            if kept - start > 1:
                sizes[groups] = kept - start
                groups += 1
            else:
                kept = start
        first = last
    return rows[:kept].copy(), sizes[:groups].copy()


@kernel
def _pair(rows, sizes, members, half, crowd, fewest, sketches, least, known, rare):
    """The pairs of each group of rows, those of a row with ``rare`` before it twice; of those below ``known`` none with each other."""
    found = np.empty((2, 1024), np.int64)
    count = 0
    first = 0
    for size in sizes:
        for i in range(first, first + size):
            before = i - first
            if before == 0 or rows[i] < known:
                continue
            near = size
            if size > members:
                near = half if before <= crowd else max(fewest, half * crowd // before)
            partners = min(2 * near, before)
            if count + 2 * partners > found.shape[1]:
                more = np.empty((2, 2 * (count + 2 * partners)), np.int64)
                for k in range(count):
                    more[0, k], more[1, k] = found[0, k], found[1, k]
                found = more
            start = count
            for k in range(partners):  # the lowest, then those before it
                j = first + k if k < near else i - partners + k
                found[0, count], found[1, count] = rows[j], rows[i]
                count += least == 0 or _alike(sketches[rows[j]], sketches[rows[i]], least)
            if before <= rare:
                for k in range(start, count):
                    found[0, count], found[1, count] = found[0, k], found[1, k]
                    count += 1
        first += size
    return found[:, :count].copy()


@kernel
def _alike(one, other, least):
    """Whether two sketches are equal in so many places: of two that are, the first places tell most often."""
    same = np.uint32(0)
    whole = len(one) // _TELLING * _TELLING
    for first in range(0, whole, _TELLING):
        for p in range(_TELLING):
            same += np.uint32(one[first + p] == other[first + p])
        if same >= least:
            return True
    for p in range(whole, len(one)):
        same += np.uint32(one[p] == other[p])
    return same >= least
