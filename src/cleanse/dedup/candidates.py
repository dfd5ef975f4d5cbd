"""Candidates: pairs of documents that share enough band keys to be worth comparing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.bandstore import BandStore
from cleanse.dedup.pairs import pairs
from cleanse.dedup.shingles import COUNTERS, common, count_shingles
from cleanse.dedup.signatures import sign
from cleanse.dedup.store import release, select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])
#: Documents signed together: bounds the memory of a step.
_SIGNED_DOCUMENTS = 512
#: Share of their signatures in which passages that meet must be equal: a third of the similarity that the bands are chosen
#: for, so that hardly a pair of those is lost; of the pairs that share a band by chance, 19 in 20 are.
_EQUAL = 0.05
#: Pairs met, many of them often, that are held before they are counted.
_HELD_PAIRS = 2**22
#: Documents that one is compared with at most, in band members: those it shares most bands with. A document that has fewer
#: partners loses none; in a cluster of thousands each would have hundreds, through the bands that its edits moved.
_PARTNERS = 2
#: Pairs of a record batch.
_ROWS = 65_536


def common_shingles(tokens: Tokens, docs: NDArray[np.int64], settings: Dedup) -> NDArray[np.bool_] | None:
    """Which shingles too many of the documents share (`shingles.common`); None where that is of no matter."""
    if settings.profile == "classic":
        return None
    counts = np.zeros(COUNTERS, np.uint32)
    for _, batch in token_batches(tokens, docs):
        count_shingles(batch, settings.shingle_words, counts)
    return common(counts, len(docs), settings)


def sign_passages(
    folder: Path, tokens: Tokens, docs: NDArray[np.int64], shared: NDArray[np.bool_] | None, settings: Dedup
) -> BandStore:
    """The band keys of all passages of the documents."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    store = BandStore(folder, bands)
    for chosen, batch in token_batches(tokens, docs):
        signatures = sign(batch, settings, shared)
        keys = band_keys(signatures.values, bands, rows)
        store.append(chosen[signatures.docs], keys, signatures.values)
    return store


def find_pairs(store: BandStore, settings: Dedup) -> Iterator[pa.RecordBatch]:
    """Pairs of documents a < b that share enough bands, ascending, as batches of PAIR."""
    docs = store.docs()
    # for the classic profile, whose bands have more rows, to share one is evidence enough
    sketches = None if settings.profile == "classic" else store.sketches()
    least = 0 if sketches is None else least_equal(sketches.shape[1], settings)
    most = most_partners(settings)
    met, held, size = np.empty((2, 0), np.int64), [], 0
    for keys, rows in store.bands():
        mine = docs if rows is None else docs[rows]
        a, b = pairs(keys, mine, settings.band_members, sketches, least, rows)
        held.append(docs[a].astype(np.int64) << 32 | docs[b])
        size += len(a)
        if size > max(_HELD_PAIRS, met.shape[1]):
            met, held, size = _closest(counted(met, held), most), [], 0
    both, hits = _closest(counted(met, held), most)
    both = both[hits >= settings.band_hits]
    for start in range(0, len(both), _ROWS):
        part = both[start : start + _ROWS]
        yield pa.record_batch([pa.array(part >> 32), pa.array(part & 0xFFFFFFFF)], schema=PAIR)


def most_partners(settings: Dedup) -> int:
    """With how many documents that rank before it one is compared at most."""
    return _PARTNERS * settings.band_members


def least_equal(width: int, settings: Dedup) -> int:
    """In how many of ``width`` places the sketches of two passages must be equal."""
    # in the classic profile, whose bands have more rows, to share one is evidence enough
    return 0 if settings.profile == "classic" else math.ceil(_EQUAL * width)


def counted(met: NDArray[np.int64], held: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Each different pair, ascending, and how often it met, int64[2, pairs]: those counted so far and those held."""
    values = np.sort(np.concatenate([np.empty(0, np.int64), *held]))
    firsts = np.flatnonzero(np.diff(values, prepend=-1))
    counts = np.diff(firsts, append=len(values))
    values = values[firsts]
    if not met.shape[1]:
        return np.stack([values, counts])
    both = np.concatenate([met[0], values])
    order = np.argsort(both)
    firsts = np.flatnonzero(np.diff(both[order], prepend=-1))
    return np.stack([both[order][firsts], np.add.reduceat(np.concatenate([met[1], counts])[order], firsts)])


def _closest(met: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Of the pairs a < b, ascending, those of each b that met most often, the lowest a first where they met as often."""
    b = met[0] & 0xFFFFFFFF
    sizes = np.bincount(b)
    if sizes.max(initial=0) <= most:
        return met
    order = np.lexsort((met[0], -met[1], b))
    firsts = np.cumsum(sizes) - sizes
    nth = np.arange(len(order)) - firsts[b[order]]
    return met[:, np.sort(order[nth < most])]


def token_batches(tokens: Tokens, docs: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Tokens]]:
    """The documents, a few at a time, each part with its tokens, which have no places."""
    for start in range(0, len(docs), _SIGNED_DOCUMENTS):
        chosen = docs[start : start + _SIGNED_DOCUMENTS]
        yield chosen, select(tokens, chosen)
        release(tokens)
