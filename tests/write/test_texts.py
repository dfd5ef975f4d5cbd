"""Slices of columns and what can be seen of them, against Python's own strings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanse.characters import visible_characters
from cleanse.errors import InternalError
from cleanse.write.texts import slices, visible

TEXTS = st.lists(
    st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.text("ab \n\x85\u00a0\u200b\u3000é中𝒳\ufeff")),
    max_size=8,
)


def column(texts: list[str]) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


@given(TEXTS, st.integers(0, 3))
def test_what_can_be_seen_is_counted_as_for_one_text(texts: list[str], skipped: int) -> None:
    rest = column(texts).slice(min(skipped, len(texts)))
    assert visible(rest).tolist() == [visible_characters(text) for text in rest.to_pylist()]


@given(TEXTS, st.integers(0, 3), st.data())
def test_slices_are_those_of_strings(texts: list[str], skipped: int, data: st.DataObject) -> None:
    rest = column(texts).slice(min(skipped, len(texts)))
    spans = []
    for row, text in enumerate(rest.to_pylist()):
        bounds = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
        spans += [(row, start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False)]
    rows, starts, ends = (np.array([span[k] for span in spans], np.int64) for k in range(3))
    assert slices(rest, rows, starts, ends).to_pylist() == [rest[row].as_py()[start:end] for row, start, end in spans]


@pytest.mark.parametrize(
    "spans",
    [[(0, 0, 3), (0, 2, 5)], [(0, 1, 99)], [(0, 0, 5), (1, 0, 1)], [(0, -1, 2)], [(1, 0, 1), (0, 0, 1)], [(0, 2, 1)]],
)
def test_spans_that_overlap_or_are_not_of_their_text_are_an_error(spans: list[tuple[int, int, int]]) -> None:
    rows, starts, ends = (np.array([span[k] for span in spans], np.int64) for k in range(3))
    with pytest.raises(InternalError, match="overlap"):
        slices(column(["abé", "xy"]), rows, starts, ends)
