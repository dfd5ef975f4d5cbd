"""What is settled on the spans: which document goes, and for whom; which passage is cut, and from whom."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

import pyarrow as pa

from cleanse.dedup.clusters import choose
from cleanse.dedup.passages import Passage, choose_cuts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cleanse.config import Dedup
    from cleanse.dedup.passages import Cuts
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
BEGINNING = 300


def remove_documents(engine: Engine, settings: Dedup, into: str = "removed", *, first_stays: bool = False) -> None:
    """Make the table ``removed`` of the tables ``spans``, ``ranked`` and ``exact``.

    In rank order each document is removed for the strongest document that ranks before it, is kept and covers it. Then a
    kept document that only lower-ranking ones cover is removed for one of those, last rank first, unless a document
    that was removed for it would lose its cover; with ``first_stays`` it stays.
    """
    engine.sql(_edges(settings), "edges")
    engine.sql(f"SELECT b AS node, a AS candidate, {_STRENGTH} AS strength FROM edges WHERE covers_b", "downwards")
    choose(engine, "downwards", "down")
    engine.sql(f"{_UPWARDS} AND FALSE" if first_stays else _UPWARDS, "upwards")
    choose(engine, "upwards", "up")
    engine.sql(_near(settings), "near")
    engine.sql(_REMOVED, into)


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
            SELECT a, b, min(a_start) AS a_first, min(b_start) AS b_first, min(coverage_a) AS coverage_a,
                min(coverage_b) AS coverage_b, min(similarity) AS similarity,
                min(survival_a) AS survival_a, min(survival_b) AS survival_b
            FROM spans GROUP BY a, b
        ), judged AS (
            SELECT a, b, coverage_a, coverage_b, similarity,
                coverage_a >= {enough} AND survival_a >= {there}
                    AND (coverage_b >= {part} OR b_first <= {BEGINNING} OR x.text_words < {teaser}) AS covers_a,
                coverage_b >= {enough} AND survival_b >= {there}
                    AND (coverage_a >= {part} OR a_first <= {BEGINNING} OR y.text_words < {teaser}) AS covers_b
            FROM pairs JOIN ranked x ON x.doc = a JOIN ranked y ON y.doc = b
            WHERE similarity >= {float(settings.similarity)}
        )
        SELECT * FROM judged WHERE covers_a OR covers_b
    """


_STRENGTH = "(coverage_a + coverage_b) * similarity"

#: Kept documents with lower-ranking ones that cover them and all that were removed for them.
_UPWARDS = f"""
    WITH covers AS (
        SELECT b AS doc, a AS survivor FROM edges WHERE covers_b UNION ALL SELECT a, b FROM edges WHERE covers_a
    ), kept AS (
        SELECT a AS node, b AS candidate, {_STRENGTH} AS strength
        FROM edges
        WHERE covers_a AND NOT covers_b
            AND NOT EXISTS (SELECT 1 FROM down WHERE down.node = edges.a)
            AND NOT EXISTS (SELECT 1 FROM down WHERE down.node = edges.b)
    ), bereft AS (
        SELECT DISTINCT kept.node, kept.candidate
        FROM kept JOIN down ON down.candidate = kept.node
        WHERE NOT EXISTS (SELECT 1 FROM covers WHERE covers.doc = down.node AND covers.survivor = kept.candidate)
    )
    SELECT node, candidate, strength
    FROM kept
    WHERE NOT EXISTS (SELECT 1 FROM bereft WHERE bereft.node = kept.node AND bereft.candidate = kept.candidate)
"""


def _near(settings: Dedup) -> str:
    """Who goes and for whom, with what the pair of the two, whichever ranks first, has in common."""
    return f"""
        WITH gone AS (
            SELECT down.node AS doc, coalesce(up.candidate, down.candidate) AS survivor
            FROM down LEFT JOIN up ON up.node = down.candidate
            UNION ALL
            SELECT node, candidate FROM up
        )
        SELECT doc, survivor,
            CASE WHEN least(coverage_a, coverage_b) >= {float(settings.coverage)} THEN 'near' ELSE 'contained' END AS kind,
            similarity, CASE WHEN doc > survivor THEN coverage_b ELSE coverage_a END AS coverage
        FROM gone JOIN edges ON edges.a = least(doc, survivor) AND edges.b = greatest(doc, survivor)
    """


#: An exact duplicate has the text of another document: if that one went too, its verdict is this one's.
_REMOVED = """
    SELECT doc, survivor, kind, similarity, coverage FROM near
    UNION ALL
    SELECT exact.doc, coalesce(near.survivor, exact.survivor), coalesce(near.kind, 'exact'),
        coalesce(near.similarity, 1.0), coalesce(near.coverage, 1.0)
    FROM exact LEFT JOIN near ON near.doc = exact.survivor
"""


def shared_passages(settings: Dedup) -> str:
    """Passages that two kept documents share: long enough, and not mostly made of what everyone says.

    ``b_fills``: the passage is all that b is, so that it is a that can do without it.
    """
    return f"""
        SELECT a, b, a_start, a_end, b_start, b_end, words, matched, a_words, b_words, span_similarity, coverage_a,
            coverage_b, coverage_b >= {float(settings.coverage)} AND coverage_a < coverage_b AS b_fills
        FROM spans
        WHERE words >= {int(settings.passage_words)} AND 2 * informative >= words
            AND NOT EXISTS (SELECT 1 FROM removed WHERE removed.doc = spans.a)
            AND NOT EXISTS (SELECT 1 FROM removed WHERE removed.doc = spans.b)
        ORDER BY a, b, b_start
    """


def long_passages(settings: Dedup, *, first_stays: bool = False) -> str:
    """Shared passages that are long enough to be cut, of texts of which enough is there, as `Passage` has them.

    With ``first_stays`` nobody loses to a document that is hardly more than the passage, nor what is all of itself.
    """
    fills = f"b_fills OR coverage_a >= {float(settings.coverage)}" if first_stays else "FALSE"
    return f"""
        SELECT CASE WHEN b_fills THEN b ELSE a END AS keeper, CASE WHEN b_fills THEN a ELSE b END AS loser,
            CASE WHEN b_fills THEN b_start ELSE a_start END AS keeper_start,
            CASE WHEN b_fills THEN b_end ELSE a_end END AS keeper_end,
            CASE WHEN b_fills THEN a_start ELSE b_start END AS start,
            CASE WHEN b_fills THEN a_end ELSE b_end END AS "end", span_similarity AS similarity
        FROM shared WHERE words >= {int(settings.drop_passage_words)}
            AND matched >= {float(settings.passage_survival)} * CASE WHEN b_fills THEN a_words ELSE b_words END
            AND NOT ({fills})
    """


def to_passages(batch: pa.RecordBatch) -> Iterator[Passage]:
    """The rows of `long_passages`."""
    return starmap(Passage, zip(*(batch[name].to_pylist() for name in CUT.names), strict=True))


def cut_passages(passages: Iterable[Passage], settled: Cuts | None = None) -> pa.RecordBatch:
    """The passages to cut (CUT) of all long ones.

    With ``settled``, what has been cut of documents before, the one that ranks second loses, document after document.
    """
    chosen = list(choose_cuts(passages, settled))
    return pa.record_batch(
        [pa.array([getattr(cut, field.name) for cut in chosen], field.type) for field in CUT], schema=CUT
    )
