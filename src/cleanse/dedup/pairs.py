"""Pairs: passages of two documents that meet under a band key, in time linear in the number of keys however often a key occurs."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

from cleanse.dedup.sorting import sort

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U64 = np.uint64
_ONE = _U64(1)
_BITS = _U64(63)
_SIX = _U64(6)

#: Document numbers must fit: two of them are packed into one 64-bit integer.
MAX_DOCUMENTS: Final = 2**31


def pairs(
    keys: NDArray[np.uint64],
    docs: NDArray[np.integer[Any]],
    members: int,
    sketches: NDArray[np.uint8] | None = None,
    least: int = 0,
    passages: NDArray[np.int64] | None = None,
    known: int = 0,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that share a key, of documents a < b, int64[m] each: once for each key that the documents share.

    Rows ascend by document. Of a key with more than ``members`` documents each is paired with the ``members // 2``
    lowest and with the ``members // 2`` that follow it. Numbers are ranks, so the lowest are those that the others can
    survive in. Rows of different key ranges can be given to different calls. With ``sketches``, uint8[rows, n], only
    rows whose sketches are equal in ``least`` places are paired. ``passages`` says which of the sketches a row has, and is
    what comes back in its place. The first ``known`` rows are not paired with each other.
    """
    if len(docs) and not 0 <= int(docs[0]) <= int(docs[-1]) < MAX_DOCUMENTS:
        raise ValueError("document numbers must be below 2**31")
    rows = np.flatnonzero(_alone(keys, docs))
    rows = rows[_repeated(keys[rows], _filter_bits(len(rows)))]
    rows = rows[np.argsort(keys[rows])]
    grouped, sizes = _groups(keys[rows], rows, docs)
    if passages is not None:
        grouped = passages[grouped]
    if sketches is None:
        sketches, least = np.empty((0, 0), np.uint8), 0
    return _pair(grouped, sizes, members, max(members // 2, 1), sketches, least, known)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def equal_places(one, other):
    """In how many places each sketch equals its counterpart, uint8[rows, n] both -> int64[rows]."""
    found = np.empty(len(one), np.int64)
    for k in range(len(one)):
        found[k] = _equal(one[k], other[k])
    return found


def _alone(keys: NDArray[np.uint64], docs: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """False where a row repeats the one before, as the overlapping passages of a document often do."""
    found = np.ones(len(keys), np.bool_)
    found[1:] = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
    return found


def _filter_bits(rows: int) -> int:
    """Bits of the table that tells keys that occur once: 16 a row, a false alarm for one key in sixteen."""
    return max(6, int(rows * 16 - 1).bit_length()) if rows else 6


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _pair(rows, sizes, members, half, sketches, least, known):
    """The pairs of each group of rows; of those below ``known``, the first of their groups, none with each other."""
    a, b = np.empty(1024, np.int64), np.empty(1024, np.int64)
    found = 0
    first = 0
    for size in sizes:
        last = first + size
        reach = half if size > members else size
        fresh = first
        while fresh < last and rows[fresh] < known:
            fresh += 1
        for i in range(first, last):
            if found + size + half > len(a):
                more = 2 * (found + size + half)
                more_a, more_b = np.empty(more, np.int64), np.empty(more, np.int64)
                for k in range(found):
                    more_a[k], more_b[k] = a[k], b[k]
                a, b = more_a, more_b
            for j in range(max(i + 1, fresh), min(i + 1 + reach, last)):
                a[found], b[found] = rows[i], rows[j]
                found += least == 0 or _equal(sketches[rows[i]], sketches[rows[j]]) >= least
            if size > members and i >= fresh:
                for j in range(first, min(first + half, i - half)):
                    a[found], b[found] = rows[j], rows[i]
                    found += least == 0 or _equal(sketches[rows[j]], sketches[rows[i]]) >= least
        first = last
    return a[:found].copy(), b[:found].copy()


@njit(cache=True, nogil=True)
def _equal(one, other):
    """In how many places two sketches are equal."""
    same = np.uint32(0)
    for p in range(len(one)):
        same += np.uint32(one[p] == other[p])
    return np.int64(same)
