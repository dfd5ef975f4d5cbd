"""What became of one document: its page block by block, its matches, its survivor and cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from cleanse.errors import UsageError
from cleanse.report.differences import differences
from cleanse.report.folder import RunFolder
from cleanse.report.pages import pages
from cleanse.report.texts import Span, page_texts, titles
from cleanse.report.visible import one_line

if TYPE_CHECKING:
    from pathlib import Path

#: Code points of a match's text, and members of a cluster, that are given.
TEXT = 2000
MEMBERS = 50
#: Code points of a passage that is asked for whole: comparing the words of a longer one takes minutes.
WHOLE = 200_000
_NEAREST = 3
#: More than a document has of anything.
_ALL = 2**31

_STATUS = "SELECT * EXCLUDE (file_row_number) FROM pieces WHERE id = $1 AND level = 'document' ORDER BY start LIMIT 1"
_DROPPED = """
SELECT level, kind, reason, confidence, evidence, start, "end", words, text, survivor, survivor_start, survivor_end
FROM pieces WHERE id = $1 ORDER BY start, "end", level
"""
_MATCHES = """
SELECT b AS other, b_source AS other_source, true AS ranks_first, kind, similarity, coverage_a AS coverage,
       coverage_b AS other_coverage, words, a_start AS start, a_end AS "end", b_start AS other_start, b_end AS other_end
FROM matches WHERE a = $1
UNION ALL
SELECT a, a_source, false, kind, similarity, coverage_b, coverage_a, words, b_start, b_end, a_start, a_end
FROM matches WHERE b = $1
ORDER BY start, "end", other, other_start
"""
_CLUSTER = """
SELECT c.cluster, c.id, c.source, c.survivor, c.kind, c.similarity, c.coverage, c.words, count(*) OVER () AS size
FROM clusters c SEMI JOIN (SELECT cluster FROM clusters WHERE id = $1) USING (cluster)
ORDER BY c.survivor DESC, c.coverage DESC, c.similarity DESC, c.id LIMIT $2
"""
#: The ids that share the most with the one asked for; a few hundred are looked at more closely.
_CLOSE_IDS = """
SELECT id FROM (SELECT id FROM corpus UNION SELECT id FROM dropped)
ORDER BY jaro_winkler_similarity(id, $1) DESC, id LIMIT 300
"""


def explain(folder: Path, doc_id: str, passage: int | None = None) -> dict[str, Any]:
    """What became of document ``doc_id``, and why.

    Keys: id, source, url, date, title, status (kept, removed, empty), reason, confidence, evidence, survivor (or
    None), cluster, blocks (its page in order, kept pieces and dropped ones), dropped (rows as in dropped.parquet),
    matches with both texts, unmatched: start, end and text of what a removed document says outside of all its matches with
    its survivor, and passage: the match of that number, from 1, with both texts whole and their differences.
    Raises UsageError that names the nearest ids for an id the run does not know and the number of matches for a passage
    it does not have, InputNotFound for a folder without a run.
    """
    with RunFolder(folder) as run:
        matches = run.rows(_MATCHES, doc_id)
        run.fetch([doc_id, *(row["other"] for row in matches)])
        document = titles(run, [doc_id])[doc_id]
        gone = run.rows(_STATUS, doc_id)
        kept = bool(run.rows("SELECT 1 AS found FROM documents WHERE id = $1 LIMIT 1", doc_id))
        if not kept and not gone:
            raise UsageError(_unknown(run, doc_id))
        verdict = gone[0] if gone and not kept else {}
        reason = verdict.get("reason")
        survivor = verdict.get("survivor")
        (page,) = pages(run, [doc_id], most=_ALL, kept=_ALL, dropped=_ALL)
        facts = {name: document[name] for name in ("id", "source", "url", "date", "title")} | {
            "schema": 1,
            "status": "kept" if kept else "empty" if reason == "empty" else "removed",
            "reason": reason,
            "confidence": verdict.get("confidence"),
            "evidence": verdict.get("evidence"),
            "words": verdict.get("words"),
            "survivor": _survivor(run, survivor) if survivor else None,
            "cluster": _cluster(run, doc_id),
            "blocks": page["pieces"],
            "dropped": run.rows(_DROPPED, doc_id),
            "matches": matches,
            "unmatched": _unmatched(run, doc_id, survivor, page["pieces"], matches) if survivor else [],
            "passage": None,
        }
        if passage is not None:
            facts["passage"] = _passage(run, doc_id, matches, passage)
        _add_texts(run, doc_id, matches)
        return facts


def _survivor(run: RunFolder, survivor: str) -> dict[str, Any]:
    found = titles(run, [survivor])[survivor]
    return {name: found[name] for name in ("id", "source", "url", "title")}


def _unmatched(
    run: RunFolder, doc_id: str, survivor: str, pieces: list[dict[str, Any]], matches: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What went with a document and stands in no match with its survivor, in order."""
    found = sorted((row["start"], row["end"]) for row in matches if row["other"] == survivor)
    spans = []
    for piece in pieces if found else ():
        if piece["level"] != "document":
            continue
        at = piece["start"]
        for start, end in [*found, (piece["end"], piece["end"])]:
            if at < min(start, piece["end"]):
                spans.append((at, min(start, piece["end"])))
            at = max(at, end)
    texts = page_texts(run, [Span(doc_id, start, min(end, start + TEXT)) for start, end in spans])
    return [
        {"start": start, "end": end, "text": text}
        for (start, end), text in zip(spans, texts, strict=True)
        if any(map(str.isalnum, text))
    ]


def _cluster(run: RunFolder, doc_id: str) -> dict[str, Any] | None:
    members = run.rows(_CLUSTER, doc_id, MEMBERS)
    if not members:
        return None
    head = {"cluster": members[0]["cluster"], "size": members[0]["size"]}
    for member in members:
        del member["cluster"], member["size"]
    return head | {"survivor": members[0]["id"] if members[0]["survivor"] else None, "members": members}


def _add_texts(run: RunFolder, doc_id: str, matches: list[dict[str, Any]]) -> None:
    texts = page_texts(run, [span for row in matches for span in _spans(doc_id, row, TEXT)])
    for place, row in enumerate(matches):
        row["text"], row["other_text"] = texts[2 * place], texts[2 * place + 1]
        row["truncated"] = _longest(row) > TEXT


def _spans(doc_id: str, row: dict[str, Any], most: int) -> list[Span]:
    """Both sides of a match, ``most`` code points of each."""
    return [
        Span(doc_id, row["start"], min(row["end"], row["start"] + most)),
        Span(row["other"], row["other_start"], min(row["other_end"], row["other_start"] + most)),
    ]


def _longest(row: dict[str, Any]) -> int:
    return int(max(row["end"] - row["start"], row["other_end"] - row["other_start"]))


def _passage(run: RunFolder, doc_id: str, matches: list[dict[str, Any]], number: int) -> dict[str, Any]:
    if not 1 <= number <= len(matches):
        known = f"1 to {len(matches)}" if matches else "nothing: no text of it stands in another document"
        raise UsageError(
            f"{one_line(doc_id, 80)!r} has {len(matches)} match{'' if len(matches) == 1 else 'es'}; --passage takes {known}"
        )
    row = matches[number - 1]
    text, other = page_texts(run, _spans(doc_id, row, WHOLE))
    mine, others = differences(text, other)
    whole = {"number": number} | row | {"text": text, "other_text": other, "truncated": _longest(row) > WHOLE}
    return whole | {"pieces": mine, "other_pieces": others}


def _unknown(run: RunFolder, doc_id: str) -> str:
    close = [row["id"] for row in run.rows(_CLOSE_IDS, doc_id)]
    best = [found for found, _, _ in process.extract(doc_id, close, scorer=fuzz.WRatio, limit=_NEAREST)]
    hint = f"; nearest: {', '.join(one_line(name, 80) for name in best)}" if best else "; the run has no documents"
    return f"{run.folder}: no document {one_line(doc_id, 80)!r}{hint}"
