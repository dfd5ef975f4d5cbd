"""A page may crash, hang or fill the process that reads it: it is named, and every other page is read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from cleanse import memory
from cleanse.config import Run
from cleanse.engines import Local
from cleanse.engines.parts import part_name, read_part, write_part
from cleanse.engines.process import _started
from cleanse.engines.worker import Part, Work
from cleanse.engines.workers import Workers
from cleanse.errors import InternalError
from cleanse.memory import Crew, crew
from tests.conftest import UNCOMPILED
from tests.engines import kernels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PER_PART = 5
#: Whatever a row needs, one of two processes has it.
ROOMY = Crew(2, 10**9, 10**9)


def made(folder: Path, does: list[str], *, crew: Crew = ROOMY, seconds: float = 1.0) -> dict[int, str]:
    folder.mkdir(exist_ok=True)
    parts = []
    for at in range(0, len(does), PER_PART):
        some = does[at : at + PER_PART]
        batch = pa.record_batch([pa.array(range(at, at + len(some))), pa.array(some)], schema=kernels.ROWS)
        parts.append(Part(source=folder / part_name(at, "a"), target=folder / part_name(at, "b")))
        write_part(parts[-1].source, [batch], kernels.ROWS)
    work = Work(kernel=kernels.made, rescue=kernels.rescue, schema=kernels.MADE, seconds=seconds)
    counted: list[int] = []
    with Workers(crew) as workers:
        workers.make(work, parts, counted.append)
    assert sum(counted) == len(does)
    return {row["x"]: row["said"] for part in parts for batch in read_part(part.target) for row in batch.to_pylist()}


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that loads no compiler starts in a third of the time."""
    for name, value in UNCOMPILED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("plain")
def test_short_rows_are_made_together_and_long_ones_sixty_four_at_a_time(tmp_path: Path) -> None:
    rows = 200
    long = ["count" if at % 66 == 0 else "-" * 100_000 for at in range(rows)]
    parts = []
    for name, does in (("short", ["count"] * rows), ("long", long)):
        part = Part(source=tmp_path / name, target=tmp_path / f"{name}.made")
        write_part(
            part.source, [pa.record_batch([pa.array(range(rows)), pa.array(does)], schema=kernels.ROWS)], kernels.ROWS
        )
        parts.append(part)
    work = Work(kernel=kernels.made, rescue=kernels.rescue, schema=kernels.MADE, seconds=5.0)
    with Workers(Crew(1, 10**9, 10**9)) as workers:
        workers.make(work, parts, [].append)
    short, long = ([said for batch in read_part(part.target) for said in batch["said"].to_pylist()] for part in parts)
    assert short == ["200"] * rows
    assert long[::66] == ["64", "64", "64", "8"]


@pytest.mark.usefixtures("plain")
def test_a_worker_has_no_pandas(tmp_path: Path) -> None:
    assert made(tmp_path, ["pandas"]) == {0: "No module named 'pandas'"}


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("crash", "crashed the process that read it (SIGSEGV)"),
        ("loop", "took more than 1 s"),
        pytest.param("sleep", "took more than 1 s", marks=pytest.mark.slow),
        pytest.param("fill", "needed more than 1,000 MB of memory", marks=pytest.mark.slow),
        ("raise", "ValueError: no page"),
    ],
)
def test_a_row_that_ends_the_process_is_named_and_all_others_are_made(tmp_path: Path, does: str, why: str) -> None:
    rows = ["-"] * 12
    rows[3] = rows[7] = does
    found = made(tmp_path, rows, seconds=1.0 if does in ("loop", "sleep") else 5.0)
    assert list(found) == list(range(12))
    assert {x: said for x, said in found.items() if said != "made"} == {3: why, 7: why}


@pytest.mark.slow
def test_a_row_that_needs_more_memory_is_made_by_one_process_that_has_all_of_it(tmp_path: Path) -> None:
    rows = ["-"] * 12
    rows[3], rows[7], rows[8] = "large", "fill", "crash"
    found = made(tmp_path, rows, crew=Crew(2, 350 * 10**6, 900 * 10**6))
    why = {7: "needed more than 900 MB of memory", 8: "crashed the process that read it (SIGSEGV)"}
    assert {x: said for x, said in found.items() if said != "made"} == why


@pytest.mark.slow
def test_what_is_compiled_takes_no_time_and_no_memory_of_a_page(tmp_path: Path) -> None:
    """And a process that has compiled ends with its part: it would hold what that took."""
    rows = ["compile", "loop", "large", "-", "tell", *["tell"] * (2 * PER_PART)]
    found = made(tmp_path, rows, crew=Crew(1, 260 * 10**6, 260 * 10**6))
    assert [found[x] for x in range(4)] == ["made", "took more than 1 s", "needed more than 260 MB of memory", "made"]
    assert found[4] != found[5]
    assert len({found[x] for x in range(5, len(rows))}) == 1, "and one that has not lives on"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Run(memory="1GB", threads=8), Crew(2, 350 * 10**6, 700 * 10**6)),
        (Run(memory="600MB", threads=2), Crew(1, 300 * 10**6, 300 * 10**6)),
        (Run(memory="100GB", threads=2), Crew(2, 3 * 10**9, 3 * 10**9)),
        (Run(memory="10.3GB", threads=10, page_memory="2GB"), Crew(10, 10**9, 2 * 10**9)),
    ],
)
def test_workers_share_the_memory_of_the_run(settings: Run, expected: Crew) -> None:
    assert crew(settings) == expected


def test_a_share_is_one_of_the_machine_but_no_less_than_a_run_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_machine", lambda: 16 * 10**9)
    assert memory.limit(Run()) == 4 * 10**9
    assert memory.limit(Run(memory="12.5 %")) == 2 * 10**9
    assert memory.limit(Run(memory="1%")) == 600 * 10**6


def test_two_such_rows_in_one_part_are_both_found(tmp_path: Path) -> None:
    found = made(tmp_path, ["crash", "-", "crash", "raise", "-", "kill"])
    assert [said == "made" for said in found.values()] == [False, True, False, False, True, False]
    assert found[5] == "was killed, as the system does when memory is short"


@pytest.mark.usefixtures("plain")
def test_what_a_library_prints_is_no_answer(tmp_path: Path) -> None:
    assert set(made(tmp_path, ["print"] * 7).values()) == {"made"}


@pytest.mark.usefixtures("plain")
def test_a_worker_that_nobody_listens_to_ends_without_a_word() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-c", "from cleanse.engines.worker import main; main()", "300000000"]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.usefixtures("plain")
def test_a_row_that_cannot_even_be_set_aside_ends_the_run(tmp_path: Path) -> None:
    source = tmp_path / part_name(0, "a")
    rows = pa.record_batch([pa.array(range(3)), pa.array(["-", "crash", "-"])], schema=kernels.ROWS)
    write_part(source, [rows], kernels.ROWS)
    work = Work(kernel=kernels.made, rescue=kernels.unable, schema=kernels.MADE, seconds=5.0)
    with Workers(Crew(1, 10**9, 10**9)) as workers, pytest.raises(InternalError, match=r"row 1 of .* --fresh"):
        workers.make(work, [Part(source=source, target=tmp_path / "b.arrow")], lambda rows: None)


@pytest.mark.usefixtures("plain")
def test_a_worker_that_is_expected_starts_before_its_table_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes what is loaded then; what is loaded afterwards is another stage's, which has its memory."""
    processes: list[subprocess.Popen[bytes]] = []

    def started(memory: int) -> subprocess.Popen[bytes]:
        processes.append(_started(memory))
        return processes[-1]

    def rows() -> Iterator[pa.RecordBatch]:
        while not processes:  # it starts while these are on their way
            time.sleep(0.01)
        yield pa.record_batch([pa.array([1]), pa.array(["tell"])], schema=kernels.ROWS)

    monkeypatch.setattr("cleanse.engines.process._started", started)
    monkeypatch.setattr("cleanse.engines.local.Workers", Workers)  # those of the suite are kept
    with Local(folder=tmp_path) as engine:
        engine.expect(kernels.made, kernels.MADE, kernels.rescue)
        engine.load("rows", rows(), kernels.ROWS)
        engine.map("rows", kernels.made, "made", kernels.MADE, rescue=kernels.rescue)
        assert [batch.to_pylist() for batch in engine.stream("made")] == [[{"x": 1, "said": str(processes[0].pid)}]]
        assert processes[0].poll() is None
        engine.load("others", rows(), kernels.ROWS)
        assert processes[0].wait(10) == -signal.SIGKILL
    assert len(processes) == 1


@pytest.mark.usefixtures("plain")
def test_processes_that_end_as_they_start_are_no_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is started again; when all end it is said."""
    commands = [["false"], [sys.executable, "-c", "from cleanse.engines.worker import main; main()", str(10**9)]]

    def started(memory: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(commands.pop(0), stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr("cleanse.engines.process._started", started)
    assert set(made(tmp_path / "one", ["-"] * 3, crew=Crew(1, 10**9, 10**9)).values()) == {"made"}
    commands += [["false"]] * 3
    with pytest.raises(InternalError, match=r"3 worker processes ended .* \(exit code 1\)"):
        made(tmp_path / "two", ["-"] * 3, crew=Crew(1, 10**9, 10**9))


@pytest.mark.usefixtures("plain")
def test_a_file_that_cannot_be_written_is_an_error_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / part_name(0, "a")
    write_part(source, [pa.record_batch([pa.array([1]), pa.array(["-"])], schema=kernels.ROWS)], kernels.ROWS)
    work = Work(kernel=kernels.made, rescue=kernels.rescue, schema=kernels.MADE, seconds=1.0)
    with Workers(Crew(1, 10**9, 10**9)) as workers, pytest.raises(OSError, match="No such file"):
        workers.make(work, [Part(source=source, target=tmp_path / "none" / "b.arrow")], lambda rows: None)
    assert not list(tmp_path.glob("*.[0-9]*"))
