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
from typing import TYPE_CHECKING

import numpy as np

from cleanse.compiled import kernel, uncompiled
from cleanse.dedup.shingles import informative, shingle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

_U64 = np.uint64
_U32 = np.uint32
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

    With ``common`` (see `shingles.common`), shingles that many documents share are left out of the signatures, and passages that
    have no others are left out altogether: two documents then do not meet for their boilerplate. A document with
    almost nothing else keeps all its shingles, as in `align`.
    """
    lengths = np.diff(tokens.offsets)
    counts, window, step = passage_counts(lengths, settings)
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


def passage_counts(lengths: NDArray[np.int64], settings: Dedup) -> tuple[NDArray[np.int64], int, int]:
    """How many passages documents of so many tokens have; the tokens of a passage, and from one to the next."""
    window = max(settings.window_words or int(lengths.max(initial=1)), settings.shingle_words)
    step = max(window // 2, 1)
    return np.where(lengths > 0, 1 + np.maximum(-(-(lengths - window) // step), 0), 0), window, step


@cache
def permutations(num_perm: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """datasketch's factors and summands for seed 1, uint32[num_perm] each."""
    # as MinHash._init_permutations does; importing datasketch, and scipy with it, takes longer than signing 20 MB
    source = np.random.RandomState(1)
    a = source.randint(0, 2**31, num_perm, dtype=np.uint32) * _U32(2) + _U32(1)
    return a, source.randint(0, 2**32, num_perm, dtype=np.uint32)


@kernel
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


@kernel
def _clear(lowest):
    lowest[:] = _HIGHEST


@kernel
def _lowest_in_turn(mixed, first, last, a, b, lowest):
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


def _lowest_at_once(mixed, first, last, a, b, lowest):
    """The same by whole arrays, for plain Python: 128 permutations of each shingle are too many steps for it."""
    permuted = np.multiply.outer(mixed[first:last], a) + b
    np.minimum(lowest, permuted.min(axis=0, initial=_HIGHEST), out=lowest)


_lowest = _lowest_at_once if uncompiled() else _lowest_in_turn
