"""Star clusters: each removed document points to a document that is kept and covers it, never to another removed one.

A choice is a table of edges ``node``, ``candidate``, ``strength``: the node can be removed for the candidate. All
candidates rank before their node, or all after it, so that nobody waits for himself. In that order each node is removed
for its strongest candidate that is kept, the one that ranks first of equals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.engines import Engine

CHOSEN = pa.schema([("node", pa.int64()), ("candidate", pa.int64())])

#: Edges that one machine settles in one sweep, in some 300 MB; rounds over the tables make more of them fewer.
_AT_ONCE = 2**22

#: A node's strongest candidate, if nothing can remove that one any more.
_CERTAIN = """
    SELECT node, candidate
    FROM (
        SELECT node, candidate, row_number() OVER (PARTITION BY node ORDER BY strength DESC, candidate) AS place FROM {edges}
    ) best
    WHERE place = 1 AND NOT EXISTS (SELECT 1 FROM {edges} waiting WHERE waiting.node = best.candidate)
"""
#: What is left to choose when these nodes are removed.
_OPEN = """
    SELECT node, candidate, strength
    FROM {edges} edge
    WHERE NOT EXISTS (SELECT 1 FROM {chosen} gone WHERE gone.node = edge.node)
        AND NOT EXISTS (SELECT 1 FROM {chosen} gone WHERE gone.node = edge.candidate)
"""


def choose(engine: Engine, edges: str, into: str, *, at_once: int = _AT_ONCE) -> None:
    """Make the table ``into`` (CHOSEN) of the nodes that are removed, each with the candidate it is removed for.

    As long as there are more than ``at_once`` edges, a round settles all nodes whose strongest candidate is certain to
    stay; what is left is settled in one sweep. The answer is the same.
    """
    rounds: list[str] = []
    left = edges
    while (count := _count(engine, left)) > at_once:
        chosen, rest = f"{into}_{len(rounds)}", f"{into}_left_{len(rounds)}"
        engine.sql(_CERTAIN.format(edges=left), chosen)
        engine.sql(_OPEN.format(edges=left, chosen=chosen), rest)
        rounds.append(chosen)
        left = rest
    swept = f"{into}_{len(rounds)}"
    engine.load(swept, [_sweep(engine, left)] if count else [], CHOSEN)
    engine.sql(" UNION ALL ".join(f"SELECT node, candidate FROM {name}" for name in [*rounds, swept]), into)


def sweep(
    node: NDArray[np.int64], candidate: NDArray[np.int64], strength: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nodes that are removed, and for whom, of edges in memory."""
    documents, places = np.unique(np.concatenate([node, candidate]), return_inverse=True)
    before = np.sign(node - candidate)  # 1: candidates rank before their node, which is settled after them
    order = np.lexsort((candidate, -strength, before * node))
    survivor = np.full(len(documents), -1, np.int64)
    _remove(places[len(node) :][order], places[: len(node)][order], survivor)
    gone = np.flatnonzero(survivor >= 0)
    return documents[gone], documents[survivor[gone]]


def _sweep(engine: Engine, edges: str) -> pa.RecordBatch:
    table = pa.Table.from_batches(engine.stream(f"SELECT node, candidate, strength FROM {edges}"))
    return pa.record_batch(list(sweep(*(column.to_numpy() for column in table.columns))), schema=CHOSEN)


def _count(engine: Engine, table: str) -> int:
    return int(next(engine.stream(f"SELECT count(*) AS n FROM {table}"))["n"][0].as_py())


@kernel
def _remove(candidate, node, survivor):  # type: ignore[no-untyped-def]
    """Edges come by node, the strongest first: the first whose candidate is kept decides."""
    for k in range(len(node)):
        if survivor[node[k]] == -1 and survivor[candidate[k]] == -1:
            survivor[node[k]] = candidate[k]
