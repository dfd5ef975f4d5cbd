"""Components name each document after the first that a chain of pairs connects it with."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanse.dedup.components import find_components
from cleanse.engines import Local

PAIR = pa.schema([("a", pa.int64()), ("b", pa.int64())])


def plain(pairs: list[tuple[int, int]]) -> dict[int, int]:
    label = {doc: doc for pair in pairs for doc in pair}
    for _ in label:
        for a, b in pairs:
            label[a] = label[b] = min(label[a], label[b])
    return label


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(16, 30)), max_size=25))
def test_components_of_pairs(pairs: list[tuple[int, int]]) -> None:
    with Local() as engine:
        engine.load("pairs", [pa.RecordBatch.from_pylist([{"a": a, "b": b} for a, b in pairs], PAIR)], PAIR)
        find_components(engine, "SELECT b AS a, a AS b FROM pairs", "found")
        found = {row["doc"]: row["component"] for batch in engine.stream("found") for row in batch.to_pylist()}
    assert found == plain(pairs)


def test_a_chain_is_one_component() -> None:
    with Local() as engine:
        rows = [{"a": k, "b": k + 1} for k in range(300)]
        engine.load("pairs", [pa.RecordBatch.from_pylist(rows, PAIR)], PAIR)
        find_components(engine, "SELECT a, b FROM pairs", "found")
        (counted,) = engine.stream("SELECT count(DISTINCT component) AS n FROM found")
    assert counted["n"].to_pylist() == [1]
