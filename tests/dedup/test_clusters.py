"""A node is removed for its strongest candidate that is kept, however the choice is computed."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanse.dedup.clusters import choose
from cleanse.engines import Local

EDGE = pa.schema([("node", pa.int64()), ("candidate", pa.int64()), ("strength", pa.float64())])

#: Edges from each document to some that rank before it; few strengths, so that many are equal.
edges = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] > pair[1]),
    st.sampled_from([0.5, 1.0, 1.5]),
    max_size=40,
)


def plain(found: dict[tuple[int, int], float], upwards: bool) -> dict[int, int]:
    """The rule, said once more: one node after the other."""
    removed: dict[int, int] = {}
    for node in sorted({node for node, _ in found}, reverse=upwards):
        mine = sorted((-strength, candidate) for (of, candidate), strength in found.items() if of == node)
        kept = [candidate for _, candidate in mine if candidate not in removed]
        if kept:
            removed[node] = kept[0]
    return removed


@settings(max_examples=10)
@given(edges, st.booleans(), st.sampled_from([0, 3, 10**6]))
def test_rounds_and_a_sweep_choose_alike(found: dict[tuple[int, int], float], upwards: bool, at_once: int) -> None:
    if upwards:
        found = {(12 - node, 12 - candidate): strength for (node, candidate), strength in found.items()}
    rows = [{"node": n, "candidate": c, "strength": strength} for (n, c), strength in found.items()]
    with Local() as engine:
        engine.load("edges", [pa.RecordBatch.from_pylist(rows, EDGE)], EDGE)
        choose(engine, "edges", "chosen", at_once=at_once)
        chosen = [row for batch in engine.stream("chosen") for row in batch.to_pylist()]
    assert {row["node"]: row["candidate"] for row in chosen} == plain(found, upwards)
    assert len({row["node"] for row in chosen}) == len(chosen)


def test_a_long_chain_takes_turns() -> None:
    rows = [{"node": k + 1, "candidate": k, "strength": 1.0} for k in range(20)]
    with Local() as engine:
        engine.load("edges", [pa.RecordBatch.from_pylist(rows, EDGE)], EDGE)
        choose(engine, "edges", "chosen", at_once=0)
        chosen = {row["node"]: row["candidate"] for batch in engine.stream("chosen") for row in batch.to_pylist()}
    assert chosen == {k + 1: k for k in range(0, 20, 2)}
