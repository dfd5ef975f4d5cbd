"""Connected components: documents that a chain of passages connects, found over tables, each named after its first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanse.engines import Engine

#: Each document takes the least label of itself, its neighbours, and the document that its label names: a label
#: doubles its reach each time, as in the alternating algorithms for MapReduce.
_NEXT = """
    WITH near AS (
        SELECT links.doc, min(label.component) AS component
        FROM links JOIN {labels} label ON label.doc = links.other GROUP BY links.doc
    )
    SELECT mine.doc, least(mine.component, near.component, further.component) AS component
    FROM {labels} mine JOIN near ON near.doc = mine.doc JOIN {labels} further ON further.doc = mine.component
"""


def find_components(engine: Engine, edges: str, into: str) -> None:
    """Make the table ``into`` (doc, component) of a query for pairs ``a``, ``b``; only documents in pairs are in it."""
    engine.sql(f"SELECT a AS doc, b AS other FROM ({edges}) AS x UNION SELECT b, a FROM ({edges}) AS y", "links")
    labels, step = f"{into}_0", 0
    engine.sql("SELECT doc, least(doc, min(other)) AS component FROM links GROUP BY doc", labels)
    while True:
        step += 1
        after = f"{into}_{step}"
        engine.sql(_NEXT.format(labels=labels), after)
        changed = next(
            engine.stream(
                f"SELECT count(*) AS n FROM {labels} x JOIN {after} y ON x.doc = y.doc WHERE x.component <> y.component"
            )
        )
        engine.drop(labels)
        labels = after
        if not changed["n"][0].as_py():
            break
    engine.sql(f"SELECT doc, component FROM {labels}", into)
    for name in ("links", labels):
        engine.drop(name)
