"""A few dropped pieces for each reason: the ones the rule was least sure of, then others drawn evenly."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Examples of a reason that are shown at first: enough to see what a rule does, few enough to be read.
EXAMPLES = 8
#: Sources that can be looked at alone, those that lost most pieces, and examples of each for a reason.
SOURCES = 24
OF_SOURCE = 3
#: Code points of an example's text.
TEXT = 500
#: Candidates of a reason, so that EXAMPLES different texts can be found among them.
_DRAWN = 64

_ROWS = pa.schema([("row", pa.int64())])
_SOURCES = """
SELECT coalesce(source, '') AS source, count(*) AS pieces, count(*) OVER () AS n FROM dropped
GROUP BY 1 ORDER BY pieces DESC, source LIMIT $1
"""
_DRAW = """
SELECT reason,
       arg_min(place, {'confidence': coalesce(confidence, 1), 'draw': draw, 'place': place}, $1) AS unsure,
       arg_min(place, {'draw': draw, 'place': place}, $1) AS drawn
FROM (SELECT reason, confidence, hash(id, start) AS draw, file_row_number AS place FROM dropped)
GROUP BY reason
"""
_DRAW_OF_SOURCE = """
SELECT reason, arg_min(place, {'confidence': coalesce(confidence, 1), 'draw': hash(id, start), 'place': place}, $1) AS unsure
FROM (SELECT *, file_row_number AS place FROM dropped WHERE list_contains($2, coalesce(source, ''))) GROUP BY reason, source
"""
_READ = """
SELECT file_row_number AS row, id, coalesce(source, '') AS source, level, kind, confidence, evidence, start, "end", words,
       left(text, $1) AS text, length(text) AS length, survivor
FROM dropped JOIN drawn ON row = file_row_number
"""


def examples(run: RunFolder) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """Dropped pieces by reason, no two with the same text; and the ``sources`` to filter by, ``of`` so many.

    ``first`` is true for the `EXAMPLES` that stand for the reason; the others are there for their source.
    """
    sources = run.rows(_SOURCES, SOURCES)
    names = [row["source"] for row in sources]
    candidates = run.rows(_DRAW, _DRAWN)
    of_sources: dict[str, list[int]] = defaultdict(list)
    for found in run.rows(_DRAW_OF_SOURCE, OF_SOURCE, names) if len(names) > 1 else []:
        of_sources[found["reason"]] += found["unsure"]
    wanted = {row for found in candidates for row in (*found["unsure"], *found["drawn"])}.union(*of_sources.values())
    run.register("drawn", [{"row": row} for row in sorted(wanted)], _ROWS)
    rows = {row.pop("row"): row for row in run.rows(_READ, TEXT)}
    chosen: dict[str, list[dict[str, Any]]] = {}
    for found in candidates:
        unsure = _different([rows[row] for row in found["unsure"]], EXAMPLES // 2, seen=set())
        seen = {row["text"] for row in unsure}
        others = _different([rows[row] for row in found["drawn"]], EXAMPLES - len(unsure), seen)
        mine = [row | {"first": True} for row in unsure + others]
        said = {row["text"] for row in mine}
        more = [rows[row] for row in sorted(of_sources[found["reason"]]) if rows[row]["text"] not in said]
        chosen[found["reason"]] = mine + [row | {"first": False} for row in _distinct(more)]
    return chosen, {"sources": names, "of": sources[0]["n"] if sources else 0}


def _different(rows: list[dict[str, Any]], count: int, seen: set[str]) -> list[dict[str, Any]]:
    """The first ``count`` rows of new text, from as many sources as there are."""
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["text"] not in seen:
            seen.add(row["text"])
            by_source[row["source"]].append(row)
    picked: list[dict[str, Any]] = []
    while by_source and len(picked) < count:
        for source in list(by_source):
            picked.append(by_source[source].pop(0))
            if not by_source[source]:
                del by_source[source]
    return picked[:count]


def _distinct(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({row["text"]: row for row in rows}.values())
