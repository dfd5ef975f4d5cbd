"""Verdicts at other thresholds, from the matches that a run stored: nothing is compared anew.

A removed document stays removed while its match with its survivor passes. A kept one goes when a stored match passes,
the survivor stays, and nothing else was removed for it. What is not stored is not seen: a document that comes back here
may have a second survivor in a new run, and pairs that share no reported passage are unknown below the thresholds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from cleanse import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cleanse.config import Dedup

_GONE = pa.schema(
    [(name, pa.string()) for name in ("id", "survivor", "kind")]
    + [(name, pa.float64()) for name in ("similarity", "coverage")]
)
_REMOVED = pa.schema([field.with_type(pa.float32()) if field.type == pa.float64() else field for field in _GONE])

#: Characters before the first match of a document that begins its survivor, as deduplication has it.
_BEGINNING = 300

#: Each removed document with its survivor and what it shares with it.
_SETTLED = """
SELECT {key}(c.id) AS id, {key}(s.id) AS survivor, c.kind, c.similarity::DOUBLE AS similarity, c.coverage::DOUBLE AS coverage
FROM clusters c JOIN clusters s ON s.cluster = c.cluster AND s.survivor WHERE NOT c.survivor ORDER BY c.id
"""
#: Pairs that both stay, by the side that is covered more; which it is decides who would go. A document goes only when it
#: makes up a share of its survivor, begins it, or is short: the rule of deduplication, with its words estimated.
_STAYING = """
WITH spans AS (
    SELECT a, b, sum(words) AS words, sum(similarity::DOUBLE * words) / sum(words) AS similarity,
           max(coverage_a)::DOUBLE AS of_a, max(coverage_b)::DOUBLE AS of_b, min(a_start) AS a_first, min(b_start) AS b_first
    FROM matches WHERE kind = 'passage' AND words > 0 GROUP BY a, b
), sides AS (
    SELECT CASE WHEN of_a > of_b THEN a ELSE b END AS id, CASE WHEN of_a > of_b THEN b ELSE a END AS survivor, words,
           least(similarity, 1) AS similarity, greatest(of_a, of_b) AS coverage, least(of_a, of_b) AS part,
           CASE WHEN of_a > of_b THEN b_first ELSE a_first END AS first
    FROM spans
)
SELECT {key}(id) AS id, {key}(survivor) AS survivor, similarity, coverage, part FROM sides
WHERE coverage > 0 AND (part >= $1 OR first <= $2 OR words / coverage < $3)
ORDER BY (coverage + part) * similarity DESC, sides.id, sides.survivor
"""


_AGAIN = """
SELECT id, survivor, kind, similarity, coverage FROM (
    SELECT * FROM stays UNION ALL BY NAME SELECT * FROM goes) ORDER BY id
"""
#: Words of a document are only known of those in clusters; of others they are null.
_CLUSTERS = """
WITH members AS (
    SELECT id, survivor AS "of", kind, similarity, coverage FROM again
    UNION ALL SELECT DISTINCT survivor, survivor, 'survivor', 1.0, 1.0 FROM again
), numbered AS (
    SELECT "of", row_number() OVER (ORDER BY "of") - 1 AS cluster FROM (SELECT DISTINCT "of" FROM members)
), known AS (
    SELECT id, any_value(source) AS source, any_value(words) AS words FROM (
        SELECT id, source, words FROM clusters UNION ALL
        SELECT a, a_source, NULL FROM matches UNION ALL SELECT b, b_source, NULL FROM matches) GROUP BY id
)
SELECT cluster::BIGINT AS cluster, id, source, id = "of" AS survivor, kind, similarity::FLOAT AS similarity,
       coverage::FLOAT AS coverage, words
FROM members JOIN numbered USING ("of") LEFT JOIN known USING (id) ORDER BY cluster, NOT survivor, id
"""


class Gone(NamedTuple):
    """A document that would go, and for whom; ids are strings, or numbers when they are hashed."""

    id: Any
    survivor: Any
    kind: str
    similarity: float
    coverage: float


class Stored(NamedTuple):
    """What is known of a run's pairs: ``removed`` documents with their survivors, ``staying`` pairs strongest first."""

    removed: dict[str, NDArray[Any]]
    staying: dict[str, NDArray[Any]]

    @classmethod
    def of(cls, query: Callable[..., pa.Table], settings: Dedup, *, hashed: bool = False) -> Stored:
        """From the views ``matches`` and ``clusters``, which ``query(sql, *values)`` reads.

        ``hashed`` ids are numbers: enough to count by, and small when there are millions.
        """
        key = "hash" if hashed else ""
        bounds = float(settings.contained_share), _BEGINNING, int(settings.teaser_words)
        return cls(_columns(query(_SETTLED.format(key=key))), _columns(query(_STAYING.format(key=key), *bounds)))


def replay(matches: pa.Table, clusters: pa.Table, before: Dedup, after: Dedup) -> tuple[pa.Table, pa.Table]:
    """The removed documents and the clusters of a run that settled with ``before``, as ``after`` would settle them."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.register("matches", matches)
        connection.register("clusters", clusters)

        def query(sql: str, *values: Any) -> pa.Table:
            return connection.sql(sql, params=list(values)).to_arrow_table()

        stored = Stored.of(query, before)
        stay = ~back(stored, after.coverage, after.similarity)
        already = {found.id for found in gone(stored, before.coverage, before.similarity)}
        go = [found for found in gone(stored, after.coverage, after.similarity) if found.id not in already]
        connection.register("stays", pa.table({name: values[stay] for name, values in stored.removed.items()}, _GONE))
        connection.register("goes", pa.Table.from_pylist([found._asdict() for found in go], _GONE))
        removed = query(_AGAIN)
        connection.register("again", removed)
        return removed.cast(_REMOVED), query(_CLUSTERS).cast(schema.CLUSTER)


def back(stored: Stored, coverage: float, similarity: float) -> NDArray[np.bool_]:
    """Which removed documents would stay: their match with their survivor does not pass."""
    return ~_passing(stored.removed, coverage, similarity)


def gone(stored: Stored, coverage: float, similarity: float) -> list[Gone]:
    """Which kept documents would go, and for whom."""
    passing = np.flatnonzero(_passing(stored.staying, coverage, similarity))
    if not len(passing):
        return []
    needed = set(stored.removed["survivor"][~back(stored, coverage, similarity)].tolist())
    found: dict[Any, Gone] = {}
    columns = [stored.staying[name][passing].tolist() for name in ("id", "survivor", "similarity", "coverage", "part")]
    for doc, survivor, alike, covered, part in zip(*columns, strict=True):
        if doc not in found and survivor not in found and doc not in needed:
            kind = "near" if part >= coverage else "contained"
            found[doc] = Gone(doc, survivor, kind, alike, covered)
            needed.add(survivor)
    return list(found.values())


def _passing(rows: dict[str, NDArray[Any]], coverage: float, similarity: float) -> NDArray[np.bool_]:
    # stored as 32-bit numbers: one that lay on a threshold is still on it
    return np.asarray((rows["coverage"] >= coverage - 1e-6) & (rows["similarity"] >= similarity - 1e-6))


def _columns(table: pa.Table) -> dict[str, NDArray[Any]]:
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
