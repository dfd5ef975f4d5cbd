"""Which source shares text with which: a matrix of the sources that share most, with the strongest pairs of each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Sources in the matrix; more make cells too small to read.
SOURCES = 30
#: Pairs listed by all cells together, and by one cell.
LISTED = 5000
CELL = 12

_SHARED = """
CREATE OR REPLACE TEMP TABLE shared AS
SELECT kept_source, again_source, count(*) AS pairs, count(*) FILTER (kind <> 'passage') AS documents,
       count(*) FILTER (kind = 'passage') AS passages, sum(words)::BIGINT AS words
FROM pairs GROUP BY ALL
"""
_SOURCES = """
SELECT source, sum(pairs)::BIGINT AS pairs, count(*) OVER () AS n FROM (
    SELECT kept_source AS source, pairs FROM shared UNION ALL
    SELECT again_source, pairs FROM shared WHERE kept_source <> again_source)
GROUP BY source ORDER BY pairs DESC, source LIMIT $1
"""
_CELLS = "SELECT * FROM shared WHERE list_contains($1, kept_source) AND list_contains($1, again_source)"
#: Duplicates and passages of a cell in turn, the most words first.
_PAIRS = """
SELECT * EXCLUDE (turn) FROM (
    SELECT kept_source, again_source, a, b, kind, words, similarity, coverage_a, coverage_b, removed, row_number() OVER (
        PARTITION BY kept_source, again_source, kind = 'passage' ORDER BY words DESC, a, b) AS turn
    FROM pairs WHERE list_contains($1, kept_source) AND list_contains($1, again_source))
QUALIFY row_number() OVER (PARTITION BY kept_source, again_source ORDER BY turn, kind = 'passage') <= $2
ORDER BY kind = 'passage', words DESC, a, b
"""


def overlap(run: RunFolder) -> dict[str, Any]:
    """``cells[i][j]`` counts pairs kept in source i that stand again in j; null where there are none.

    ``of`` counts all sources that share text, ``sources`` names those with the most pairs.
    """
    run.execute(_SHARED)
    sources = run.rows(_SOURCES, SOURCES)
    names = [row["source"] for row in sources]
    place = {name: index for index, name in enumerate(names)}
    cells: list[list[dict[str, Any] | None]] = [[None] * len(names) for _ in names]
    found = run.rows(_CELLS, names) if names else []
    for row in found:
        cell = {key: row[key] for key in ("pairs", "documents", "passages", "words")} | {"shown": []}
        cells[place[row["kept_source"]]][place[row["again_source"]]] = cell
    each = max(1, min(CELL, LISTED // max(len(found), 1)))
    for row in run.rows(_PAIRS, names, each) if names else []:
        into = cells[place[row.pop("kept_source")]][place[row.pop("again_source")]]
        if into:
            into["shown"].append(row)
    return {
        "sources": names,
        "of": sources[0]["n"] if sources else 0,
        "cap": SOURCES,
        "cell_cap": each,
        "cells": cells,
    }
