"""Candidates: pairs of documents that share enough band keys to be worth comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.pairs import pairs
from cleanse.dedup.shingles import COUNTERS, common, count_shingles
from cleanse.dedup.signatures import sign
from cleanse.dedup.store import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens
    from cleanse.engines import Engine

_PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])
#: Documents signed together: bounds the memory of a step.
_SIGNED_DOCUMENTS = 2048
#: Passages of which one band's keys are grouped at once; more are split by key.
_GROUPED_PASSAGES = 2**24


def common_shingles(tokens: Tokens, docs: NDArray[np.int64], settings: Dedup) -> NDArray[np.bool_] | None:
    """Which shingles too many of the documents share (`shingles.common`); None where that is of no matter."""
    if settings.profile == "classic":
        return None
    counts = np.zeros(COUNTERS, np.uint32)
    for _, batch in _batches(tokens, docs):
        count_shingles(batch, settings.shingle_words, counts)
    return common(counts, len(docs), settings)


def sign_passages(
    engine: Engine, tokens: Tokens, docs: NDArray[np.int64], shared: NDArray[np.bool_] | None, settings: Dedup
) -> None:
    """Make the table ``signed``: the band keys of each passage of the documents."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    engine.load("signed", _signed(tokens, docs, shared, settings, bands, rows), _signed_schema(bands))


def find_pairs(engine: Engine, settings: Dedup) -> None:
    """Make the table ``pairs`` of the table ``signed``: a < b, ascending."""
    bands, _ = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    engine.load("met", _met(engine, bands, settings), _PAIR)
    engine.sql(
        f"SELECT a, b FROM met GROUP BY a, b HAVING count(*) >= {int(settings.band_hits)} ORDER BY a, b", "pairs"
    )


def _batches(tokens: Tokens, docs: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Tokens]]:
    for start in range(0, len(docs), _SIGNED_DOCUMENTS):
        chosen = docs[start : start + _SIGNED_DOCUMENTS]
        yield chosen, select(tokens, chosen)


def _signed_schema(bands: int) -> pa.Schema:
    return pa.schema([("doc", pa.int64())] + [(f"key{band}", pa.uint64()) for band in range(bands)])


def _signed(
    tokens: Tokens, docs: NDArray[np.int64], shared: NDArray[np.bool_] | None, settings: Dedup, bands: int, rows: int
) -> Iterator[pa.RecordBatch]:
    for chosen, batch in _batches(tokens, docs):
        signatures = sign(batch, settings, shared)
        keys = band_keys(signatures.values, bands, rows)
        columns = [pa.array(chosen[signatures.docs])] + [pa.array(keys[:, band]) for band in range(bands)]
        yield pa.record_batch(columns, schema=_signed_schema(bands))


def _met(engine: Engine, bands: int, settings: Dedup) -> Iterator[pa.RecordBatch]:
    """A row for each band key under which two documents meet."""
    passages = next(engine.stream("SELECT count(*) AS n FROM signed"))["n"][0].as_py()
    parts = passages // _GROUPED_PASSAGES + 1
    for band in range(bands):
        for part in range(parts):
            where = f" WHERE key{band} % {parts} = {part}" if parts > 1 else ""
            rows = list(engine.stream(f"SELECT key{band} AS key, doc FROM signed{where}"))
            if rows:
                keys = np.concatenate([batch["key"].to_numpy() for batch in rows])
                docs = np.concatenate([batch["doc"].to_numpy() for batch in rows])
                a, b = pairs(keys, docs, settings.band_members)
                yield pa.record_batch([pa.array(a), pa.array(b)], schema=_PAIR)
