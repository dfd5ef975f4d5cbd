"""Candidates: what is met, counted and passed on, whatever the sizes of batches."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanse.config import Dedup
from cleanse.dedup import bandstore, candidates
from cleanse.dedup.bandstore import BandStore
from cleanse.dedup.candidates import find_pairs

if TYPE_CHECKING:
    from pathlib import Path


@given(st.lists(st.lists(st.integers(0, 30), max_size=20), max_size=5))
def test_pairs_are_counted_over_all_parts(parts: list[list[int]]) -> None:
    met = np.empty((2, 0), np.int64)
    for part in parts:
        met = candidates.counted(met, [np.array(part, np.int64)])
    expected = Counter(value for part in parts for value in part)
    assert dict(zip(met[0].tolist(), met[1].tolist(), strict=True)) == expected
    assert met[0].tolist() == sorted(expected)


def found(store: BandStore, settings: Dedup) -> list[tuple[int, int]]:
    return [(row["a"], row["b"]) for batch in find_pairs(store, settings) for row in batch.to_pylist()]


@pytest.mark.parametrize(("grouped", "held"), [(10**6, 10**6), (7, 3)])
def test_pairs_need_their_bands_and_alike_sketches(
    grouped: int, held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bandstore, "_GROUPED_KEYS", grouped)
    monkeypatch.setattr(candidates, "_HELD_PAIRS", held)
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
        with BandStore(tmp_path, 4) as store:
            for part in np.split(np.arange(24), [5, 6, 20]):
                store.append(docs[part], keys[part], values[part])
            assert found(store, Dedup(band_hits=hits)) == expected
    with BandStore(tmp_path, 4) as store:
        store.append(docs, keys, values)
        assert found(store, Dedup(profile="classic")) == [(0, 1), (1, 10), (4, 7)]
    assert list(tmp_path.iterdir()) == []


def test_nothing_met_is_nothing(tmp_path: Path) -> None:
    with BandStore(tmp_path, 4) as store:
        assert found(store, Dedup()) == []
