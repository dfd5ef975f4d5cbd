"""A node is removed for its strongest candidate that is kept, however the choice is computed."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest

from cleanse.dedup.clusters import choose
from cleanse.engines import Local

EDGE = pa.schema([("node", pa.int64()), ("candidate", pa.int64()), ("strength", pa.float64())])


def plain(found: dict[tuple[int, int], float], upwards: bool) -> dict[int, int]:
    """The rule, said once more: one node after the other."""
    removed: dict[int, int] = {}
    for node in sorted({node for node, _ in found}, reverse=upwards):
        mine = sorted((-strength, candidate) for (of, candidate), strength in found.items() if of == node)
        kept = [candidate for _, candidate in mine if candidate not in removed]
        if kept:
            removed[node] = kept[0]
    return removed


@pytest.mark.parametrize("upwards", [False, True])
@pytest.mark.parametrize("at_once", [0, 40, 10**6])
def test_rounds_and_a_sweep_choose_alike(upwards: bool, at_once: int) -> None:
    random = Random(at_once)
    found = {}
    for node in range(1, 150):  # few strengths, so that many are equal
        for candidate in {max(node - random.randint(1, 12), 0) for _ in range(random.randrange(5))}:
            pair = (150 - node, 150 - candidate) if upwards else (node, candidate)
            found[pair] = random.choice([0.5, 1.0, 1.5])
    rows = [{"node": n, "candidate": c, "strength": strength} for (n, c), strength in found.items()]
    random.shuffle(rows)
    with Local() as engine:
        engine.load("edges", [pa.RecordBatch.from_pylist(rows, EDGE)], EDGE)
        choose(engine, "edges", "chosen", at_once=at_once)
        chosen = [row for batch in engine.stream("chosen") for row in batch.to_pylist()]
    assert {row["node"]: row["candidate"] for row in chosen} == plain(found, upwards)
    assert len({row["node"] for row in chosen}) == len(chosen)


def test_without_edges_nothing_is_chosen() -> None:
    with Local() as engine:
        engine.load("edges", [], EDGE)
        choose(engine, "edges", "chosen", at_once=0)
        assert sum(len(batch) for batch in engine.stream("chosen")) == 0


def test_a_long_chain_takes_turns() -> None:
    rows = [{"node": k + 1, "candidate": k, "strength": 1.0} for k in range(20)]
    with Local() as engine:
        engine.load("edges", [pa.RecordBatch.from_pylist(rows, EDGE)], EDGE)
        choose(engine, "edges", "chosen", at_once=0)
        chosen = {row["node"]: row["candidate"] for batch in engine.stream("chosen") for row in batch.to_pylist()}
    assert chosen == {k + 1: k for k in range(0, 20, 2)}
