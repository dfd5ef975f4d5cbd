"""A few dropped pieces for each reason: the ones the rule was least sure of, then others drawn evenly."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Examples of a reason: enough to see what a rule does, few enough to be read.
EXAMPLES = 8
#: Code points of an example's text.
TEXT = 500
#: Candidates of a reason, so that EXAMPLES different texts can be found among them.
_DRAWN = 64

_ROWS = pa.schema([("row", pa.int64())])
_DRAW = """
SELECT reason,
       arg_min(place, {'confidence': coalesce(confidence, 1), 'draw': draw, 'place': place}, $1) AS unsure,
       arg_min(place, {'draw': draw, 'place': place}, $1) AS drawn
FROM (SELECT reason, confidence, hash(id, start) AS draw, file_row_number AS place FROM dropped)
GROUP BY reason
"""
_READ = """
SELECT file_row_number AS row, id, source, level, kind, confidence, evidence, start, "end", words,
       left(text, $1) AS text, length(text) AS length, survivor
FROM dropped JOIN drawn ON row = file_row_number
"""


def examples(run: RunFolder) -> dict[str, list[dict[str, Any]]]:
    """Up to `EXAMPLES` dropped pieces by reason, no two with the same text."""
    candidates = run.rows(_DRAW, _DRAWN)
    wanted = sorted({row for found in candidates for row in (*found["unsure"], *found["drawn"])})
    run.register("drawn", [{"row": row} for row in wanted], _ROWS)
    rows = {row.pop("row"): row for row in run.rows(_READ, TEXT)}
    chosen: dict[str, list[dict[str, Any]]] = {}
    for found in candidates:
        unsure = _different([rows[row] for row in found["unsure"]], EXAMPLES // 2, seen=set())
        seen = {row["text"] for row in unsure}
        others = _different([rows[row] for row in found["drawn"]], EXAMPLES - len(unsure), seen)
        chosen[found["reason"]] = unsure + others
    return chosen


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
