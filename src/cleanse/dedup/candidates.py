"""Candidates: pairs of documents that share enough band keys to be worth comparing."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.bandstore import BandStore
from cleanse.dedup.pairs import alike, group_pairs, groups
from cleanse.dedup.pairstore import PairStore
from cleanse.dedup.portions import portions
from cleanse.dedup.shingles import COUNTERS, common, count_shingles
from cleanse.dedup.signatures import passage_counts, sign
from cleanse.dedup.store import let_go, release, select
from cleanse.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])
#: Tokens and documents that are signed together.
_SIGNED_TOKENS, _SIGNED_DOCUMENTS = 2**18, 512
#: Share of their signatures in which passages that meet must be equal: a third of the similarity that the bands are chosen
#: for, so that hardly a pair of those is lost; of the pairs that share a band by chance, 19 in 20 are.
_EQUAL = 0.05
#: Sketches that are all in memory at once, in 64 MB; of more, those of two stretches of so many, in bits, and the pairs of
#: passages that are held to be compared stretch by stretch: each time all sketches are read.
_SKETCHES = 2**19
_STRETCH_BITS = 18
_HELD_PAIRS = 2**22
#: Documents that one is compared with at most, in band members: those it shares most bands with. A document that has fewer
#: partners loses none; in a cluster of thousands each would have hundreds, through the bands that its edits moved.
_PARTNERS = 2
#: Pairs of a record batch.
_ROWS = 65_536


def common_shingles(
    tokens: Tokens, docs: NDArray[np.int64], settings: Dedup, threads: int = 1
) -> NDArray[np.bool_] | None:
    """Which shingles too many of the documents share (`shingles.common`); None where that is of no matter."""
    if settings.profile == "classic":
        return None
    counts = np.zeros(COUNTERS, np.uint32)
    add_shingles(counts, tokens, docs, settings, threads)
    return common(counts, len(docs), settings)


def add_shingles(
    counts: NDArray[np.uint32], tokens: Tokens, docs: NDArray[np.int64], settings: Dedup, threads: int = 1
) -> None:
    """Add the documents to ``counts``, uint32[COUNTERS]; what counts beside another has counters of its own meanwhile."""
    free = [counts]

    def count(chosen: NDArray[np.int64]) -> None:
        try:
            mine = free.pop()
        except IndexError:
            mine = np.zeros_like(counts)
        count_shingles(select(tokens, chosen), settings.shingle_words, mine)
        release(tokens)
        free.append(mine)

    for _ in in_order(count, token_batches(tokens, docs), threads):
        pass
    for own in free:
        if own is not counts:
            counts += own


@contextmanager
def sign_passages(
    folder: Path,
    tokens: Tokens,
    docs: NDArray[np.int64],
    shared: NDArray[np.bool_] | None,
    settings: Dedup,
    check: Callable[[], None] = lambda: None,
    threads: int = 1,
) -> Iterator[BandStore]:
    """The band keys of all passages of the documents; ``check`` is called for each piece that is in ``folder``."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    passages = int(passage_counts(np.diff(tokens.offsets)[docs], settings)[0].sum())

    def signed(chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint32]]:
        signatures = sign(select(tokens, chosen), settings, shared)
        release(tokens)
        return chosen[signatures.docs], band_keys(signatures.values, bands, rows), signatures.values

    with BandStore(folder, bands, passages) as store:
        for found in in_order(signed, token_batches(tokens, docs), threads):
            store.append(*found)
            check()
        yield store


def find_pairs(
    store: BandStore, folder: Path, settings: Dedup, check: Callable[[], None] = lambda: None, threads: int = 1
) -> Iterator[pa.RecordBatch]:
    """Pairs of documents a < b that share enough bands, ascending, as batches of PAIR; what is in between is in ``folder``,
    and ``check`` is called for each piece of it."""
    docs = store.docs()
    # for the classic profile, whose bands have more rows, to share one is evidence enough
    sketches = None if settings.profile == "classic" else store.sketches()
    with PairStore(folder, most_partners(settings)) as met:
        for a, b in _alike(_meeting(store, docs, sketches, settings, threads), sketches, settings):
            met.append(docs[a].astype(np.int64), docs[b].astype(np.int64))
            check()
        for both in met.pairs(settings.band_hits):
            for start in range(0, len(both), _ROWS):
                part = both[start : start + _ROWS]
                yield pa.record_batch([pa.array(part >> 32), pa.array(part & 0xFFFFFFFF)], schema=PAIR)


def _meeting(
    store: BandStore, docs: NDArray[np.int32], sketches: NDArray[np.uint8] | None, settings: Dedup, threads: int
) -> Iterator[NDArray[np.int64]]:
    """Pairs of passages that share a key, int64[2, pairs], once for each key; alike ones only if the sketches are few."""
    few = sketches if sketches is not None and len(sketches) <= _SKETCHES else None
    least = 0 if few is None else least_equal(few.shape[1], settings)

    def grouped(band: tuple[NDArray[np.uint64], NDArray[np.uint32]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        keys, passages = band
        rows, sizes = groups(keys, docs[passages])
        return passages[rows].astype(np.int64), sizes

    for mine, sizes in in_order(grouped, store.bands(), threads):
        yield from group_pairs(mine, sizes, settings.band_members, few, least)


def _alike(
    meeting: Iterator[NDArray[np.int64]], sketches: NDArray[np.uint8] | None, settings: Dedup
) -> Iterator[NDArray[np.int64]]:
    """The pairs of passages whose sketches do not say that they met by chance.

    Sketches that are many are read by pairs of stretches, so that few of them are in memory at once.
    """
    if sketches is None or len(sketches) <= _SKETCHES:
        yield from meeting
        return
    least = least_equal(sketches.shape[1], settings)
    bits = max(_STRETCH_BITS, (len(sketches) - 1).bit_length() - 8)  # at most 256 stretches: their pairs fit 16 bits
    for held in _held(meeting):
        cells = (held[0] >> bits << 8 | held[1] >> bits).astype(np.uint16)
        order = np.argsort(cells, kind="stable")
        for cell in np.split(order, np.flatnonzero(np.diff(cells[order])) + 1):
            a, b = held[0, cell], held[1, cell]
            yield held[:, cell[alike(sketches, a, b, least)]].astype(np.int64)
            let_go(sketches)


def _held(meeting: Iterator[NDArray[np.int64]]) -> Iterator[NDArray[np.uint32]]:
    """The same pairs, as many at a time as may be held."""
    held = np.empty((2, _HELD_PAIRS), np.uint32)
    size = 0
    for pairs in meeting:
        for start in range(0, pairs.shape[1], _HELD_PAIRS):
            some = pairs[:, start : start + _HELD_PAIRS]
            if size + some.shape[1] > _HELD_PAIRS:
                yield held[:, :size]
                size = 0
            held[:, size : size + some.shape[1]] = some
            size += some.shape[1]
    yield held[:, :size]


def most_partners(settings: Dedup) -> int:
    """With how many documents that rank before it one is compared at most."""
    return _PARTNERS * settings.band_members


def least_equal(width: int, settings: Dedup) -> int:
    """In how many of ``width`` places the sketches of two passages must be equal."""
    # in the classic profile, whose bands have more rows, to share one is evidence enough
    return 0 if settings.profile == "classic" else math.ceil(_EQUAL * width)


def token_batches(tokens: Tokens, docs: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The documents, a few at a time."""
    sizes = tokens.offsets[docs + 1] - tokens.offsets[docs]
    for portion in portions(sizes, _SIGNED_TOKENS, _SIGNED_DOCUMENTS):
        yield docs[portion]
