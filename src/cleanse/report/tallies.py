"""The numbers of a run, counted over its tables in SQL: drops by reason, pairs of documents that share text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse.schema import BLOCK_REASONS, Reason

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

FAMILIES = ("boilerplate", "duplicate", "empty")
_FAMILY = {reason.value: "boilerplate" for reason in BLOCK_REASONS} | {Reason.EMPTY.value: "empty"}
_ORDER = {reason.value: place for place, reason in enumerate(Reason)}

#: One row a pair of documents that share text. For a duplicate ``removed`` says which side went, and ``similarity`` is the
#: one that decided; for two that stay it is that of the reported spans together. ``cut`` counts words cut for the pair.
_PAIRS = """
CREATE OR REPLACE TEMP TABLE pairs AS
WITH spans AS (
    SELECT a, b, coalesce(min(a_source), '') AS a_source, coalesce(min(b_source), '') AS b_source, min(kind) AS kind,
           count(*) AS spans, sum(words)::BIGINT AS words, max(words) AS longest,
           sum(similarity::DOUBLE * greatest(words, 1)) / sum(greatest(words, 1)) AS similarity,
           max(coverage_a)::DOUBLE AS coverage_a, max(coverage_b)::DOUBLE AS coverage_b
    FROM matches GROUP BY a, b
), gone AS (
    SELECT id, similarity::DOUBLE AS similarity FROM clusters WHERE NOT survivor
), cuts AS (
    SELECT id, survivor, sum(words)::BIGINT AS words FROM dropped WHERE level = 'passage' GROUP BY ALL
)
SELECT s.* EXCLUDE (similarity), coalesce(x.similarity, y.similarity, s.similarity) AS similarity,
       CASE WHEN s.kind = 'passage' THEN NULL WHEN x.id IS NOT NULL AND y.id IS NULL THEN 'a' ELSE 'b' END AS removed,
       CASE WHEN x.id IS NOT NULL AND y.id IS NULL THEN b_source ELSE a_source END AS kept_source,
       CASE WHEN x.id IS NOT NULL AND y.id IS NULL THEN a_source ELSE b_source END AS again_source,
       coalesce(k.words, 0) AS cut_a, coalesce(l.words, 0) AS cut_b
FROM spans s
LEFT JOIN gone x ON x.id = s.a AND s.kind <> 'passage'
LEFT JOIN gone y ON y.id = s.b AND s.kind <> 'passage'
LEFT JOIN cuts k ON k.id = s.a AND k.survivor = s.b
LEFT JOIN cuts l ON l.id = s.b AND l.survivor = s.a
"""


def make_pairs(run: RunFolder) -> None:
    """Make the table ``pairs`` that `pair_counts`, `overlap`, `thresholds` and the side-by-side views read."""
    run.execute(_PAIRS)


def family(reason: str) -> str:
    """The one of `FAMILIES` that a reason belongs to."""
    return _FAMILY.get(reason, "duplicate")


def order(reason: str) -> tuple[int, int, str]:
    """Sorts reasons by family and then as they are declared; unknown ones last."""
    return FAMILIES.index(family(reason)), _ORDER.get(reason, len(_ORDER)), reason


def reasons(run: RunFolder) -> list[dict[str, Any]]:
    """Pieces, words and documents by reason: boilerplate first, the most words first."""
    rows = run.rows(
        "SELECT reason, count(*) AS pieces, coalesce(sum(words), 0)::BIGINT AS words, "
        "count(DISTINCT id) AS documents, avg(confidence)::DOUBLE AS confidence, "
        "count(*) FILTER (level = 'block') AS blocks, count(*) FILTER (level = 'passage') AS passages, "
        "count(*) FILTER (level = 'document') AS removed FROM dropped GROUP BY reason"
    )
    for row in rows:
        row["family"] = family(row["reason"])
    rows.sort(key=lambda row: (FAMILIES.index(row["family"]), -row["words"], order(row["reason"])))
    return rows


def pair_counts(run: RunFolder) -> list[dict[str, Any]]:
    """Pairs, matches and matched words by kind of pair."""
    return run.rows(
        "SELECT kind, count(*) AS pairs, sum(spans)::BIGINT AS matches, sum(words)::BIGINT AS words "
        "FROM pairs GROUP BY kind ORDER BY pairs DESC, kind"
    )
