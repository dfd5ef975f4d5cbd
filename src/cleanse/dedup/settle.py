"""What is settled on the spans: which document goes, and for whom; which passage is cut, and from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.clusters import KEPT, stars
from cleanse.dedup.passages import Passage, choose_cuts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.engines import Engine

REMOVED = pa.schema(
    [
        ("doc", pa.int64()),
        ("survivor", pa.int64()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("coverage", pa.float64()),
    ]
)
CUT = pa.schema(
    [(name, pa.int64()) for name in ("keeper", "loser", "keeper_start", "keeper_end", "start", "end")]
    + [("similarity", pa.float64())]
)

#: Characters before the first match of a document that begins its survivor: a headline, a dateline.
_BEGINNING = 300


def _edges(settings: Dedup) -> str:
    """Pairs of which one document covers the other so that it can be removed for it.

    The informative words decide whether two documents are alike; the share of all words that survive, whether one of
    them can go: formulae and notices make none alike, but a document that is mostly such is lost with them.

    A document that another contains is removed for it when it makes up a good share of it, when it is its beginning (a
    truncated copy), or when it is short (a teaser). A longer one somewhere inside a much larger document (a digest, an
    anthology) stays, and what they share is a passage.
    """
    enough, there = float(settings.coverage), float(settings.survival)
    part, teaser = float(settings.contained_share), int(settings.teaser_words)
    return f"""
        WITH pairs AS (
            SELECT a, b, min(a_start) AS a_first, min(b_start) AS b_first, any_value(coverage_a) AS coverage_a,
                any_value(coverage_b) AS coverage_b, any_value(similarity) AS similarity,
                any_value(survival_a) AS survival_a, any_value(survival_b) AS survival_b
            FROM spans GROUP BY a, b
        )
        SELECT a, b, coverage_a, coverage_b, similarity,
            coverage_a >= {enough} AND survival_a >= {there}
                AND (coverage_b >= {part} OR b_first <= {_BEGINNING} OR x.text_words < {teaser}) AS covers_a,
            coverage_b >= {enough} AND survival_b >= {there}
                AND (coverage_a >= {part} OR a_first <= {_BEGINNING} OR y.text_words < {teaser}) AS covers_b
        FROM pairs JOIN ranked x ON x.doc = a JOIN ranked y ON y.doc = b
        WHERE similarity >= {float(settings.similarity)} AND (covers_a OR covers_b)
        ORDER BY a, b
    """


def removed_documents(engine: Engine, settings: Dedup) -> Iterator[pa.RecordBatch]:
    documents = int(next(engine.stream("SELECT count(*) AS n FROM ranked"))["n"][0].as_py())
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
    return pa.record_batch([pa.array(column) for column in columns], schema=REMOVED)


def shared_passages(settings: Dedup) -> str:
    """Passages that two kept documents share: long enough, and not mostly made of what everyone says.

    ``b_fills``: the passage is all that b is, so that it is a that can do without it.
    """
    return f"""
        SELECT a, b, a_start, a_end, b_start, b_end, words, matched, a_words, b_words, span_similarity, coverage_a,
            coverage_b, coverage_b >= {float(settings.coverage)} AND coverage_a < coverage_b AS b_fills
        FROM spans
        WHERE words >= {int(settings.passage_words)} AND 2 * informative >= words
          AND a NOT IN (SELECT doc FROM removed) AND b NOT IN (SELECT doc FROM removed)
        ORDER BY a, b, b_start
    """


def cut_passages(engine: Engine, settings: Dedup) -> Iterator[pa.RecordBatch]:
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
                CASE WHEN b_fills THEN a_end ELSE b_end END AS "end", span_similarity AS similarity
            FROM shared WHERE words >= {int(settings.drop_passage_words)}
                AND matched >= {float(settings.survival)} * CASE WHEN b_fills THEN a_words ELSE b_words END
            """
        )
        for row in batch.to_pylist()
    )
    chosen = list(choose_cuts(found))
    yield pa.record_batch(
        [pa.array([getattr(cut, field.name) for cut in chosen], field.type) for field in CUT], schema=CUT
    )
