"""Pairs: documents that meet under a band key, in time linear in the number of keys however often a key occurs."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U64 = np.uint64
_ONE = _U64(1)
_BITS = _U64(63)
_SIX = _U64(6)

#: Document numbers must fit: two of them are packed into one 64-bit integer.
MAX_DOCUMENTS: Final = 2**31


def pairs(
    keys: NDArray[np.uint64], docs: NDArray[np.int64], members: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Documents a < b that share a key, int64[m] each, once for each key they share; rows may come in any order.

    Of a key with more than ``members`` documents each is paired with the ``members // 2`` lowest and with the
    ``members // 2`` that follow it. Numbers are ranks, so the lowest are those that the others can survive in. Rows of
    different key ranges can be given to different calls.
    """
    if len(docs) and not 0 <= int(docs.min()) <= int(docs.max()) < MAX_DOCUMENTS:
        raise ValueError("document numbers must be below 2**31")
    rows = _repeated(keys, _filter_bits(len(keys)))
    keys, docs = keys[rows], docs[rows]
    order = np.argsort(keys)
    keys, docs = keys[order], docs[order]
    half = max(members // 2, 1)
    docs, sizes = _groups(keys, docs)
    return _pair(docs, sizes, members, half)  # type: ignore[no-any-return]


def hits(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The different pairs in ascending order, and how often each occurs, int64[m] each."""
    packed = np.sort(a << 32 | b)
    firsts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1]))[: len(packed)])
    counts = np.diff(np.concatenate((firsts, [len(packed)])))
    packed = packed[firsts]
    return packed >> 32, packed & 0xFFFFFFFF, counts


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
def sort(values):
    """Sorts int64 values in place: by insertion if they are few, else as a heap (numba's own is slow to compile)."""
    size = len(values)
    if size <= 32:
        for k in range(1, size):
            value = values[k]
            place = k
            while place > 0 and values[place - 1] > value:
                values[place] = values[place - 1]
                place -= 1
            values[place] = value
        return
    for k in range(size // 2 + size - 1):
        # first every parent from the last one, to make the heap; then from the top, which goes behind the heap
        last = size
        top = size // 2 - 1 - k
        if top < 0:
            last = size // 2 + size - 1 - k
            values[0], values[last] = values[last], values[0]
            top = 0
        child = 2 * top + 1
        while child < last:
            if child + 1 < last and values[child + 1] > values[child]:
                child += 1
            if values[top] >= values[child]:
                break
            values[top], values[child] = values[child], values[top]
            top, child = child, 2 * child + 1


@njit(cache=True, nogil=True)
def _groups(keys, docs):
    """Of rows sorted by key: the different documents, ascending, of each key that has two or more; their number."""
    sizes = np.empty(len(keys) // 2, np.int64)
    groups = 0
    kept = 0
    first = 0
    while first < len(keys):
        last = first + 1
        while last < len(keys) and keys[last] == keys[first]:
            last += 1
        if last - first > 1:
            sort(docs[first:last])
            start = kept
            for k in range(first, last):
                if kept == start or docs[kept - 1] != docs[k]:
                    docs[kept] = docs[k]
                    kept += 1
            if kept - start > 1:
                sizes[groups] = kept - start
                groups += 1
            else:
                kept = start
        first = last
    return docs[:kept].copy(), sizes[:groups].copy()


@njit(cache=True, nogil=True)
def _pair(docs, sizes, members, half):
    """The pairs of each group of documents."""
    found = 0
    for size in sizes:
        if size <= members:
            found += size * (size - 1) // 2
        else:
            found += 2 * size * half
    a, b = np.empty(found, np.int64), np.empty(found, np.int64)
    found = 0
    first = 0
    for size in sizes:
        last = first + size
        reach = half if size > members else size
        for i in range(first, last):
            for j in range(i + 1, min(i + 1 + reach, last)):
                a[found], b[found] = docs[i], docs[j]
                found += 1
            if size > members:
                for j in range(first, min(first + half, i - half)):
                    a[found], b[found] = docs[j], docs[i]
                    found += 1
        first = last
    return a[:found].copy(), b[:found].copy()
