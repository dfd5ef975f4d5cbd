"""Runs of shared shingles against a search of all places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dedup import alignment

from cleanse.dedup.runs import find_runs, index

if TYPE_CHECKING:
    from tests.dedup.alignment import Run


def found(a: list[int], b: list[int]) -> list[Run]:
    """The runs, with tables of the least size that `align` gives them."""
    slots = 4
    while slots < 2 * len(a):
        slots *= 2
    shingles_a, shingles_b = (np.array(document, np.uint32) for document in (a, b))
    heads, nexts, present = np.ones(slots, np.int32), np.ones(len(a), np.int32), np.ones(slots // 2, np.uint64)
    index(shingles_a, heads, nexts, present)
    reached = np.zeros(len(a) + len(b), np.int32)
    runs, count = find_runs(shingles_a, shingles_b, heads, nexts, present, reached, np.empty((1, 3), np.int64))
    assert not reached.any()
    return list(map(tuple, runs[:count].tolist()))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Shingles of two documents, of which the second has parts of the first; with low bits in common they collide."""
    most, low = draw(st.sampled_from([5, 20, 200])), draw(st.sampled_from([1, 16, 2**20]))
    shingle = st.integers(0, most).map(lambda k: k * low)
    a = draw(st.lists(shingle, min_size=1, max_size=50))
    b: list[int] = []
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(a) - 1))
        b += a[first : first + draw(st.integers(0, 25))] + draw(st.lists(shingle, max_size=3))
    return a, b


@given(pairs())
def test_runs_are_those_of_a_search_of_all_places(documents: tuple[list[int], list[int]]) -> None:
    assert found(*documents) == alignment.runs(*documents)


@pytest.mark.parametrize("often", [8, 9])
def test_what_repeats_more_than_eight_times_begins_no_run_but_belongs_to_one(often: int) -> None:
    runs = found([*([7, 8] * (often - 1)), 4, 7], [4, 7, 0, 7])
    assert (2 * often - 2, 0, 2) in runs
    assert ((0, 3, 1) in runs) is (often == 8)


def test_documents_that_share_only_what_repeats_meet_at_its_first_place() -> None:
    assert found([1] * 20, [2, 1, 1, 1]) == [(0, 1, 3), (0, 2, 2), (0, 3, 1)]


def test_in_a_long_run_nothing_else_begins_but_what_goes_on_after_it_is_found() -> None:
    passage = list(range(100, 116))
    rest = [113, 114, 115, 2, 3, 4, 0, 103, 104, 5]
    assert found([*passage, 1, *rest], [*passage, 2, 3, 4]) == [(0, 0, 16), (17, 13, 6)]
    assert (23, 2, 2) in found([*passage[1:], 1, *rest], [*passage[1:], 2, 3, 4])


def test_a_shingle_of_any_bits_is_found() -> None:
    for shingle in [*range(130), 2**31, 2**32 - 1]:
        assert found([shingle], [shingle]) == [(0, 0, 1)]
