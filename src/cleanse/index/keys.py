"""Keys: the band keys that the index keeps of a document, the lowest ones, so that a long document costs what a short one does."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.bandstore import sketch, sketch_width
from cleanse.dedup.candidates import token_batches
from cleanse.dedup.signatures import sign
from cleanse.dedup.sorting import sort
from cleanse.dedup.store import release, select
from cleanse.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.signatures import Signatures
    from cleanse.dedup.tokens import Tokens

#: Bits of a key: of a billion kept keys, one in a thousand is there by chance for a key that is looked up.
KEY_BITS: Final = 40
#: Keys of a document that are kept at most: those of four passages. With all keys the file is twice as large, and 0.4 % more of
#: the planted copies are found (`bench/index.py`), nearly all of them with two words in five edited; with 128, 2 % fewer.
KEPT_KEYS: Final = 256

_ORDER_BITS = np.uint64(63 - KEY_BITS)  # of the key, others than those it keeps: they say which keys are lowest
_DROPPED, _KEPT = np.uint64(64 - KEY_BITS), np.uint64(KEY_BITS)
_ONE = np.uint64(1)


@dataclass(frozen=True, slots=True)
class Keyed:
    """Of some documents the kept keys, a number of a document, ascending, and a key, a row each; and of each its sketch,
    uint8[documents, n], equal in about as many places as two documents share of their shingles, and its tokens."""

    docs: NDArray[np.int64]
    keys: NDArray[np.uint64]
    sketches: NDArray[np.uint8]
    words: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: Sequence[Keyed], width: int) -> Keyed:
        """One part after the other, their documents numbered on."""
        firsts = np.cumsum([0, *(len(part.sketches) for part in parts)]).tolist()
        docs = [part.docs + first for part, first in zip(parts, firsts, strict=False)]
        return cls(
            np.concatenate([np.empty(0, np.int64), *docs]),
            np.concatenate([np.empty(0, np.uint64), *(part.keys for part in parts)]),
            np.concatenate([np.empty((0, width), np.uint8), *(part.sketches for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.words for part in parts)]),
        )


def document_keys(
    tokens: Tokens, docs: NDArray[np.int64], common: NDArray[np.bool_] | None, settings: Dedup, threads: int
) -> Keyed:
    """The kept keys and the sketches of some documents.

    A document keeps the `KEPT_KEYS` lowest of all its passages' keys, by an order that has nothing to do with the text:
    two documents that share keys share those that are low in both.
    """
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)

    def keyed(chosen: NDArray[np.int64]) -> Keyed:
        signatures = sign(select(tokens, chosen), settings, common)
        release(tokens)
        kept = lowest_keys(signatures.docs, band_keys(signatures.values, bands, rows))
        return Keyed(*kept, _sketches(len(chosen), signatures), tokens.offsets[chosen + 1] - tokens.offsets[chosen])

    return Keyed.joined(list(in_order(keyed, token_batches(tokens, docs), threads)), sketch_width(settings))


def _sketches(documents: int, signatures: Signatures) -> NDArray[np.uint8]:
    """A document's signature is the lowest of its passages' values."""
    docs, values = signatures.docs, signatures.values
    lowest = np.zeros((documents, values.shape[1]), np.uint32)
    firsts = np.flatnonzero(np.diff(docs, prepend=-1))
    if len(firsts):
        lowest[docs[firsts]] = np.minimum.reduceat(values, firsts, axis=0)
    return sketch(lowest)


def lowest_keys(docs: NDArray[np.int64], keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """What is kept of the keys of passages, uint64[passages, bands]; ``docs``, ascending, says whose each passage is."""
    return _lowest(docs, keys, KEPT_KEYS)  # type: ignore[no-any-return]


@kernel
def _lowest(docs, keys, most):
    """Rows of ``docs`` ascend: a document and a key for each of its ``most`` lowest different keys."""
    bands = keys.shape[1]
    longest, first = 0, 0
    for row in range(len(docs)):
        if docs[row] != docs[first]:
            first = row
        longest = max(longest, row + 1 - first)
    values = np.empty(longest * bands, np.int64)
    found_docs, found = (
        np.empty(len(docs) * min(most, bands), np.int64),
        np.empty(len(docs) * min(most, bands), np.uint64),
    )
    size, first = 0, 0
    while first < len(docs):
        last, count = first, 0
        while last < len(docs) and docs[last] == docs[first]:
            for band in range(bands):
                key = keys[last, band]
                order = key & ((_ONE << _ORDER_BITS) - _ONE)
                values[count] = np.int64(order << _KEPT | key >> _DROPPED)
                count += 1
            last += 1
        sort(values[:count])
        kept = 0
        for k in range(count):
            if kept < most and (k == 0 or values[k] != values[k - 1]):
                found_docs[size] = docs[first]
                found[size] = np.uint64(values[k]) & ((_ONE << _KEPT) - _ONE)
                size += 1
                kept += 1
        first = last
    return found_docs[:size].copy(), found[:size].copy()
