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

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.config import Dedup
from cleanse.dedup.align import _align as align_kernel
from cleanse.dedup.align import align
from cleanse.dedup.clusters import KEPT, stars
from cleanse.dedup.pairs import pairs
from cleanse.dedup.passages import Passage, choose_cuts
from cleanse.dedup.signatures import COUNTERS, band_keys, choose_bands, common, count_shingles, sign
from cleanse.dedup.store import TokenStore, select
from cleanse.dedup.tokens import Tokens, fingerprints, tokenise

if TYPE_CHECKING:
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
_REMOVED = pa.schema(
    [
        ("doc", pa.int64()),
        ("survivor", pa.int64()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("coverage", pa.float64()),
    ]
)
_CUT = pa.schema(
    [(name, pa.int64()) for name in ("keeper", "loser", "keeper_start", "keeper_end", "start", "end")]
    + [("similarity", pa.float64())]
)

#: Documents signed together, pairs aligned together: bounds the memory of a step.
_SIGNED_DOCUMENTS = 2048
_ALIGNED_PAIRS = 2048
#: Passages of which one band's keys are grouped at once; more are split by key.
_GROUPED_PASSAGES = 2**24

Say = Callable[[str], None]

_LOG = logging.getLogger(__name__)


def deduplicate(engine: Engine, settings: Dedup, folder: Path, threads: int, say: Say = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``."""
    if not _compiled():
        _LOG.warning("compiling kernels for this machine: about 20 seconds, once after an install")
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
        engine.load("removed", _removed(engine, len(tokens), settings), _REMOVED)
        engine.sql(_shared(settings), "shared")
        engine.load("cuts", _cuts(engine, settings), _CUT)
        engine.sql(_MATCHED, "matched")
    engine.load("matches", _on_pages(engine, _MATCHES_WITH_PIECES, schema.MATCH), schema.MATCH)
    engine.sql(_CLUSTERS, "clusters")


def _compiled() -> bool:
    """Whether numba finds the kernels in its cache; it keeps an index file (.nbi) for each compiled function."""
    folder = getattr(getattr(align_kernel, "_cache", None), "cache_path", None)
    return folder is None or any(Path(folder).glob("align.*.nbi"))


def settle_nothing(engine: Engine) -> None:
    """The same tables for documents that all stay."""
    engine.sql(_ranked(Dedup()), "ranked")
    for name, table in (("removed", _REMOVED), ("cuts", _CUT), ("shared", _SPAN)):
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
        a, b = batch["a"].to_numpy(), batch["b"].to_numpy()
        for start in range(0, len(a), _ALIGNED_PAIRS):
            yield a[start : start + _ALIGNED_PAIRS].copy(), b[start : start + _ALIGNED_PAIRS].copy()


# -- clusters and cuts -------------------------------------------------------------------------------------------------


#: Characters before the first match of a document that begins its survivor: a headline, a dateline.
_BEGINNING = 300


def _edges(settings: Dedup) -> str:
    """Pairs of which one document covers the other so that it can be removed for it.

    A document that another contains is removed for it when it makes up a good share of it, when it is its beginning (a
    truncated copy), or when it is short (a teaser). A longer one somewhere inside a much larger document (a digest, an
    anthology) stays, and what they share is a passage.
    """
    enough, part, teaser = float(settings.coverage), float(settings.contained_share), int(settings.teaser_words)
    return f"""
        WITH pairs AS (
            SELECT a, b, min(a_start) AS a_first, min(b_start) AS b_first, any_value(coverage_a) AS coverage_a,
                any_value(coverage_b) AS coverage_b, any_value(similarity) AS similarity
            FROM spans GROUP BY a, b
        )
        SELECT a, b, coverage_a, coverage_b, similarity,
            coverage_a >= {enough} AND (coverage_b >= {part} OR b_first <= {_BEGINNING} OR x.text_words < {teaser}) AS covers_a,
            coverage_b >= {enough} AND (coverage_a >= {part} OR a_first <= {_BEGINNING} OR y.text_words < {teaser}) AS covers_b
        FROM pairs JOIN ranked x ON x.doc = a JOIN ranked y ON y.doc = b
        WHERE similarity >= {float(settings.similarity)} AND (covers_a OR covers_b)
        ORDER BY a, b
    """


def _removed(engine: Engine, documents: int, settings: Dedup) -> Iterator[pa.RecordBatch]:
    edges = pa.Table.from_batches(
        engine.stream(_edges(settings)),
        schema=pa.schema(
            [("a", pa.int64()), ("b", pa.int64())]
            + [(name, pa.float64()) for name in ("coverage_a", "coverage_b", "similarity")]
            + [("covers_a", pa.bool_()), ("covers_b", pa.bool_())]
        ),
    )
    a, b, cover_a, cover_b, similarity, covers_a, covers_b = (column.to_numpy() for column in edges.columns)
    survivor = stars(documents, a, b, covers_b, covers_a, (cover_a + cover_b) * similarity)
    docs = np.flatnonzero(survivor != KEPT)
    of = survivor[docs]
    # the edge between a removed document and its survivor, whichever ranks first
    place = {edge: k for k, edge in enumerate(zip(a.tolist(), b.tolist(), strict=True))}
    rows = [place[min(x, y), max(x, y)] for x, y in zip(docs.tolist(), of.tolist(), strict=True)]
    near = (np.minimum(cover_a, cover_b) >= settings.coverage)[rows]
    kinds = np.where(near, "near", "contained").astype(object)
    coverage = np.where(docs > of, cover_b[rows], cover_a[rows])
    yield _removed_batch(docs, of, kinds, similarity[rows], coverage)
    for batch in engine.stream("exact"):
        doc, first = batch["doc"].to_numpy(), batch["survivor"].to_numpy()
        final = np.where(survivor[first] == KEPT, first, survivor[first])
        kinds = np.full(len(doc), "exact", dtype=object)
        # the text is that of `first`; if that one went too, its verdict is this one's
        gone = survivor[first] != KEPT
        own = {int(x): k for k, x in enumerate(docs)} if gone.any() else {}
        similar, cover = np.ones(len(doc)), np.ones(len(doc))
        for k in np.flatnonzero(gone):
            row = rows[own[int(first[k])]]
            kinds[k] = "near" if near[own[int(first[k])]] else "contained"
            similar[k], cover[k] = similarity[row], coverage[own[int(first[k])]]
        yield _removed_batch(doc, final, kinds, similar, cover)


def _removed_batch(*columns: NDArray[np.generic]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(column) for column in columns], schema=_REMOVED)


def _shared(settings: Dedup) -> str:
    """Passages that two kept documents share: long enough, and not mostly made of what everyone says.

    ``b_fills``: the passage is all that b is, so that it is a that can do without it.
    """
    return f"""
        SELECT a, b, a_start, a_end, b_start, b_end, words, matched, coverage_a, coverage_b,
            coverage_b >= {float(settings.coverage)} AND coverage_a < coverage_b AS b_fills
        FROM spans
        WHERE words >= {int(settings.passage_words)} AND 2 * informative >= words
          AND a NOT IN (SELECT doc FROM removed) AND b NOT IN (SELECT doc FROM removed)
        ORDER BY a, b, b_start
    """


def _cuts(engine: Engine, settings: Dedup) -> Iterator[pa.RecordBatch]:
    if settings.passages == "report":
        return
    found = (
        Passage(**row)
        for batch in engine.stream(
            f"""
            SELECT CASE WHEN b_fills THEN b ELSE a END AS keeper, CASE WHEN b_fills THEN a ELSE b END AS loser,
                CASE WHEN b_fills THEN b_start ELSE a_start END AS keeper_start,
                CASE WHEN b_fills THEN b_end ELSE a_end END AS keeper_end,
                CASE WHEN b_fills THEN a_start ELSE b_start END AS start,
                CASE WHEN b_fills THEN a_end ELSE b_end END AS "end", matched / words AS similarity
            FROM shared WHERE words >= {int(settings.drop_passage_words)}
            """
        )
        for row in batch.to_pylist()
    )
    chosen = list(choose_cuts(found))
    yield pa.record_batch(
        [pa.array([getattr(cut, field.name) for cut in chosen], field.type) for field in _CUT], schema=_CUT
    )


# -- what is reported --------------------------------------------------------------------------------------------------

#: Spans between a removed document and its survivor; exact duplicates as one span each; and shared passages.
_MATCHED = """
    SELECT s.a, s.b, s.a_start, s.a_end, s.b_start, s.b_end, s.words, s.matched / s.words AS similarity,
        s.coverage_a, s.coverage_b, r.kind
    FROM spans s JOIN removed r ON s.a = least(r.doc, r.survivor) AND s.b = greatest(r.doc, r.survivor)
    UNION ALL
    SELECT survivor, doc, 0, length(y.text), 0, length(x.text), p.words, 1.0, 1.0, 1.0, 'exact'
    FROM exact e JOIN removed USING (doc, survivor) JOIN fingerprints p USING (doc)
        JOIN ranked i ON i.doc = e.doc JOIN pages x ON x."order" = i."order"
        JOIN ranked j ON j.doc = e.survivor JOIN pages y ON y."order" = j."order"
    UNION ALL
    SELECT a, b, a_start, a_end, b_start, b_end, words, matched / words, coverage_a, coverage_b, 'passage' FROM shared
"""

_MATCHES_WITH_PIECES = """
    SELECT x.id AS a, y.id AS b, x.source AS a_source, y.source AS b_source, a_start, a_end, b_start, b_end, words,
        similarity, coverage_a, coverage_b, kind, p.pieces AS a_pieces, q.pieces AS b_pieces
    FROM matched m JOIN ranked x ON x.doc = m.a JOIN ranked y ON y.doc = m.b
        JOIN pages p ON p."order" = x."order" JOIN pages q ON q."order" = y."order"
    ORDER BY m.a, m.b, m.b_start
"""


def _on_pages(engine: Engine, query: str, target: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Rows with offsets into kept texts, and the pieces of both, as rows with offsets into pages."""
    for batch in engine.stream(query):
        columns = {name: batch[name] for name in target.names}
        for side in ("a", "b"):
            pieces = batch[f"{side}_pieces"]
            columns[f"{side}_start"] = pa.array(page_offsets(pieces, batch[f"{side}_start"].to_numpy(), end=False))
            columns[f"{side}_end"] = pa.array(page_offsets(pieces, batch[f"{side}_end"].to_numpy(), end=True))
        yield pa.record_batch([pc.cast(columns[field.name], field.type) for field in target], schema=target)


def page_offsets(pieces: pa.ListArray, places: NDArray[np.int64], *, end: bool) -> NDArray[np.int64]:
    """Where on the page each place of a kept text stands; an ``end`` belongs to the piece before it."""
    flat = pieces.values
    page_start, text_start = (flat.field(name).to_numpy() for name in ("page_start", "text_start"))
    offsets = pieces.offsets.to_numpy()
    found = np.empty(len(places), np.int64)
    for k, place in enumerate(places.tolist()):
        first, last = offsets[k], offsets[k + 1]
        at = first + max(np.searchsorted(text_start[first:last], place, side="left" if end else "right") - 1, 0)
        found[k] = place + (page_start[at] - text_start[at] if at < last else 0)
    return found


_CLUSTERS = """
    WITH members AS (
        SELECT doc, survivor, kind, similarity, coverage FROM removed
        UNION ALL
        SELECT DISTINCT survivor, survivor, 'survivor', 1.0, 1.0 FROM removed
    ), numbered AS (
        SELECT survivor, row_number() OVER (ORDER BY survivor) - 1 AS cluster FROM (SELECT DISTINCT survivor FROM removed)
    )
    SELECT cluster::BIGINT AS cluster, id, source, doc = members.survivor AS survivor, kind,
        similarity::FLOAT AS similarity, coverage::FLOAT AS coverage, text_words AS words
    FROM members JOIN numbered USING (survivor) JOIN ranked USING (doc)
    ORDER BY cluster, doc <> members.survivor, doc
"""
