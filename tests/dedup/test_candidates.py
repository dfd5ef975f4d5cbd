"""Candidates: what is met, counted and passed on, whatever the sizes of batches."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanse.config import Dedup
from cleanse.dedup import bandstore, candidates, pairstore
from cleanse.dedup.bandstore import BandStore
from cleanse.dedup.candidates import find_pairs
from cleanse.dedup.pairstore import PairStore, counted


@given(st.lists(st.lists(st.integers(0, 30), max_size=20), max_size=5))
def test_pairs_are_counted_over_all_parts(parts: list[list[int]]) -> None:
    met = np.empty((2, 0), np.int64)
    for part in parts:
        met = counted(met, [np.array(part, np.int64)])
    expected = Counter(value for part in parts for value in part)
    assert dict(zip(met[0].tolist(), met[1].tolist(), strict=True)) == expected
    assert met[0].tolist() == sorted(expected)


both = st.integers(0, 30)


@given(st.lists(st.lists(st.tuples(both, both), max_size=20), max_size=8), st.integers(1, 3), st.integers(1, 3))
def test_pairs_on_disk_are_those_that_met_most(parts: list[list[tuple[int, int]]], most: int, hits: int) -> None:
    """Whatever the ranges; where nothing is counted before all is there, and where all that counts is kept."""
    met = Counter(tuple(sorted(pair)) for part in parts for pair in part)
    places: Counter[int] = Counter()
    kept = []
    for (a, b), times in sorted(met.items(), key=lambda item: (-item[1], item[0])):
        places[b] += 1
        if places[b] <= most and times >= hits:
            kept.append((a, b))
    for held, counted_at, all_kept in ((1, 10**6, False), (3, 2, False), (1, 2, True), (10**6, 10**6, False)):
        enough = 40 if counted_at == 2 and not all_kept else most
        with (
            pytest.MonkeyPatch.context() as patch,
            tempfile.TemporaryDirectory() as folder,
            PairStore(Path(folder), enough, all_kept=all_kept) as store,
        ):
            for name, value in (("_HELD", held), ("_COUNTED_AT", counted_at), ("_RANGE_BITS", 2)):
                patch.setattr(pairstore, name, value)
            for part in parts:
                pairs = np.array([sorted(pair) for pair in part], np.int64).reshape(-1, 2)
                store.append(pairs[:, 0], pairs[:, 1])
            found = [(pair >> 32, pair & 2**32 - 1) for some in store.pairs(hits) for pair in some.tolist()]
        assert found == sorted(kept if enough == most else [pair for pair, times in met.items() if times >= hits])


far = st.sampled_from([0, 1, 2, 2**15 - 1, 2**15, 2**17, 2**20 + 3, 2**30])


@given(st.lists(st.tuples(far, far), max_size=200), st.integers(1, 3))
def test_documents_of_any_number_keep_those_that_they_met_most(pairs: list[tuple[int, int]], most: int) -> None:
    met = Counter((min(pair), max(pair)) for pair in pairs)
    places: Counter[int] = Counter()
    kept = []
    for (a, b), _ in sorted(met.items(), key=lambda item: (-item[1], item[0])):
        places[b] += 1
        if places[b] <= most:
            kept.append(a << 32 | b)
    with tempfile.TemporaryDirectory() as folder, PairStore(Path(folder), most, all_kept=True) as store:
        for a, b in pairs:
            store.append(np.array([min(a, b)]), np.array([max(a, b)]))
        assert np.concatenate([np.empty(0, np.int64), *store.pairs(1)]).tolist() == sorted(kept)


@pytest.mark.parametrize("left", [b"met", b"12345678" * 9])
def test_what_a_killed_run_has_left_is_not_counted(left: bytes, tmp_path: Path) -> None:
    for name in ("met.second.00000", "met.counted.00000", "met.first.00000"):
        (tmp_path / name).write_bytes(left)
    with PairStore(tmp_path, 3) as store:
        store.append(np.array([1]), np.array([2]))
        assert np.concatenate(list(store.pairs(1))).tolist() == [1 << 32 | 2]
    assert list(tmp_path.iterdir()) == []


def found(store: BandStore, folder: Path, settings: Dedup) -> list[tuple[int, int]]:
    return [(row["a"], row["b"]) for batch in find_pairs(store, folder, settings) for row in batch.to_pylist()]


@pytest.mark.parametrize(("grouped", "held", "sketches"), [(10**6, 10**6, 10**6), (7, 3, 4), (7, 10**6, 4)])
def test_pairs_need_their_bands_and_alike_sketches(
    grouped: int, held: int, sketches: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bandstore, "_GROUPED_KEYS", grouped)
    monkeypatch.setattr(bandstore, "_TOGETHER", 2)
    monkeypatch.setattr(candidates, "_HELD_PAIRS", held)
    monkeypatch.setattr(candidates, "_SKETCHES", sketches)
    monkeypatch.setattr(candidates, "_STRETCH_BITS", 2)
    random = np.random.default_rng(1)
    docs = np.repeat(np.arange(12), 2)
    keys = random.integers(0, 2**63, (24, 4)).astype(np.uint64)
    values = random.integers(0, 2**32, (24, 128), dtype=np.uint32)
    keys[20, 1] = keys[3, 1]  # documents 1 and 10 meet once, alike
    values[20, :20] = values[3, :20]
    keys[15, 2] = keys[8, 2]  # documents 4 and 7 meet once, by chance
    keys[2, :3] = keys[0, :3]  # documents 0 and 1 meet three times, alike
    values[2] = values[0]
    for hits, expected in ((1, [(0, 1), (1, 10)]), (2, [(0, 1)]), (4, [])):
        with BandStore(tmp_path, 4, passages=24) as store:
            for part in np.split(np.arange(24), [5, 6, 20]):
                store.append(docs[part], keys[part], values[part])
            assert found(store, tmp_path, Dedup(band_hits=hits)) == expected
    with BandStore(tmp_path, 4, passages=24) as store:
        store.append(docs, keys, values)
        assert found(store, tmp_path, Dedup(profile="classic")) == [(0, 1), (1, 10), (4, 7)]
    assert list(tmp_path.iterdir()) == []


def test_nothing_met_is_nothing(tmp_path: Path) -> None:
    with BandStore(tmp_path, 4, passages=24) as store:
        assert found(store, tmp_path, Dedup()) == []
