"""What the adapters are compared with is what ``cleanse run`` does with the same pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

import cleanse
from tests.adapters.pages import ALONE, pages, removed, stripped

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_keeps_what_strip_and_find_duplicates_leave(tmp_path: Path) -> None:
    gone = removed(stripped())
    left = {page["id"]: page["text"] for page in stripped() if page["text"] and page["id"] not in gone}
    assert gone
    assert len(left) + len(gone) < len(pages())
    pq.write_table(pa.Table.from_pylist(pages()), tmp_path / "pages.parquet")
    kept = cleanse.run(tmp_path / "pages.parquet", tmp_path / "out", ALONE).corpus.to_pylist()
    assert {row["id"]: row["text"] for row in kept} == left
