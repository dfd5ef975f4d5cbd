"""Parquet files depend on their rows alone; a thread that cannot write says so."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleanse.write.behind import behind
from cleanse.write.rowgroups import RowGroups

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = pa.schema([("id", pa.string()), ("text", pa.large_string())])


def test_the_bytes_are_the_same_however_rows_come(tmp_path: Path) -> None:
    noise = random.Random(5)
    texts = [noise.randbytes(noise.randrange(2_000)).hex() for _ in range(3_000)]
    table = pa.table({"id": [str(n) for n in range(3_000)], "text": texts}, schema=_COLUMNS)
    written = []
    for step in (1, 7, 1_000, 3_000):
        with RowGroups(tmp_path / f"{step}.parquet", _COLUMNS, group_bytes=1_000_000) as file:
            for start in range(0, 3_000, step):
                file.write(table.slice(start, step))
        written.append((tmp_path / f"{step}.parquet").read_bytes())
    assert len(set(written)) == 1
    file = pq.ParquetFile(tmp_path / "7.parquet")
    assert file.read().equals(table)
    assert file.num_row_groups == -(-sum(map(len, texts)) // 1_000_000)


def test_a_table_without_rows_is_a_file(tmp_path: Path) -> None:
    with RowGroups(tmp_path / "none.parquet", _COLUMNS):
        pass
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_what_the_thread_raises_is_raised() -> None:
    def full(_: pa.Table) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), behind(full) as write:
        write(pa.table({}))


def test_tables_are_written_in_order() -> None:
    seen: list[int] = []
    with behind(lambda table: seen.append(len(table))) as write:
        for rows in range(50):
            write(pa.table({"x": list(range(rows))}))
    assert seen == list(range(50))
