"""Candidates: pairs of documents that share enough band keys to be worth comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.pairs import pairs
from cleanse.dedup.shingles import COUNTERS, common, count_shingles
from cleanse.dedup.signatures import sign
from cleanse.dedup.store import select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])
#: Documents signed together: bounds the memory of a step.
_SIGNED_DOCUMENTS = 2048
#: Keys of one band that are grouped at once; more are split by their last bits.
_GROUPED_KEYS = 2**22
#: Pairs met, many of them often, that are held before they are counted.
_HELD_PAIRS = 2**22
#: Pairs of a record batch.
_ROWS = 65_536


class BandStore:
    """Band keys of passages, in a file of ``folder``: 8 bytes a key on disk, 4 bytes a passage in memory."""

    def __init__(self, folder: Path, bands: int) -> None:
        self._path = folder / "bands.keys"
        self._file: BinaryIO = self._path.open("w+b")
        self._bands = bands
        self._docs: list[NDArray[np.int32]] = []

    def __enter__(self) -> BandStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def append(self, docs: NDArray[np.int64], keys: NDArray[np.uint64]) -> None:
        """Add the passages of some documents: a document and its keys, uint64[passages, bands], for each."""
        self._docs.append(docs.astype(np.int32))
        self._file.write(np.ascontiguousarray(keys.T).data)

    def bands(self) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int32]]]:
        """Each band's keys and their documents, in parts of bounded size; a key is in one part only."""
        self._file.flush()
        docs = np.concatenate(self._docs) if self._docs else np.empty(0, np.int32)
        if not len(docs):
            return
        parts = 1
        while len(docs) > _GROUPED_KEYS * parts:
            parts *= 2
        for band in range(self._bands):
            for part in range(parts):
                if parts == 1:
                    yield np.concatenate(list(self._pieces(band))), docs
                    continue
                chosen, base = [], 0
                rows = []
                for piece in self._pieces(band):
                    mine = np.flatnonzero((piece & np.uint64(parts - 1)) == part)
                    chosen.append(piece[mine])
                    rows.append(mine + base)
                    base += len(piece)
                yield np.concatenate(chosen), docs[np.concatenate(rows)]

    def _pieces(self, band: int) -> Iterator[NDArray[np.uint64]]:
        base = 0
        for piece in self._docs:
            size = len(piece)
            self._file.seek(8 * (base + band * size))
            yield np.fromfile(self._file, np.uint64, size)
            base += self._bands * size


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
        store.append(chosen[signatures.docs], band_keys(signatures.values, bands, rows))
    return store


def find_pairs(store: BandStore, settings: Dedup) -> Iterator[pa.RecordBatch]:
    """Pairs a < b that share enough bands, ascending, as batches of PAIR."""
    met = hits = np.empty(0, np.int64)
    held: list[NDArray[np.int64]] = []
    size = 0
    for keys, docs in store.bands():
        a, b = pairs(keys, docs, settings.band_members)
        held.append(a << 32 | b)
        size += len(a)
        if size > max(_HELD_PAIRS, len(met)):
            met, hits = _counted(met, hits, held)
            held, size = [], 0
    met, hits = _counted(met, hits, held)
    met = met[hits >= settings.band_hits]
    for start in range(0, len(met), _ROWS):
        part = met[start : start + _ROWS]
        yield pa.record_batch([pa.array(part >> 32), pa.array(part & 0xFFFFFFFF)], schema=PAIR)


def _counted(
    met: NDArray[np.int64], hits: NDArray[np.int64], held: list[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Different pairs, ascending, and how often each was met, with those held added."""
    values = np.concatenate([met, *held])
    counts = np.concatenate([hits, np.ones(len(values) - len(hits), np.int64)])
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    firsts = np.flatnonzero(np.diff(values, prepend=-1))
    return values[firsts], np.add.reduceat(counts, firsts) if len(firsts) else counts


def _batches(tokens: Tokens, docs: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Tokens]]:
    for start in range(0, len(docs), _SIGNED_DOCUMENTS):
        chosen = docs[start : start + _SIGNED_DOCUMENTS]
        yield chosen, select(tokens, chosen)
