"""Which runs follow one another as one edited passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.dedup import alignment

from cleanse.dedup.chains import chain

if TYPE_CHECKING:
    from tests.dedup.alignment import Run


@pytest.mark.parametrize(
    ("gap_a", "gap_b", "together"),
    [
        (16, 0, True), (0, 16, True), (17, 0, False), (0, 17, False),
        (17, 11, True), (11, 17, True), (18, 11, False), (11, 18, False),
        (32, 32, True), (33, 33, False), (33, 32, False), (32, 33, False),
    ],
)  # fmt: skip
def test_a_run_goes_on_after_a_gap_that_is_short_or_alike_in_both_documents(
    gap_a: int, gap_b: int, together: bool
) -> None:
    runs = np.array([[0, 0, 10], [10 + gap_a, 10 + gap_b, 12]], np.int64)
    assert chain(runs, 2, 1).tolist() == ([1, 0, -1] if together else [1, -1, 0, -1])


runs_of_two_documents = st.lists(
    st.tuples(st.integers(0, 70), st.integers(0, 70), st.integers(1, 12)), min_size=1, max_size=14
)


@given(runs_of_two_documents, st.integers(1, 3))
@example([(0, 0, 12), *((5 * k, 2, 1) for k in range(20, 51)), (13, 13, 12)], 1)
@example([(0, 0, 12), *((5 * k, 2, 1) for k in range(20, 52)), (13, 13, 12)], 1)
@example([(0, 0, 10), (12, 12, 1), (12, 20, 8)], 1)
@example([(0, 0, 10), (12, 12, 1), (20, 12, 8)], 1)
def test_chains_are_those_of_plain_python(runs: list[Run], width: int) -> None:
    flat = [r for chain in alignment.chains(runs, width) for r in [*chain, -1]]
    room = np.zeros((len(runs) + 3, 3), np.int64)  # rows that hold no run
    room[: len(runs)] = runs
    assert chain(room, len(runs), width).tolist() == flat
