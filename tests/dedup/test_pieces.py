"""Places of kept texts on their pages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from cleanse import schema
from cleanse.dedup.pieces import page_offsets

gaps_and_lengths = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=5)


@given(st.lists(gaps_and_lengths, min_size=1, max_size=5), st.data())
def test_every_character_of_a_kept_text_is_found_on_its_page(
    texts: list[list[tuple[int, int]]], data: st.DataObject
) -> None:
    rows, places, on_page = [], [], []
    for pieces in texts:
        row, page, text, where = [], 0, 0, []
        for gap, length in pieces:
            page += gap
            row.append({"page_start": page, "text_start": text, "length": length})
            where += [page + k for k in range(length)]
            page, text = page + length, text + length
        place = data.draw(st.integers(0, max(len(where) - 1, 0)))
        rows.append(row)
        places.append(place)
        on_page.append(where[place] if where else place)
    column = pa.array(rows, pa.list_(schema.PIECE))
    at = np.array(places)
    assert page_offsets(column, at, end=False).tolist() == on_page
    ends = page_offsets(column, at + 1, end=True).tolist()
    assert [end - 1 for end, row in zip(ends, rows, strict=True) if row] == [
        place for place, row in zip(on_page, rows, strict=True) if row
    ]
