"""Growth: what an index keeps of documents that have been judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.index.frequencies import keep_counts
from cleanse.index.likeness import add_sketches
from cleanse.index.segments import add_segment, entries_of

if TYPE_CHECKING:
    from cleanse.engines import Engine
    from cleanse.index.arrivals import Arrived
    from cleanse.index.file import IndexFile

_FRESH = """
    SELECT f.number, x.id, x.source, x.text_words, a.words, a.length, a.one, a.two,
        coalesce(k.number, s.number) AS survivor, r.kind, r.similarity, r.coverage
    FROM fresh f JOIN ranked x USING (doc) JOIN fingerprints a USING (doc) LEFT JOIN removed r USING (doc)
        LEFT JOIN fresh s ON s.doc = r.survivor LEFT JOIN known_numbers k ON k.doc = r.survivor
    ORDER BY f.number
"""
_KEPT = """
    SELECT f.number, p.text FROM pages p JOIN ranked x ON x."order" = p."order" JOIN fresh f USING (doc)
    WHERE f.doc NOT IN (SELECT doc FROM removed) ORDER BY f.number
"""
_CUTS = """
    SELECT f.number, c.start, c."end" FROM cuts c JOIN fresh f ON f.doc = c.loser
    UNION ALL
    SELECT k.number, c.start, c."end" FROM cuts c JOIN known_numbers k ON k.doc = c.loser
"""
_COUNTS = """
    SELECT count(*) AS documents, count(*) FILTER (kind IS NULL AND words > 0) AS kept, count(*) FILTER (kind = 'exact') AS exact,
        count(*) FILTER (kind = 'near') AS near, count(*) FILTER (kind = 'contained') AS contained,
        count(*) FILTER (words = 0) AS empty
    FROM arrived a LEFT JOIN removed r ON r.doc = a.doc + {known}
"""
_NUMBER = pa.schema([("doc", pa.int64()), ("number", pa.int64())])


def counts(engine: Engine, arrived: Arrived) -> dict[str, int]:
    """How many documents came, were kept, were duplicates of each kind, or had no words."""
    row: dict[str, int] = next(engine.stream(_COUNTS.format(known=len(arrived.known)))).to_pylist()[0]
    return row


def keep(engine: Engine, file: IndexFile, arrived: Arrived) -> None:
    """Write what `judge` found of the table ``pages`` into the index; the file is to commit it.

    Of a document that was removed its fingerprint, its keys and the verdict are kept, and no text.
    """
    first, fresh = file.documents, arrived.fresh + len(arrived.known)
    for name, docs, numbers in (
        ("fresh", fresh, np.arange(first, first + len(fresh))),
        ("known_numbers", np.arange(len(arrived.known)), arrived.known),
    ):
        engine.load(name, [pa.record_batch([pa.array(docs), pa.array(numbers)], schema=_NUMBER)], _NUMBER)
    for batch in engine.stream(_FRESH):
        file.insert("INSERT INTO documents SELECT * FROM given", pa.Table.from_batches([batch]))
    for batch in engine.stream(_KEPT):
        texts = [text.encode() for text in batch["text"].to_pylist()]
        packed = [pa.compress(text, "zstd", asbytes=True) for text in texts]
        table = pa.table({"doc": batch["number"], "bytes": [len(text) for text in texts], "text": packed})
        file.insert("INSERT INTO texts SELECT * FROM given", table)
    for batch in engine.stream(_CUTS):
        file.insert("INSERT INTO cuts SELECT * FROM given", pa.Table.from_batches([batch]))
    if len(fresh):
        keyed = arrived.keyed
        add_segment(file, first, len(fresh), entries_of(keyed.docs, keyed.keys), file.settings.band_members)
        add_sketches(file, first, keyed.sketches)
        keep_counts(file, arrived.frequencies)
    found = counts(engine, arrived)
    file.execute(
        "INSERT INTO batches SELECT (SELECT count(*) FROM batches), current_timestamp, ?, ?, ?, ?, ?, ?",
        *found.values(),
    )
    file.documents += len(fresh)
