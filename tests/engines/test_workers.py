"""A page may crash, hang or fill the process that reads it: it is named, and every other page is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from cleanse.engines.parts import part_name, read_part, write_part
from cleanse.engines.worker import Part, Work
from cleanse.engines.workers import Workers
from tests.engines import kernels

if TYPE_CHECKING:
    from pathlib import Path

PER_PART = 5


def made(folder: Path, does: list[str], *, memory: int = 2 * 10**9, seconds: float = 1.0) -> dict[int, str]:
    parts = []
    for at in range(0, len(does), PER_PART):
        some = does[at : at + PER_PART]
        batch = pa.record_batch([pa.array(range(at, at + len(some))), pa.array(some)], schema=kernels.ROWS)
        parts.append(Part(source=folder / part_name(at, "a"), target=folder / part_name(at, "b")))
        write_part(parts[-1].source, [batch], kernels.ROWS)
    work = Work(kernel=kernels.made, rescue=kernels.rescue, schema=kernels.MADE, seconds=seconds)
    counted: list[int] = []
    with Workers(2, memory) as workers:
        workers.make(work, parts, counted.append)
    assert sum(counted) == len(does)
    return {row["x"]: row["said"] for part in parts for batch in read_part(part.target) for row in batch.to_pylist()}


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("crash", "crashed the process that read it (SIGSEGV)"),
        ("loop", "took more than 1 s"),
        ("sleep", "took more than 1 s"),
        ("fill", "MemoryError"),
        ("raise", "ValueError: no page"),
    ],
)
def test_a_row_that_ends_the_process_is_named_and_all_others_are_made(tmp_path: Path, does: str, why: str) -> None:
    rows = ["-"] * 12
    rows[3] = rows[7] = does
    found = made(tmp_path, rows, memory=10**9, seconds=1.0 if does in ("loop", "sleep") else 5.0)
    assert list(found) == list(range(12))
    assert {x: said for x, said in found.items() if said != "made"} == {3: why, 7: why}


def test_two_such_rows_in_one_part_are_both_found(tmp_path: Path) -> None:
    found = made(tmp_path, ["crash", "-", "crash", "raise", "-"])
    assert [said == "made" for said in found.values()] == [False, True, False, False, True]


def test_what_a_library_prints_is_no_answer(tmp_path: Path) -> None:
    assert set(made(tmp_path, ["print"] * 7).values()) == {"made"}


def test_a_file_that_cannot_be_written_is_an_error_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / part_name(0, "a")
    write_part(source, [pa.record_batch([pa.array([1]), pa.array(["-"])], schema=kernels.ROWS)], kernels.ROWS)
    work = Work(kernel=kernels.made, rescue=kernels.rescue, schema=kernels.MADE, seconds=1.0)
    with Workers(1, 10**9) as workers, pytest.raises(OSError, match="No such file"):
        workers.make(work, [Part(source=source, target=tmp_path / "none" / "b.arrow")], lambda rows: None)
    assert not list(tmp_path.glob("*.[0-9]*"))
