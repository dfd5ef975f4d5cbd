"""Deduplication, stage by stage, over the engine's tables: ``pages`` in; ``matches``, ``clusters``, ``removed``, ``cuts`` out.

ranked       documents in the order in which they are preferred as survivors; a document's rank is its number here
fingerprint  equal token sequences are exact duplicates: all but the first go
signed       the band keys of the others' passages
pairs        documents that share enough bands
spans        aligned word by word
removed      star clusters: what goes, and for whom
cuts         long passages that two kept documents share, to be cut from the one that ranks second
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse import schema
from cleanse.config import Dedup
from cleanse.dedup.align import KERNEL as ALIGN
from cleanse.dedup.align import align
from cleanse.dedup.kernels import announce
from cleanse.dedup.matches import CLUSTERS, MATCHED, matches_on_pages
from cleanse.dedup.pairs import pairs
from cleanse.dedup.settle import CUT, REMOVED, cut_passages, removed_documents, shared_passages
from cleanse.dedup.signatures import COUNTERS, band_keys, choose_bands, common, count_shingles, sign
from cleanse.dedup.store import TokenStore, select
from cleanse.dedup.tokens import KERNEL as TOKENISE
from cleanse.dedup.tokens import Tokens, fingerprints, tokenise

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.engines import Engine

_FINGERPRINT = pa.schema([("doc", pa.int64()), ("one", pa.uint64()), ("two", pa.uint64()), ("words", pa.int64())])
_PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])
_SPAN = pa.schema(
    [
        (name, pa.int64())
        for name in ("a", "b", "a_start", "a_end", "b_start", "b_end", "words", "matched", "informative")
    ]
    + [(name, pa.float64()) for name in ("coverage_a", "coverage_b", "similarity")]
)
#: Documents signed together, pairs aligned together: bounds the memory of a step.
_SIGNED_DOCUMENTS = 2048
_ALIGNED_PAIRS = 2048
#: Passages of which one band's keys are grouped at once; more are split by key.
_GROUPED_PASSAGES = 2**24

Say = Callable[[str], None]


def deduplicate(engine: Engine, settings: Dedup, folder: Path, threads: int, say: Say = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``."""
    engine.sql(_ranked(settings), "ranked")
    with TokenStore(folder) as store:
        say("tokens")
        engine.load("fingerprints", _fingerprints(engine, store), _FINGERPRINT)
        engine.sql(_EXACT, "exact")
        tokens = store.tokens()
        unique = _unique(engine, tokens)
        say("signatures")
        shared = _common(tokens, unique, settings)
        bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
        engine.load("signed", _signed(tokens, unique, shared, settings, bands, rows), _signed_schema(bands))
        say("candidates")
        engine.load("met", _met(engine, bands, settings), _PAIR)
        engine.sql(
            f"SELECT a, b FROM met GROUP BY a, b HAVING count(*) >= {int(settings.band_hits)} ORDER BY a, b", "pairs"
        )
        say("alignment")
        engine.load("spans", _spans(engine, tokens, shared, settings, threads), _SPAN)
        say("clusters")
        engine.load("removed", removed_documents(engine, len(tokens), settings), REMOVED)
        engine.sql(shared_passages(settings), "shared")
        engine.load("cuts", cut_passages(engine, settings), CUT)
        engine.sql(MATCHED, "matched")
    engine.load("matches", matches_on_pages(engine), schema.MATCH)
    engine.sql(CLUSTERS, "clusters")


def settle_nothing(engine: Engine) -> None:
    """The same tables for documents that all stay."""
    engine.sql(_ranked(Dedup()), "ranked")
    for name, table in (("removed", REMOVED), ("cuts", CUT), ("shared", _SPAN)):
        engine.load(name, [], table)
    engine.load("matches", [], schema.MATCH)
    engine.load("clusters", [], schema.CLUSTER)


# -- ranks, tokens, exact duplicates -----------------------------------------------------------------------------------


def _ranked(settings: Dedup) -> str:
    """Documents by survivor policy; ties go to the longer one, then to the smaller id, so that input order is no matter."""
    sources = ", ".join("'" + source.replace("'", "''") + "'" for source in settings.source_priority)
    policy = {
        "longest": "",
        "first": '"order", ',
        "newest": "date DESC NULLS LAST, ",
        "source": f"coalesce(list_position([{sources}]::VARCHAR[], source), 2147483647), ",
    }[settings.survivor]
    return f"""
        SELECT (row_number() OVER (ORDER BY {policy} text_words DESC, id)) - 1 AS doc, "order", id, source, text_words
        FROM pages
    """


def _fingerprints(engine: Engine, store: TokenStore) -> Iterator[pa.RecordBatch]:
    rows = engine.stream('SELECT doc, text FROM ranked JOIN pages USING ("order") ORDER BY doc')
    announce(TOKENISE)
    for batch in rows:
        tokens = tokenise(batch["text"])
        store.append(tokens)
        found = fingerprints(tokens)
        yield pa.record_batch(
            [
                batch["doc"],
                pa.array(found[:, 0].copy()),
                pa.array(found[:, 1].copy()),
                pa.array(np.diff(tokens.offsets)),
            ],
            schema=_FINGERPRINT,
        )


_EXACT = """
    SELECT doc, survivor
    FROM (SELECT doc, words, min(doc) OVER (PARTITION BY one, two, words) AS survivor FROM fingerprints WHERE words > 0)
    WHERE doc > survivor
"""


def _unique(engine: Engine, tokens: Tokens) -> NDArray[np.int64]:
    """The documents that have words and are no exact duplicate, by rank."""
    alone = np.diff(tokens.offsets) > 0
    for batch in engine.stream("exact"):
        alone[batch["doc"].to_numpy()] = False
    return np.flatnonzero(alone)


# -- signatures and candidates -----------------------------------------------------------------------------------------


def _batches(tokens: Tokens, docs: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Tokens]]:
    for start in range(0, len(docs), _SIGNED_DOCUMENTS):
        chosen = docs[start : start + _SIGNED_DOCUMENTS]
        yield chosen, select(tokens, chosen)


def _common(tokens: Tokens, docs: NDArray[np.int64], settings: Dedup) -> NDArray[np.bool_]:
    counts = np.zeros(COUNTERS, np.uint32)
    for _, batch in _batches(tokens, docs):
        count_shingles(batch, settings.shingle_words, counts)
    return common(counts, len(docs), settings)


def _signed_schema(bands: int) -> pa.Schema:
    return pa.schema([("doc", pa.int64())] + [(f"key{band}", pa.uint64()) for band in range(bands)])


def _signed(
    tokens: Tokens, docs: NDArray[np.int64], shared: NDArray[np.bool_], settings: Dedup, bands: int, rows: int
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


# -- alignment ---------------------------------------------------------------------------------------------------------


def _spans(
    engine: Engine, tokens: Tokens, shared: NDArray[np.bool_], settings: Dedup, threads: int
) -> Iterator[pa.RecordBatch]:
    def aligned(part: tuple[NDArray[np.int64], NDArray[np.int64]]) -> pa.RecordBatch:
        a, b = part
        spans = align(a, b, tokens.hashes, tokens.offsets, shared, settings)
        of_a, of_b = a[spans.pair], b[spans.pair]
        at_a, at_b = tokens.offsets[of_a], tokens.offsets[of_b]
        return pa.record_batch(
            [
                pa.array(column)
                for column in (
                    of_a,
                    of_b,
                    tokens.starts[at_a + spans.a_first].astype(np.int64),
                    tokens.ends[at_a + spans.a_last - 1].astype(np.int64),
                    tokens.starts[at_b + spans.b_first].astype(np.int64),
                    tokens.ends[at_b + spans.b_last - 1].astype(np.int64),
                    np.minimum(spans.a_last - spans.a_first, spans.b_last - spans.b_first),
                    spans.matched,
                    spans.informative,
                    spans.coverage[spans.pair, 0],
                    spans.coverage[spans.pair, 1],
                    spans.similarity[spans.pair],
                )
            ],
            schema=_SPAN,
        )

    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(aligned, _pair_parts(engine))


def _pair_parts(engine: Engine) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    for batch in engine.stream("pairs"):
        announce(ALIGN)
        a, b = batch["a"].to_numpy(), batch["b"].to_numpy()
        for start in range(0, len(a), _ALIGNED_PAIRS):
            yield a[start : start + _ALIGNED_PAIRS].copy(), b[start : start + _ALIGNED_PAIRS].copy()
