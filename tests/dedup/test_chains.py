"""Which runs follow one another as one edited passage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanse.dedup.chains import chain


@pytest.mark.parametrize(
    ("gap_a", "gap_b", "together"),
    [
        (16, 0, True), (0, 16, True), (17, 0, False), (0, 17, False),
        (17, 11, True), (11, 17, True), (18, 11, False), (11, 18, False),
        (32, 32, True), (33, 33, False),
    ],
)  # fmt: skip
def test_a_run_goes_on_after_a_gap_that_is_short_or_alike_in_both_documents(
    gap_a: int, gap_b: int, together: bool
) -> None:
    runs = np.array([[0, 0, 10], [10 + gap_a, 10 + gap_b, 12]], np.int64)
    assert chain(runs, 2, 1).tolist() == ([1, 0, -1] if together else [1, -1, 0, -1])


Run = tuple[int, int, int]
runs_of_two_documents = st.lists(
    st.tuples(st.integers(0, 70), st.integers(0, 70), st.integers(1, 12)), min_size=1, max_size=14
)


def plain(runs: list[Run], width: int) -> list[list[int]]:
    """The rule, said once more: 8 points a word, one less a word of drift; the best chain first, from its end back."""
    order = sorted(range(len(runs)), key=lambda r: (runs[r][1], r))
    scores: dict[int, int] = {}
    before: dict[int, int | None] = {}
    for k, r in enumerate(order):
        i, j, words = runs[r][0], runs[r][1], runs[r][2] + width - 1
        scores[r], before[r] = 8 * words, None
        for q in reversed(order[max(k - 32, 0) : k]):
            end = runs[q][2] + width - 1
            gap_a, gap_b = i - runs[q][0] - end, j - runs[q][1] - end
            overlap = max(0, -gap_a, -gap_b)
            longest, drift = max(gap_a, gap_b) + overlap, abs(gap_a - gap_b)
            near = longest <= 16 or (longest <= 32 and drift <= 6)
            score = scores[q] + 8 * (words - overlap) - drift
            if near and overlap < words and runs[q][0] < i and runs[q][1] < j and score > scores[r]:
                scores[r], before[r] = score, q
    chains, used = [], set()
    for r in sorted(range(len(runs)), key=lambda r: (scores[r], r), reverse=True):
        if r not in used and (before[r] is not None or runs[r][2] + width - 1 >= 10):
            chains.append([])
            last: int | None = r
            while last is not None and last not in used:
                used.add(last)
                chains[-1].append(last)
                last = before[last]
    return chains


@given(runs_of_two_documents, st.integers(1, 3))
@example([(0, 0, 12), *((5 * k, 2, 1) for k in range(20, 51)), (13, 13, 12)], 1)
@example([(0, 0, 12), *((5 * k, 2, 1) for k in range(20, 52)), (13, 13, 12)], 1)
@example([(0, 0, 10), (12, 12, 1), (12, 20, 8)], 1)
@example([(0, 0, 10), (12, 12, 1), (20, 12, 8)], 1)
def test_chains_are_those_of_plain_python(runs: list[Run], width: int) -> None:
    flat = [r for chain in plain(runs, width) for r in [*chain, -1]]
    room = np.zeros((len(runs) + 3, 3), np.int64)  # rows that hold no run
    room[: len(runs)] = runs
    assert chain(room, len(runs), width).tolist() == flat
