"""Pairs against a dictionary of sets."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import plain

from cleanse.dedup.pairs import alike, pairs
from cleanse.dedup.sorting import sort

rows = st.lists(st.tuples(st.integers(0, 2**64 - 1) | st.integers(0, 4), st.integers(0, 40)), max_size=120)


def run(table: list[tuple[int, int]], members: int) -> Counter[tuple[int, int]]:
    table = sorted(table, key=lambda row: row[1])
    keys = np.array([key for key, _ in table], np.uint64)
    docs = np.array([doc for _, doc in table], np.int64)
    a, b = pairs(keys, docs, members)
    assert (keys[a] == keys[b]).all()
    return Counter(zip(docs[a].tolist(), docs[b].tolist(), strict=True))


def slow(table: list[tuple[int, int]], members: int) -> Counter[tuple[int, int]]:
    groups = defaultdict(set)
    for key, doc in table:
        groups[key].add(doc)
    found: Counter[tuple[int, int]] = Counter()
    for group in map(sorted, groups.values()):
        half = max(members // 2, 1)
        for j in range(len(group)):
            for i in range(j):
                near = half if j <= 8 * members else max(min(half, 4), half * 8 * members // j)
                if len(group) <= members or i < near or j - i <= near:
                    found[group[i], group[j]] += 1
    return found


@given(rows, st.integers(1, 12))
def test_pairs_are_those_of_a_dictionary(table: list[tuple[int, int]], members: int) -> None:
    assert run(table, members) == slow(table, members)


@given(rows, st.integers(1, 12), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_of_no_matter(table: list[tuple[int, int]], members: int, random: object) -> None:
    shuffled = list(table)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert run(shuffled, members) == run(table, members)


@given(rows, st.integers(0, 2**64 - 1))
def test_key_ranges_can_be_paired_apart(table: list[tuple[int, int]], middle: int) -> None:
    low, high = [row for row in table if row[0] < middle], [row for row in table if row[0] >= middle]
    assert run(low, 8) + run(high, 8) == run(table, 8)


def test_a_hot_key_costs_no_square() -> None:
    number = 50_000
    a, b = pairs(np.zeros(number, np.uint64), np.arange(number), 40)
    assert len(a) <= 40 * number
    assert (a < b).all()
    assert len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(a)


def test_too_many_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        pairs(np.zeros(1, np.uint64), np.array([2**31]), 4)


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1), max_size=100))
def test_sort_sorts(values: list[int]) -> None:
    array = np.array(values, np.int64)
    sort(array)
    assert array.tolist() == sorted(values)
    array = np.array(values, np.int64)
    plain(sort)(array)
    assert array.tolist() == sorted(values)


@pytest.mark.parametrize("width", [1, 31, 32, 33, 64, 100, 128])
def test_sketches_are_alike_that_are_equal_in_so_many_places(width: int) -> None:
    random = np.random.default_rng(width)
    sketches = random.integers(0, 4, (200, width), np.uint8)
    a, b = random.integers(0, len(sketches), (2, 500))
    equal = (sketches[a] == sketches[b]).sum(axis=1)
    for least in (1, width // 4, width):
        assert np.array_equal(alike(sketches, a, b, least), equal >= least)
