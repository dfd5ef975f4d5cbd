"""Which runs follow one another as one edited passage."""

from __future__ import annotations

import numpy as np
import pytest

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
