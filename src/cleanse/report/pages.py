"""A document's page in its order: what stayed of it, and what went, each piece with its reason."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from cleanse.report.folder import IDS
from cleanse.report.texts import Span, page_texts, titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleanse.report.folder import RunFolder

#: Documents whose page the report shows; `cleanse explain` shows any.
PAGES = 60
#: Pieces of a page, and code points of a kept and of a dropped one.
PIECES = 300
KEPT = 400
DROPPED = 300

_DROPPED = """
SELECT id, level, kind, reason, confidence, evidence, start, "end", words, left(text, $1) AS text, length(text) AS length,
       survivor, survivor_start, survivor_end
FROM pieces SEMI JOIN page_ids USING (id) WHERE level <> 'document'
"""
_GONE = """
SELECT id, reason, confidence, evidence, survivor FROM pieces SEMI JOIN page_ids USING (id) WHERE level = 'document'
"""
_KEPT = 'SELECT id, page_start AS start, page_start + length AS "end" FROM kept SEMI JOIN page_ids USING (id)'
#: When there are more documents than can be shown: those with the most different reasons, from every source in turn.
_TELLING = """
SELECT id FROM (
    SELECT id, count(DISTINCT reason) AS reasons, row_number() OVER (
        PARTITION BY any_value(coalesce(source, '')) ORDER BY count(DISTINCT reason) DESC, hash(id), id) AS turn
    FROM dropped GROUP BY id)
ORDER BY turn, reasons DESC, id LIMIT $1
"""
_ALL = "SELECT id FROM kept UNION SELECT id FROM dropped ORDER BY id LIMIT $1"


def telling(run: RunFolder, wanted: Iterable[str]) -> list[str]:
    """The documents whose pages the report shows: the ``wanted`` first, then others that tell much."""
    ids = [row["id"] for row in run.rows(_ALL, PAGES + 1)]
    if len(ids) > PAGES:
        others = [row["id"] for row in run.rows(_TELLING, PAGES)]
        ids = list(dict.fromkeys([*list(dict.fromkeys(wanted))[: PAGES // 2], *others]))[:PAGES]
    return ids


def shown_pages(run: RunFolder, ids: Sequence[str]) -> list[dict[str, Any]]:
    """`pages` with `titles`, as far as the report shows them."""
    found = pages(run, ids, most=PIECES, kept=KEPT, dropped=DROPPED)
    names = titles(run, ids)
    return [names[page["id"]] | page for page in found]


def pages(run: RunFolder, ids: Sequence[str], *, most: int, kept: int, dropped: int) -> list[dict[str, Any]]:
    """Each page: {id, status, reason, survivor, pieces, of}, with at most ``most`` of its ``of`` pieces.

    A piece is {start, end, kept, level, kind, reason, confidence, evidence, words, text, length, survivor ...}; its text
    is cut to ``kept`` or ``dropped`` code points of ``length``. In a removed document the pieces that stripping kept carry
    the document's reason.
    """
    run.fetch(ids)
    run.register("page_ids", [{"id": name} for name in dict.fromkeys(ids)], IDS)
    pieces: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in run.rows(_DROPPED, dropped):
        pieces[row.pop("id")].append({"kept": False} | row)
    gone = {row.pop("id"): row for row in run.rows(_GONE)}
    for row in run.rows(_KEPT):
        pieces[row["id"]].append(_kept(row, gone.get(row["id"])))
    found = []
    for name in ids:
        mine = sorted(pieces[name], key=lambda row: (row["start"], row["end"]))
        reason = gone.get(name, {}).get("reason")
        found.append(
            {
                "id": name,
                "status": "kept" if reason is None else "empty" if reason == "empty" else "removed",
                "reason": reason,
                "survivor": gone.get(name, {}).get("survivor"),
                "of": len(mine),
                "pieces": mine[:most],
            }
        )
    _add_texts(run, found, kept)
    return found


def _kept(row: dict[str, Any], gone: dict[str, Any] | None) -> dict[str, Any]:
    verdict = gone or {"reason": None, "confidence": None, "evidence": None, "survivor": None}
    return {
        "kept": gone is None,
        "level": "block" if gone is None else "document",
        "kind": "text",
        "words": None,
        "survivor_start": None,
        "survivor_end": None,
        "start": row["start"],
        "end": row["end"],
        "text": None,
        "length": row["end"] - row["start"],
    } | {name: verdict[name] for name in ("reason", "confidence", "evidence", "survivor")}


def _add_texts(run: RunFolder, found: list[dict[str, Any]], most: int) -> None:
    without = [(page["id"], piece) for page in found for piece in page["pieces"] if piece["text"] is None]
    spans = [Span(name, piece["start"], min(piece["end"], piece["start"] + most)) for name, piece in without]
    for (_, piece), text in zip(without, page_texts(run, spans), strict=True):
        piece["text"] = text
