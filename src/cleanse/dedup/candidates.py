"""Candidates: pairs of documents that share enough band keys to be worth comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.bandstore import BandStore
from cleanse.dedup.pairs import pairs
from cleanse.dedup.shingles import COUNTERS, common, count_shingles
from cleanse.dedup.signatures import sign
from cleanse.dedup.store import select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])
#: Documents signed together: bounds the memory of a step.
_SIGNED_DOCUMENTS = 2048
#: Pairs that met less often than this are not compared unless two of their passages that met are somewhat alike ...
_HITS = 3
#: ... by this share of their signatures: half of what the bands are chosen for, so that hardly any of those is lost.
_EQUAL = 0.05
#: Pairs met, many of them often, that are held before they are counted.
_HELD_PAIRS = 2**22
#: Pairs of a record batch.
_ROWS = 65_536


def common_shingles(tokens: Tokens, docs: NDArray[np.int64], settings: Dedup) -> NDArray[np.bool_] | None:
    """Which shingles too many of the documents share (`shingles.common`); None where that is of no matter."""
    if settings.profile == "classic":
        return None
    counts = np.zeros(COUNTERS, np.uint32)
    for _, batch in _batches(tokens, docs):
        count_shingles(batch, settings.shingle_words, counts)
    return common(counts, len(docs), settings)


def sign_passages(
    folder: Path, tokens: Tokens, docs: NDArray[np.int64], shared: NDArray[np.bool_] | None, settings: Dedup
) -> BandStore:
    """The band keys of all passages of the documents."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    store = BandStore(folder, bands)
    for chosen, batch in _batches(tokens, docs):
        signatures = sign(batch, settings, shared)
        keys = band_keys(signatures.values, bands, rows)
        store.append(chosen[signatures.docs], keys, signatures.values)
    return store


def find_pairs(store: BandStore, settings: Dedup) -> Iterator[pa.RecordBatch]:
    """Pairs of documents a < b that share enough bands, ascending, as batches of PAIR."""
    docs = store.docs().astype(np.int64)
    met = np.empty((3, 0), np.int64)
    held: list[NDArray[np.int64]] = []
    size = 0
    for keys, rows in store.bands():
        a, b = pairs(keys, docs[rows], settings.band_members)
        held.append(np.stack([docs[rows[a]] << 32 | docs[rows[b]], rows[a] << 32 | rows[b], np.ones(len(a), np.int64)]))
        size += len(a)
        if size > max(_HELD_PAIRS, met.shape[1]):
            met = _counted([met, *held])
            held, size = [], 0
    both, where, hits = _counted([met, *held])
    enough = hits >= settings.band_hits
    if settings.profile != "classic":  # there a single band is evidence enough
        rare = np.flatnonzero(enough & (hits < _HITS))
        enough[rare] = store.equal(where[rare] >> 32, where[rare] & 0xFFFFFFFF) >= _EQUAL * settings.num_perm
    both = both[enough]
    for start in range(0, len(both), _ROWS):
        part = both[start : start + _ROWS]
        yield pa.record_batch([pa.array(part >> 32), pa.array(part & 0xFFFFFFFF)], schema=PAIR)


def _counted(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Each different pair of documents, ascending; two of its passages that met; how often it met: int64[3, pairs]."""
    both, where, hits = np.concatenate(parts, axis=1)
    order = np.argsort(both, kind="stable")
    both = both[order]
    firsts = np.flatnonzero(np.diff(both, prepend=-1))
    if not len(firsts):
        return np.empty((3, 0), np.int64)
    return np.stack([both[firsts], where[order[firsts]], np.add.reduceat(hits[order], firsts)])


def _batches(tokens: Tokens, docs: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Tokens]]:
    for start in range(0, len(docs), _SIGNED_DOCUMENTS):
        chosen = docs[start : start + _SIGNED_DOCUMENTS]
        yield chosen, select(tokens, chosen)
