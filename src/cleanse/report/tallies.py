"""The numbers of a run, counted over its tables in SQL: reasons, sources that share text, similarities, clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse.schema import BLOCK_REASONS, Reason

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Sources in the overlap matrix; more make cells too small to read.
OVERLAP_SOURCES = 30
#: Bins of a histogram over 0..1.
BINS = 20
#: A pair this close to a threshold could have gone the other way.
CLOSE = 0.05

FAMILIES = ("boilerplate", "duplicate", "empty")
_FAMILY = {reason.value: "boilerplate" for reason in BLOCK_REASONS} | {Reason.EMPTY.value: "empty"}
_ORDER = {reason.value: place for place, reason in enumerate(Reason)}

#: One row a pair of documents that share text: ``similarity`` is that of all its matched words.
_PAIRS = """
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT a, b, coalesce(min(a_source), '') AS a_source, coalesce(min(b_source), '') AS b_source, min(kind) AS kind,
       count(*) AS spans, sum(words)::BIGINT AS words, max(words) AS longest,
       sum(similarity::DOUBLE * greatest(words, 1)) / sum(greatest(words, 1)) AS similarity,
       max(coverage_a)::DOUBLE AS coverage_a, max(coverage_b)::DOUBLE AS coverage_b
FROM matches GROUP BY a, b
"""


def make_pairs(run: RunFolder) -> None:
    """Make the table ``pairs`` that `overlap`, `pair_counts`, `histogram` and the side-by-side views read."""
    run.execute(_PAIRS)


def family(reason: str) -> str:
    """The one of `FAMILIES` that a reason belongs to."""
    return _FAMILY.get(reason, "duplicate")


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
        row["order"] = (
            FAMILIES.index(row["family"]),
            -row["words"],
            _ORDER.get(row["reason"], len(_ORDER)),
            row["reason"],
        )
    rows.sort(key=lambda row: row.pop("order"))
    return rows


def pair_counts(run: RunFolder) -> list[dict[str, Any]]:
    """Pairs, matches and matched words by kind of pair."""
    return run.rows(
        "SELECT kind, count(*) AS pairs, sum(spans)::BIGINT AS matches, sum(words)::BIGINT AS words "
        "FROM pairs GROUP BY kind ORDER BY pairs DESC, kind"
    )


def overlap(run: RunFolder) -> dict[str, Any]:
    """Which source shares text with which: ``cells[i][j]`` counts pairs kept in source i, again in j."""
    run.execute(
        "CREATE OR REPLACE TEMP TABLE shared AS SELECT a_source, b_source, count(*) AS pairs, "
        "count(*) FILTER (kind <> 'passage') AS documents, sum(words)::BIGINT AS words FROM pairs GROUP BY ALL"
    )
    sources = run.rows(
        "SELECT source, sum(pairs)::BIGINT AS pairs, count(*) OVER () AS n FROM ("
        "SELECT a_source AS source, pairs FROM shared UNION ALL "
        "SELECT b_source, pairs FROM shared WHERE a_source <> b_source) "
        "GROUP BY source ORDER BY pairs DESC, source LIMIT $1",
        OVERLAP_SOURCES,
    )
    names = [row["source"] for row in sources]
    place = {name: index for index, name in enumerate(names)}
    nothing = {"pairs": 0, "documents": 0, "words": 0}
    cells = [[dict(nothing) for _ in names] for _ in names]
    query = "SELECT * FROM shared WHERE list_contains($1, a_source) AND list_contains($1, b_source)"
    for row in run.rows(query, names) if names else []:
        cell = {key: row[key] for key in nothing}
        cells[place[row["a_source"]]][place[row["b_source"]]] = cell
    return {"sources": names, "of": sources[0]["n"] if sources else 0, "cap": OVERLAP_SOURCES, "cells": cells}


def histogram(run: RunFolder, measure: str) -> dict[str, Any]:
    """Pairs by ``measure`` (similarity, coverage) in `BINS` equal bins, and how many are `CLOSE` to its threshold."""
    column = {"similarity": "similarity", "coverage": "greatest(coverage_a, coverage_b)"}[measure]
    threshold = float(run.setting("dedup", measure))
    counts = run.rows(
        f"SELECT least(floor({column} * $1 + 1e-6), $1 - 1)::INT AS bin, count(*) AS pairs FROM pairs GROUP BY bin",
        BINS,
    )
    bins = [0] * BINS
    for row in counts:
        bins[max(row["bin"] or 0, 0)] += row["pairs"]
    sides = run.rows(
        f"SELECT count(*) FILTER (m >= $1 AND m < $1 + $2) AS above, "
        f"count(*) FILTER (m < $1 AND m >= $1 - $2) AS below "
        f"FROM (SELECT {column} AS m FROM pairs)",
        threshold,
        CLOSE,
    )[0]
    return {"bins": bins, "threshold": threshold, "close": CLOSE} | sides
