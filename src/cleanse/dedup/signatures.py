"""Signatures: MinHash values of the passages of each document, and the LSH bands they are cut into.

A passage is a window of `window_words` tokens; windows overlap by half, and the last one ends with the document. The
signature of a passage equals, bit for bit, that of ``datasketch.MinHash(num_perm, seed=1, scheme="affine32")`` updated
with the passage's 32-bit shingle hashes (hashfunc: identity).
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

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
_MIX_2 = _U64(0xC4CEB9FE1A85EC53)
_ZERO, _TWO = _U64(0), _U64(2)
_SHIFT_29, _SHIFT_32 = _U64(29), _U64(32)
_FMIX_1, _FMIX_2 = _U32(0x85EBCA6B), _U32(0xC2B2AE35)  # datasketch.minhash._fmix, width 32
_SHIFT_13, _SHIFT_16 = _U32(13), _U32(16)
_HIGHEST = _U32(0xFFFFFFFF)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signatures:
    """One row a passage: its document's number in the batch, its first token and the one after its last (counted in
    the document), int64[p]; and its MinHash values, uint32[p, num_perm]."""

    docs: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    values: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.docs)


def sign(tokens: Tokens, settings: Dedup, common: NDArray[np.bool_] | None = None) -> Signatures:
    """The signed passages of each document, in order; a document without tokens has none.

    With ``common`` (see `common`), shingles that many documents share are left out of the signatures, and passages that
    have no others are left out altogether: two documents then do not meet for their boilerplate. A document with
    almost nothing else keeps all its shingles, as in `align`.
    """
    window = max(settings.window_words, settings.shingle_words)
    step = max(window // 2, 1)
    lengths = np.diff(tokens.offsets)
    counts = np.where(lengths > 0, 1 + np.maximum(-(-(lengths - window) // step), 0), 0)
    docs = np.repeat(np.arange(len(tokens), dtype=np.int64), counts)
    within = np.arange(len(docs), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    size = lengths[docs]
    firsts = np.minimum(within * step, np.maximum(size - window, 0))
    lasts = np.minimum(firsts + window, size)
    values = np.empty((len(docs), settings.num_perm), np.uint32)
    kept = np.ones(len(docs), np.bool_)
    a, b = permutations(settings.num_perm)
    table = np.zeros(1, np.bool_) if common is None else common
    _sign(tokens.hashes, tokens.offsets, settings.shingle_words, window, step, table, a, b, values, kept)
    if kept.all():
        return Signatures(docs=docs, firsts=firsts, lasts=lasts, values=values)
    return Signatures(docs=docs[kept], firsts=firsts[kept], lasts=lasts[kept], values=values[kept])


def shingle_hashes(hashes: NDArray[np.uint32], words: int) -> NDArray[np.uint32]:
    """Hashes of the ``words`` consecutive tokens from each place of one document on; of all tokens if it has fewer."""
    found = np.empty(max(len(hashes) - words + 1, min(len(hashes), 1)), np.uint32)
    shingle(hashes, 0, len(hashes), words, found)
    return found


@cache
def permutations(num_perm: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """datasketch's factors and summands for seed 1, uint32[num_perm] each."""
    # as MinHash._init_permutations does; importing datasketch, and scipy with it, takes longer than signing 20 MB
    source = np.random.RandomState(1)
    a = source.randint(0, 2**31, num_perm, dtype=np.uint32) * _U32(2) + _U32(1)
    return a, source.randint(0, 2**32, num_perm, dtype=np.uint32)


@cache
def choose_bands(similarity: float, recall: float, num_perm: int) -> tuple[int, int]:
    """Bands and rows, with the most rows for which ``1 - (1 - similarity**rows)**bands`` reaches ``recall``.

    Fit for ``datasketch.MinHashLSH(params=(bands, rows))``. One row each if no choice reaches it.

    >>> choose_bands(0.15, 0.75, 128)
    (64, 2)
    """
    best = 1
    for rows in range(2, num_perm + 1):
        if 1 - (1 - similarity**rows) ** (num_perm // rows) < recall:
            break
        best = rows
    return num_perm // best, best


def band_keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> NDArray[np.uint64]:
    """A 64-bit key of each band of each signature, uint64[passages, bands]; a column is contiguous in memory."""
    keys = np.empty((bands, len(signatures)), np.uint64)
    _band_keys(signatures, rows, keys)
    return keys.T


def count_shingles(tokens: Tokens, shingle_words: int, counts: NDArray[np.uint32]) -> None:
    """Add the documents of a batch to ``counts``, uint32[a power of two]: each adds 1 to the counter of each of its
    shingles (the low bits of its hash), once."""
    _count_shingles(tokens.hashes, tokens.offsets, shingle_words, counts)


def common(counts: NDArray[np.uint32], documents: int, settings: Dedup) -> NDArray[np.bool_]:
    """Which counters belong to shingles that too many documents share to say anything, bool[counters]."""
    return counts > max(settings.common_documents, settings.common_share * documents)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _sign(hashes, offsets, words, window, step, common, a, b, values, kept):
    """Every shingle is permuted once, though it lies in two windows.

    The shingles that start in ``step`` tokens are split into a head, which belongs to the window before as well, and
    the rest: a window is the head and rest it starts with and the head that follows.
    """
    longest = 1
    for d in range(len(offsets) - 1):
        longest = max(longest, offsets[d + 1] - offsets[d])
    mixed = np.empty(longest, np.uint32)
    informs = np.empty(longest, np.bool_)
    before = np.zeros(longest + 1, np.int64)  # shingles kept before each place
    heads = np.empty((2, len(a)), np.uint32)
    row = 0
    span = window - words + 1  # shingles of a window
    head = max(span - step, 0)
    rest = min(step, span)
    mask = np.uint32(len(common) - 1)
    for d in range(len(offsets) - 1):
        size = offsets[d + 1] - offsets[d]
        count = shingle(hashes, offsets[d], offsets[d + 1], words, mixed)
        if count == 0:
            continue
        _, every = informative(mixed, count, common, informs[:size])
        for k in range(count):
            x = mixed[k]
            keep = every or not common[x & mask]
            x = _U32((x ^ (x >> _SHIFT_16)) * _FMIX_1)
            x = _U32((x ^ (x >> _SHIFT_13)) * _FMIX_2)
            mixed[before[k]] = x ^ (x >> _SHIFT_16)
            before[k + 1] = before[k] + keep
        start = 0
        _clear(heads[0])
        if span < count:
            _lowest(mixed, 0, before[head], a, b, heads[0])
        while start + span < count:
            here, after = heads[(start // step) % 2], heads[(start // step + 1) % 2]
            _lowest(mixed, before[start + head], before[start + rest], a, b, here)
            _clear(after)
            _lowest(mixed, before[start + step], before[start + step + head], a, b, after)
            for p in range(len(a)):
                values[row, p] = min(here[p], after[p]) if head > 0 else here[p]
            kept[row] = before[start] < before[start + span]
            row += 1
            start += step
        start = max(count - span, 0)
        _clear(values[row])
        _lowest(mixed, before[start], before[count], a, b, values[row])
        kept[row] = before[start] < before[count]
        row += 1
    return row


@njit(cache=True, nogil=True)
def _clear(lowest):
    for p in range(len(lowest)):
        lowest[p] = _HIGHEST


@njit(cache=True, nogil=True)
def _lowest(mixed, first, last, a, b, lowest):
    """Lowers each of ``lowest`` to the least of its permutation of mixed[first:last]; four at a time, to load less."""
    k = first
    while k + 4 <= last:
        w, x, y, z = mixed[k], mixed[k + 1], mixed[k + 2], mixed[k + 3]
        for p in range(len(a)):
            one = min(_U32(a[p] * w + b[p]), _U32(a[p] * x + b[p]))
            two = min(_U32(a[p] * y + b[p]), _U32(a[p] * z + b[p]))
            lowest[p] = min(lowest[p], one, two)
        k += 4
    while k < last:
        w = mixed[k]
        for p in range(len(a)):
            lowest[p] = min(lowest[p], _U32(a[p] * w + b[p]))
        k += 1


@njit(cache=True, nogil=True)
def _band_keys(signatures, rows, keys):
    for k in range(len(signatures)):
        for band in range(len(keys)):
            state = _U64(band + 1) * _MIX_2
            for r in range(band * rows, band * rows + rows):
                state = (state ^ _U64(signatures[k, r])) * _BASE
                state ^= state >> _SHIFT_29
            state *= _MIX
            keys[band, k] = state ^ (state >> _SHIFT_32)


@njit(cache=True, nogil=True)
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
