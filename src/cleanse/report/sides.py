"""Matches side by side: the words that two documents share, with what differs marked; the weakest first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleanse.report.differences import differences
from cleanse.report.texts import Span, page_texts
from cleanse.report.verdict import verdict

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Spans of one pair that are shown; the rest is counted.
SPANS = 5
#: Code points of a span that are shown, and of the text around it.
TEXT = 2400
AROUND = 110

_PLACES = pa.schema([("a", pa.string()), ("b", pa.string()), ("place", pa.int64())])

#: How little would have changed the verdict on a pair: a duplicate that barely passed, a passage that was barely cut, a
#: pair that was almost a duplicate, one that passed but is too small a part of the other. Passages that were only
#: reported come last. Kinds take turns, so that thousands of
#: weak ones of one kind do not hide those of another.
_WEAKEST = """
SELECT *, CASE
    WHEN kind = 'exact' THEN 1
    WHEN kind <> 'passage' THEN least(similarity - $similarity, greatest(coverage_a, coverage_b) - $coverage)
    WHEN similarity >= $similarity AND greatest(coverage_a, coverage_b) >= $coverage
    THEN abs($part - least(coverage_a, coverage_b))
    ELSE least(
        greatest($similarity - similarity, $coverage - greatest(coverage_a, coverage_b)),
        CASE WHEN longest < $droppable THEN 1 + similarity ELSE abs(similarity - $similarity) END)
    END AS margin
FROM pairs
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY margin, a, b) <= $cap
ORDER BY margin, a, b
"""
_SPANS = """
CREATE OR REPLACE TEMP TABLE shown_spans AS
SELECT m.*, p.place FROM matches m JOIN shown_pairs p USING (a, b)
QUALIFY row_number() OVER (PARTITION BY a, b ORDER BY m.similarity, m.words DESC, m.a_start, m.b_start) <= $1
"""


def side_by_side(run: RunFolder, pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The `weakest` pairs with their weakest spans.

    ``verdict`` says in words what became of the pair. ``shown`` has its spans {words, similarity, a, b}; a side ``a`` or
    ``b`` is {start, end, before, pieces: [(text, differs, number), ...], after, hidden}, where ``hidden`` counts the code
    points of a long span that are not shown.
    """
    if not pairs:
        return []
    places = [{"a": row["a"], "b": row["b"], "place": place} for place, row in enumerate(pairs)]
    run.register("shown_pairs", places, _PLACES)
    run.execute(_SPANS, SPANS)
    spans = run.rows("SELECT * FROM shown_spans ORDER BY place, a_start, b_start")
    texts = iter(page_texts(run, [part for row in spans for side in "ab" for part in _parts(row, side)]))
    for row in pairs:
        row["verdict"] = verdict(row, run.run.get("config", {}).get("dedup", {}))
    for row in spans:
        left, right = (_side(row, side, [next(texts) for _ in range(3)]) for side in "ab")
        left["pieces"], right["pieces"] = differences(left.pop("text"), right.pop("text"))
        pairs[row["place"]]["shown"].append(
            {"words": row["words"], "similarity": row["similarity"], "a": left, "b": right}
        )
    return pairs


def weakest(run: RunFolder, cap: int) -> list[dict[str, Any]]:
    """The weakest pairs, with ``cap`` spans in all to be `shown`; needs `tallies.make_pairs`."""
    dedup = {name: float(run.setting("dedup", name)) for name in ("similarity", "coverage")}
    cuts = run.setting("dedup", "passages") == "drop"
    dedup["part"] = float(run.setting("dedup", "contained_share"))
    dedup["droppable"] = int(run.setting("dedup", "drop_passage_words")) if cuts else math.inf
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in run.rows(_WEAKEST, **dedup, cap=cap):
        by_kind.setdefault(row["kind"], []).append(row | {"shown": []})
    pairs: list[dict[str, Any]] = []
    left = cap
    turn = 0
    while left > 0 and any(turn < len(rows) for rows in by_kind.values()):
        for rows in by_kind.values():
            if turn < len(rows) and left > 0:
                pairs.append(rows[turn])
                left -= min(rows[turn]["spans"], SPANS)
        turn += 1
    if left < 0 and len(pairs) > 1:
        pairs.pop()
    pairs.sort(key=lambda row: (row["margin"], row["a"], row["b"]))
    return pairs


def _parts(row: dict[str, Any], side: str) -> list[Span]:
    name, start, end = row[side], row[f"{side}_start"], row[f"{side}_end"]
    shown = min(end, start + TEXT)
    return [
        Span(name, max(start - AROUND, 0), start),
        Span(name, start, shown),
        Span(name, end, end + AROUND) if shown == end else Span(name, end, end),
    ]


def _side(row: dict[str, Any], side: str, texts: list[str]) -> dict[str, Any]:
    start, end = row[f"{side}_start"], row[f"{side}_end"]
    before, text, after = texts
    return {
        "start": start,
        "end": end,
        "before": before.partition(" ")[2] if start > AROUND and " " in before else before,
        "text": text,
        "after": after.rpartition(" ")[0] if len(after) >= AROUND and " " in after else after,
        "hidden": max(end - start - TEXT, 0),
    }
