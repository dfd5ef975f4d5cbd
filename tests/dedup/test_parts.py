"""The kernels over parts find what the kernels over whole columns find, however rows fall into batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from cleanse.config import Dedup
from cleanse.dedup.pairs import pairs
from cleanse.dedup.parts import MET, meetings, shingles_of, tokens_of
from cleanse.dedup.shingles import COUNTERS, count_shingles
from cleanse.dedup.tokens import fingerprints, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

KEYED = pa.schema([("passage", pa.int64()), ("key", pa.int64())])
TEXTS = ["one two three", "", None, "春天的港口", "four five six seven one two three", "one two three"]


def batches(keys: NDArray[np.int64], passages: NDArray[np.int64], rows: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(keys), rows):
        part = slice(start, start + rows)
        yield pa.record_batch([pa.array(passages[part]), pa.array(keys[part])], schema=KEYED)


@given(
    st.sets(st.tuples(st.integers(-3, 3), st.integers(0, 9), st.integers(0, 2)), max_size=60),
    st.integers(1, 20),
    st.sampled_from([2, 4, 40]),
)
def test_passages_meet_once_for_each_key_and_hot_keys_are_capped(
    having: set[tuple[int, int, int]], rows: int, members: int
) -> None:
    keys = np.array([key for key, _, _ in sorted(having)], np.int64)
    passages = np.array([doc << 32 | number for _, doc, number in sorted(having)], np.int64)
    found = pa.Table.from_batches(meetings(Dedup(band_members=members))(batches(keys, passages, rows)), MET)
    wanted = []
    for key in np.unique(keys):
        mine = passages[keys == key]
        a, b = pairs(np.full(len(mine), key).view(np.uint64), mine >> 32, members)
        wanted += list(zip(mine[a].tolist(), mine[b].tolist(), strict=True))
    assert sorted(zip(found["a"].to_pylist(), found["b"].to_pylist(), strict=True)) == sorted(wanted)


def test_tokens_as_columns_are_those_of_the_text() -> None:
    batch = pa.record_batch({"doc": pa.array(range(len(TEXTS))), "text": pa.array(TEXTS, pa.large_string())})
    (found,) = tokens_of(Dedup())(iter([batch]))
    tokens = tokenise(batch["text"])
    for doc in range(len(TEXTS)):
        mine = slice(tokens.offsets[doc], tokens.offsets[doc + 1])
        for name in ("hashes", "starts", "ends"):
            assert found[name][doc].as_py() == getattr(tokens, name)[mine].tobytes()
    assert found["words"].to_pylist() == np.diff(tokens.offsets).tolist()
    assert np.array_equal(np.stack([found["one"], found["two"]], axis=1).view(np.uint64), fingerprints(tokens))


def test_shingles_are_counted_over_the_batches_of_a_part() -> None:
    texts = [text for text in TEXTS if text]
    batch = pa.record_batch({"doc": pa.array(range(len(texts))), "text": pa.array(texts, pa.large_string())})
    (rows,) = tokens_of(Dedup())(iter([batch]))
    parts = [rows.slice(0, 1), rows.slice(1)]
    (found,) = shingles_of(Dedup())(iter(parts))
    counts = np.zeros(COUNTERS, np.uint32)
    count_shingles(tokenise(batch["text"]), Dedup().shingle_words, counts)
    assert dict(zip(found["counter"].to_pylist(), found["documents"].to_pylist(), strict=True)) == {
        int(k): int(counts[k]) for k in np.flatnonzero(counts)
    }
