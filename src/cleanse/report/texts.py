"""The words of a span of a page, put together from what a run wrote of it: kept pieces and cut passages."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from cleanse.report.folder import IDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleanse.report.folder import RunFolder


class Span(NamedTuple):
    """Code points ``[start, end)`` of the page of document ``id``."""

    id: str
    start: int
    end: int


_SPANS = pa.schema([("n", pa.int64()), ("id", pa.string()), ("start", pa.int64()), ("end", pa.int64())])

#: Where each span meets a kept piece: the same code points of the page (page_at) and of the kept text (text_at).
_PARTS = """
CREATE OR REPLACE TEMP TABLE parts AS
SELECT n, id, greatest(start, page_start) AS page_at, text_start + greatest(start, page_start) - page_start AS text_at,
       least("end", page_start + length) - greatest(start, page_start) AS length
FROM spans JOIN kept USING (id)
WHERE page_start < "end" AND page_start + length > start
"""
_IN_CORPUS = "SELECT n, page_at, substring(text, text_at + 1, length) AS text FROM parts JOIN documents USING (id)"
_IN_REMOVED = """
SELECT n, page_at, substring(text, text_at + 1, length) AS text
FROM parts JOIN (SELECT id, text FROM pieces WHERE level = 'document') USING (id)
"""
_IN_PASSAGES = """
SELECT n, greatest(s.start, d.start) AS page_at,
       substring(text, greatest(s.start, d.start) - d.start + 1,
                 least(s."end", d."end") - greatest(s.start, d.start)) AS text
FROM spans s JOIN pieces d ON s.id = d.id AND d.level = 'passage' AND d.start < s."end" AND d."end" > s.start
"""
#: Documents of an index have no page here: their places are in the text that was indexed.
_IN_INDEX = """
SELECT n, start AS page_at, substring(text, start + 1, "end" - start) AS text FROM spans JOIN indexed USING (id)
WHERE id NOT IN (SELECT id FROM kept)
"""


def page_texts(run: RunFolder, spans: Sequence[Span]) -> list[str]:
    """What was kept or cut as a shared passage within each span, line by line; what strip dropped is left out."""
    if not spans:
        return []
    run.fetch(span.id for span in spans)
    run.register("spans", [{"n": n, **span._asdict()} for n, span in enumerate(spans)], _SPANS)
    run.execute(_PARTS)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    kept = _in_files(run) if run.text_files else run.rows(_IN_CORPUS)
    for row in [*run.rows(_IN_PASSAGES), *run.rows(_IN_REMOVED), *run.rows(_IN_INDEX), *kept]:
        if row["text"]:
            found[row["n"]][row["page_at"]] = row["text"]
    return [_joined(found[n]) for n in range(len(spans))]


def titles(run: RunFolder, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a document is called: source, url, date, title, its opening words, and whether it was removed."""
    run.fetch(ids)
    run.register("ids", [{"id": name} for name in dict.fromkeys(ids)], IDS)
    kept = run.rows(
        "SELECT id, source, url, date, title, left(text, 120) AS opening FROM documents SEMI JOIN ids USING (id)"
    )
    removed = run.rows(
        "SELECT id, source, '' AS url, '' AS date, '' AS title, left(text, 120) AS opening "
        "FROM pieces SEMI JOIN ids USING (id) WHERE level = 'document'"
    )
    indexed = run.rows(
        "SELECT id, source, '' AS url, '' AS date, 'in the index' AS title, left(text, 120) AS opening "
        "FROM indexed SEMI JOIN ids USING (id)"
    )
    found: dict[str, dict[str, Any]] = {}
    for rows, gone in ((indexed, False), (removed, True), (kept, False)):
        for row in rows:
            found[row["id"]] = {name: value or "" for name, value in row.items()} | {"removed": gone}
    for name in ids:
        unknown = {"id": name, "source": "", "url": "", "date": "", "title": "", "opening": "", "removed": False}
        found.setdefault(name, unknown)
    return found


def _in_files(run: RunFolder) -> list[dict[str, Any]]:
    """`_IN_CORPUS` for a corpus of .txt files, one file in memory at a time."""
    rows: list[dict[str, Any]] = []
    name, text = None, ""
    for part in run.rows("SELECT n, page_at, text_at, length, file FROM parts JOIN documents USING (id) ORDER BY file"):
        if part["file"] != name:
            name, text = part["file"], run.text_file(part["file"])
        rows.append(
            {
                "n": part["n"],
                "page_at": part["page_at"],
                "text": text[part["text_at"] : part["text_at"] + part["length"]],
            }
        )
    return rows


def _joined(fragments: dict[int, str]) -> str:
    text, end = "", -1
    for at in sorted(fragments):
        fragment = fragments[at]
        if text and at > end:
            text += "\n"
        fresh = fragment if at >= end else fragment[end - at :]
        text += fresh
        end = max(end, at + len(fragment))
    return text
