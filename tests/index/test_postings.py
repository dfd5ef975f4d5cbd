"""Postings and segments against dictionaries: what goes in comes out, packed, capped and joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanse.config import Dedup
from cleanse.index import segments as segment_file
from cleanse.index.file import IndexFile
from cleanse.index.keys import KEPT_KEYS, KEY_BITS, lowest_keys
from cleanse.index.postings import DOC_BITS, Shape, cap, look_up, pack, unpack
from cleanse.index.segments import add_segment, entries_of, find_entries, segments

if TYPE_CHECKING:
    from pathlib import Path

KEYS = st.integers(0, 2**KEY_BITS - 1) | st.integers(0, 5) | st.integers(2**KEY_BITS - 3, 2**KEY_BITS - 1)
DOCS = st.integers(0, 2**DOC_BITS - 1) | st.integers(0, 200)
ENTRIES = st.lists(st.tuples(KEYS, DOCS), max_size=60)


def entries(rows: list[tuple[int, int]]) -> np.ndarray:
    return entries_of(np.array([doc for _, doc in rows], np.int64), np.array([key for key, _ in rows], np.uint64))


def shape(rows: list[tuple[int, int]], bits: int) -> Shape:
    return Shape.of(bits, max((doc for _, doc in rows), default=0) + 1)


@pytest.mark.parametrize(
    ("bits", "documents", "expected"),
    [(0, 1, (5, 1)), (8, 256, (4, 1)), (9, 257, (4, 2)), (16, 2**16, (3, 2)), (24, 2**16 + 1, (2, 3))],
)
def test_entries_take_as_many_bytes_as_they_need(bits: int, documents: int, expected: tuple[int, int]) -> None:
    assert Shape.of(bits, documents)[1:] == expected


@given(ENTRIES, st.sampled_from([0, 1, 5, 24]))
def test_packed_entries_come_out_as_they_went_in(rows: list[tuple[int, int]], bits: int) -> None:
    packed = pack(entries(rows), shape(rows, bits))
    assert unpack(packed).tolist() == sorted(key << DOC_BITS | doc for key, doc in rows)
    assert packed.buckets.tolist() == sorted({key >> (KEY_BITS - bits) for key, _ in rows})


@given(ENTRIES, st.lists(KEYS, max_size=20), st.sampled_from([0, 3, 24]))
def test_a_key_is_found_with_all_its_documents(rows: list[tuple[int, int]], keys: list[int], bits: int) -> None:
    wanted = np.unique(np.array(keys, np.uint64))
    found = look_up(pack(entries(rows), shape(rows, bits)), wanted)
    assert sorted(found.tolist()) == sorted(key << DOC_BITS | doc for key, doc in rows if key in set(keys))


def test_postings_of_another_length_are_read_as_far_as_they_go() -> None:
    whole = pack(entries([(key << 35, 1) for key in range(20)]), Shape(5, 5, 1))
    cut = pa.array([postings[:-1] for postings in whole.postings.to_pylist()], pa.large_binary())
    keys = np.arange(0, 2**40, 2**35, dtype=np.uint64)
    assert len(look_up(whole, keys)) == 20
    assert len(look_up(replace(whole, postings=cut), keys)) == len(unpack(replace(whole, postings=cut))) == 0


@given(ENTRIES, st.integers(1, 4))
def test_a_key_keeps_its_first_and_last_documents(rows: list[tuple[int, int]], half: int) -> None:
    by_key: dict[int, list[int]] = {}
    for key, doc in rows:
        by_key.setdefault(key, []).append(doc)
    expected = []
    for key, docs in sorted(by_key.items()):
        docs.sort()
        expected += [key << DOC_BITS | doc for k, doc in enumerate(docs) if k < half or k >= len(docs) - half]
    assert cap(entries(rows), half).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 2**64 - 1), min_size=3, max_size=3)), max_size=12))
def test_a_document_keeps_each_of_its_keys_once(rows: list[tuple[int, list[int]]]) -> None:
    rows.sort(key=lambda row: row[0])
    docs, keys = lowest_keys(
        np.array([doc for doc, _ in rows], np.int64), np.array([keys for _, keys in rows], np.uint64).reshape(-1, 3)
    )
    found = set(zip(docs.tolist(), keys.tolist(), strict=True))
    assert found == {(doc, key >> (64 - KEY_BITS)) for doc, mine in rows for key in mine}


def test_of_many_keys_two_documents_keep_the_same_ones() -> None:
    draw = np.random.default_rng(3)
    keys = draw.integers(0, 2**64, (40, 64), np.uint64)
    docs, kept = lowest_keys(np.repeat(np.arange(2), 20), np.concatenate([keys[:20], keys[:20]]))
    assert np.bincount(docs).tolist() == [KEPT_KEYS, KEPT_KEYS]
    assert kept[docs == 0].tolist() == kept[docs == 1].tolist()


@pytest.mark.parametrize("batches", [1, 15, 16, 40])
def test_segments_hold_what_was_added_however_often_they_were_joined(batches: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(batches)
    members = 6
    by_key: dict[int, list[int]] = {}
    with IndexFile(tmp_path / "a.idx", Dedup(), write=True) as file:
        for batch in range(batches):
            docs = np.sort(draw.integers(0, 50, 200))
            keys = draw.choice(np.arange(0, 2**40, 2**32, dtype=np.uint64), 200)
            rows = np.unique(np.stack([keys, docs.astype(np.uint64)]), axis=1)
            for key, doc in rows.T.tolist():
                by_key.setdefault(key, []).append(batch * 50 + doc)
            add_segment(file, batch * 50, 50, entries_of(rows[1].astype(np.int64), rows[0]), members)
        found_keys, found_docs = find_entries(file, np.array(sorted(by_key), np.uint64))
        assert len(segments(file)) < 17
    found: dict[int, list[int]] = {}
    for key, doc in zip(found_keys.tolist(), found_docs.tolist(), strict=True):
        found.setdefault(key, []).append(doc)
    assert found.keys() == by_key.keys()
    for key, docs in by_key.items():
        mine = sorted(found[key])
        assert set(mine) <= set(docs)
        assert mine[: members // 2] == docs[: members // 2]
        assert mine[-(members // 2) :] == docs[-(members // 2) :]


def test_a_join_holds_some_of_its_entries_though_a_segment_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_file, "_HELD_ENTRIES", 2**11)
    draw = np.random.default_rng(1)
    held: list[int] = []
    real = segment_file.cap
    monkeypatch.setattr(segment_file, "cap", lambda rows, half: held.append(len(rows)) or real(rows, half))
    sizes = [40] * 15 + [1]
    expected = []
    with IndexFile(tmp_path / "a.idx", Dedup(), write=True) as file:
        for batch, documents in enumerate(sizes):
            keys = np.unique(draw.integers(0, 2**40, 64 * documents).astype(np.uint64))
            docs = draw.integers(0, documents, len(keys))
            expected += list(zip(keys.tolist(), (docs + 40 * batch).tolist(), strict=True))
            held.clear()
            add_segment(file, 40 * batch, documents, entries_of(docs, keys), 6)
        assert len(segments(file)) == 1
        assert 2 * 2**11 > max(held[1:]) > 0
        found = find_entries(file, np.unique(np.array([key for key, _ in expected], np.uint64)))
    assert sorted(zip(*(part.tolist() for part in found), strict=True)) == sorted(expected)
