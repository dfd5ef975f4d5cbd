"""Matches and clusters as they are reported: by the documents' ids, with offsets into their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.dedup.pieces import page_offsets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleanse.config import Dedup

#: Spans between a removed document and its survivor; exact duplicates as one span each; and shared passages.
_MATCHED = """
    SELECT s.a, s.b, s.a_start, s.a_end, s.b_start, s.b_end, s.words, s.span_similarity AS similarity,
        s.coverage_a, s.coverage_b, r.kind
    FROM spans s JOIN removed r ON s.a = least(r.doc, r.survivor) AND s.b = greatest(r.doc, r.survivor)
    UNION ALL
    SELECT e.survivor, e.doc, 0, y.length, 0, x.length, x.words, 1.0, 1.0, 1.0, 'exact'
    FROM exact e JOIN removed USING (doc, survivor) JOIN fingerprints x ON x.doc = e.doc
        JOIN fingerprints y ON y.doc = e.survivor
    UNION ALL
    SELECT a, b, a_start, a_end, b_start, b_end, words, span_similarity, coverage_a, coverage_b, 'passage' FROM shared
"""

#: All pairs that reach the threshold, one of which may have gone for a third, and all exact duplicates.
_ALL_PAIRS = """
    SELECT a, b, a_start, a_end, b_start, b_end, words, span_similarity AS similarity, coverage_a, coverage_b,
        'near' AS kind
    FROM spans
    UNION ALL
    SELECT e.survivor, e.doc, 0, y.length, 0, x.length, x.words, 1.0, 1.0, 1.0, 'exact'
    FROM exact e JOIN fingerprints x ON x.doc = e.doc JOIN fingerprints y ON y.doc = e.survivor
"""

#: The documents that occur in the table ``matched``: of the pages only theirs are joined, as they are held in memory for that.
SIDES = """
    WITH met AS (
        SELECT doc, "order", id, source FROM ranked WHERE doc IN (SELECT a FROM matched UNION ALL SELECT b FROM matched)
    )
    SELECT doc, id, source, pieces
    FROM met LEFT JOIN (SELECT "order", pieces FROM pages WHERE "order" IN (SELECT "order" FROM met)) USING ("order")
"""

#: The table ``matched`` with ids, sources and pieces, from the table ``sides``, as they are reported.
MATCHES_WITH_PIECES = """
    SELECT x.id AS a, y.id AS b, x.source AS a_source, y.source AS b_source, a_start, a_end, b_start, b_end, words,
        similarity, coverage_a, coverage_b, kind, x.pieces AS a_pieces, y.pieces AS b_pieces
    FROM matched m JOIN sides x ON x.doc = m.a JOIN sides y ON y.doc = m.b
    ORDER BY m.a, m.b, m.b_start
"""


def matched(settings: Dedup) -> str:
    """The query for the table ``matched``."""
    return _ALL_PAIRS if settings.profile == "classic" else _MATCHED


def on_pages(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Kernel: matches whose offsets are into kept texts, with the pieces of those, to MATCH, whose offsets are into pages."""
    target = schema.MATCH
    for batch in batches:
        columns = {name: batch[name] for name in target.names}
        for side in ("a", "b"):
            pieces = batch[f"{side}_pieces"]
            columns[f"{side}_start"] = pa.array(page_offsets(pieces, batch[f"{side}_start"].to_numpy(), end=False))
            columns[f"{side}_end"] = pa.array(page_offsets(pieces, batch[f"{side}_end"].to_numpy(), end=True))
        yield pa.record_batch([pc.cast(columns[field.name], field.type) for field in target], schema=target)


CLUSTERS = """
    WITH members AS (
        SELECT doc, survivor, kind, similarity, coverage FROM removed
        UNION ALL
        SELECT DISTINCT survivor, survivor, 'survivor', 1.0, 1.0 FROM removed
    ), numbered AS (
        SELECT survivor, row_number() OVER (ORDER BY survivor) - 1 AS cluster FROM (SELECT DISTINCT survivor FROM removed)
    )
    SELECT cluster::BIGINT AS cluster, id, source, doc = members.survivor AS survivor, kind,
        similarity::FLOAT AS similarity, coverage::FLOAT AS coverage, text_words AS words
    FROM members JOIN numbered USING (survivor) JOIN ranked USING (doc)
    ORDER BY cluster, doc <> members.survivor, doc
"""
