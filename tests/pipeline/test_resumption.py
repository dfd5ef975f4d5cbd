"""A run that is stopped, at whatever moment: the same command goes on with it and ends with the same bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse import pipeline
from cleanse.config import load_config
from cleanse.errors import NoRoom, OutputError
from tests.conftest import article
from tests.forks import Forks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTINGS = ["run.batch_bytes=40000", "run.batch_documents=8"]
TABLES = ("corpus.jsonl", "kept.parquet", "dropped.parquet", "matches.parquet", "clusters.parquet")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, fixture_pages: Path) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for path in sorted(fixture_pages.glob("*.html"))[:8]:
        shutil.copy(path, folder)
    rows = [{"id": f"{n}", "text": article(f"subject{n % 30}", 20)} for n in range(60)]
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "broken.txt").write_bytes(b"\x7fELF\x00\x00\x01")
    return folder


def result(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in TABLES}


def counts(out: Path) -> Any:
    return json.loads((out / "run.json").read_bytes())["counts"]


@pytest.fixture(scope="module")
def undisturbed(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    cleanse.run(pages, out, load_config(pairs=SETTINGS))
    return out


def interrupt(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def stopped_at_writing(pages: Path, out: Path, *pairs: str) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cleanse.write.results.write_results", interrupt)
        with pytest.raises(KeyboardInterrupt):
            pipeline.run([pages], out, load_config(pairs=[*SETTINGS, *pairs]))
    return out


@pytest.fixture(scope="module")
def left(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run leaves that is stopped as it begins to write."""
    return stopped_at_writing(pages, tmp_path_factory.mktemp("left") / "out")


@pytest.fixture
def out(left: Path, tmp_path: Path) -> Path:
    """The output folder of such a run, for one test alone."""
    return shutil.copytree(left, tmp_path / "out")


class Said(pipeline.Unwatched):
    """Keeps what a run says, and the documents that its stages counted."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.documents: dict[str, int] = {}
        self._stage = ""

    def begin(self, stage: str) -> None:
        self._stage = stage

    def count(self, documents: int) -> None:
        self.documents[self._stage] = self.documents.get(self._stage, 0) + documents

    def say(self, message: str) -> None:
        self.lines.append(message)


def stopped(patch: pytest.MonkeyPatch, pages: Path, out: Path, after: int) -> bool:
    """Stop a run before it gives the ``after``-th file its name; False when it came to its end before."""
    given = 0
    replace: Callable[[Any, Any], None] = os.replace

    def stop(*paths: Any) -> Any:
        nonlocal given
        given += 1
        if given > after:
            raise KeyboardInterrupt
        return replace(*paths)

    with patch.context() as here:
        here.setattr(os, "replace", stop)
        here.setattr(Path, "replace", stop)
        try:
            cleanse.run(pages, out, load_config(pairs=SETTINGS))
        except KeyboardInterrupt:
            return True
    return False


@pytest.mark.parametrize(
    "after",
    [
        0,
        3,
        9,
        15,
        21,
        26,
        52,
        *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 5, 12, 18, 24, 34, 42, 48, 55)),
    ],
)
def test_stopped_before_any_file_has_its_name_it_goes_on(
    after: int, pages: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert stopped(monkeypatch, pages, out, after)
    assert not (out / "run.json").exists() or (out / "UNFINISHED").exists()
    said = Said()
    pipeline.run([pages], out, load_config(pairs=SETTINGS), watcher=said)
    assert result(out) == result(undisturbed)
    assert counts(out) == counts(undisturbed)
    assert any("going on" in line for line in said.lines)
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in undisturbed.iterdir())


def test_what_is_finished_is_not_done_again(pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Said()
    monkeypatch.setattr("cleanse.pipeline.reading.read_documents", interrupt)
    monkeypatch.setattr("cleanse.dedup.stages.tokenise", interrupt)
    pipeline.run([pages], out, load_config(pairs=SETTINGS), watcher=said)
    assert not said.documents
    assert counts(out)["unreadable"] == 1


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        (["dedup.coverage=0.5"], "settings of deduplication"),
        pytest.param(["strip.favor=recall"], "settings of stripping", marks=pytest.mark.slow),
        pytest.param(["read.max_document_bytes=3000000"], "settings of reading", marks=pytest.mark.slow),
    ],
)
def test_changed_settings_are_named_and_what_they_concern_is_done_anew(
    pairs: list[str], name: str, pages: Path, out: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    said = Said()
    pipeline.run([pages], out, load_config(pairs=SETTINGS + pairs), watcher=said)
    assert name in said.lines[0]
    pipeline.run([pages], fresh, load_config(pairs=SETTINGS + pairs))
    assert result(out) == result(fresh)


def test_changed_inputs_are_read_again(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = tmp_path / "inputs"
    shutil.copytree(pages, inputs)
    assert stopped(monkeypatch, inputs, tmp_path / "out", 15)
    (inputs / "new.txt").write_text(article("new", 30))
    said = Said()
    pipeline.run([inputs], tmp_path / "out", load_config(pairs=SETTINGS), watcher=said)
    assert "inputs" in said.lines[0]
    pipeline.run([inputs], tmp_path / "fresh", load_config(pairs=SETTINGS))
    assert result(tmp_path / "out") == result(tmp_path / "fresh")


def test_temporary_tables_stand_where_they_are_asked_for_and_go(pages: Path, undisturbed: Path, tmp_path: Path) -> None:
    (tmp_path / "fast").mkdir()
    fast = f"run.workdir={tmp_path / 'fast'}"
    stopped_at_writing(pages, tmp_path / "out", fast)
    assert list((tmp_path / "fast").glob("cleanse-*/pages/*.arrow"))
    assert not list((tmp_path / "out").rglob("*.arrow"))
    said = Said()
    pipeline.run([pages], tmp_path / "out", load_config(pairs=[*SETTINGS, fast]), watcher=said)
    assert said.lines
    assert result(tmp_path / "out") == result(undisturbed)
    assert not list((tmp_path / "fast").iterdir())


def test_a_run_that_has_no_room_left_goes_on_when_it_has_more(pages: Path, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(NoRoom, match=r"run\.disk allows \(100,000\); raise it, and the same command goes on from here"):
        pipeline.run([pages], out, load_config(pairs=[*SETTINGS, "run.disk=0.1MB"]))
    said = Said()
    pipeline.run([pages], out, load_config(pairs=[*SETTINGS, "run.disk=1GB"]), watcher=said)
    assert "going on" in said.lines[0]
    assert result(out) == result(undisturbed)
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in undisturbed.iterdir())


@pytest.mark.parametrize("damaged", ["pages/*.arrow", "matches/*.arrow", "unreadable.json", "tokens*"])
@pytest.mark.parametrize("how", ["emptied", "zeroed", "gone"])
def test_work_that_is_damaged_is_done_anew(damaged: str, how: str, pages: Path, out: Path, undisturbed: Path) -> None:
    for path in (out / ".cleanse-work" / "work").glob(damaged):
        match how:
            case "emptied":
                path.write_bytes(b"")
            case "zeroed":
                path.write_bytes(bytes(path.stat().st_size))
            case "gone":
                path.unlink()
    pipeline.run([pages], out, load_config(pairs=SETTINGS))
    assert result(out) == result(undisturbed)
    assert counts(out) == counts(undisturbed)


def test_an_output_folder_that_goes_while_a_run_works_there_is_named(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def gone(*args: object, **kwargs: object) -> None:
        shutil.rmtree(out)
        (out / "corpus.jsonl").write_bytes(b"")

    monkeypatch.setattr("cleanse.write.results.write_results", gone)
    with pytest.raises(OutputError, match="was removed or replaced while the run worked in it"):
        pipeline.run([pages], out, load_config(pairs=SETTINGS))


def test_a_folder_for_temporary_tables_that_cannot_be_made_is_named(pages: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"/dev/null/x: cannot be written: .*mend run\.workdir"):
        pipeline.run([pages], tmp_path / "out", load_config(pairs=["run.workdir=/dev/null/x"]))


def test_fresh_starts_over(pages: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stopped(monkeypatch, pages, tmp_path / "out", 15)
    said = Said()
    pipeline.run([pages], tmp_path / "out", load_config(pairs=SETTINGS), fresh=True, watcher=said)
    assert not said.lines
    assert said.documents["read"] == counts(undisturbed)["documents"]
    assert result(tmp_path / "out") == result(undisturbed)


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_lives(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def meanwhile(*args: object, **kwargs: object) -> None:
        with pytest.raises(OutputError, match=f"another run works there \\(process {os.getpid()}\\)"):
            pipeline.run([pages], out, load_config(pairs=SETTINGS))
        raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr("cleanse.write.results.write_results", meanwhile)
        with pytest.raises(KeyboardInterrupt):
            pipeline.run([pages], out, load_config(pairs=SETTINGS))
    pipeline.run([pages], out, load_config(pairs=SETTINGS))


def command(pages: Path, out: Path, *more: str) -> list[str]:
    pairs = [word for pair in SETTINGS for word in ("--set", pair)]
    return [sys.executable, "-m", "cleanse", "run", str(pages), "-o", str(out), "-q", *pairs, *more]


@pytest.fixture
def heeding() -> Iterator[None]:
    """What is started heeds signals that a shell's background job or nohup, which these tests may be under, ignores and hands on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before[0])
    signal.signal(signal.SIGHUP, before[1])


@pytest.mark.usefixtures("heeding")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_with_130_and_says_how_to_go_on(
    kill: signal.Signals, pages: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(command(pages, out), stderr=subprocess.PIPE, text=True) as process:
        while not (out / ".cleanse-work" / "work" / "documents" / "parts.json").exists():
            time.sleep(0.01)
        process.send_signal(kill)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted; the same command goes on from here: cleanse run" in said
    assert "Traceback" not in said
    cleanse.run(pages, out, load_config(pairs=SETTINGS))
    assert result(out) == result(undisturbed)


def test_an_interrupt_that_comes_while_sql_is_at_work_is_one(
    pages: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB heeds signals itself, and then raises an error of its own."""
    out = tmp_path / "out"

    def at_work(*args: object) -> None:
        raise RuntimeError("Query interrupted")

    for _ in range(2):  # the second goes on from the first, and does not take it for damage
        with monkeypatch.context() as here:
            here.setattr("cleanse.engines.local.Local.sql", at_work)
            with pytest.raises(KeyboardInterrupt):
                pipeline.run([pages], out, load_config(pairs=SETTINGS))
    said = Said()
    pipeline.run([pages], out, load_config(pairs=SETTINGS), watcher=said)
    assert len(said.lines) == 1
    assert result(out) == result(undisturbed)


_RUNS = """
import cleanse, cleanse.pipeline.runs, cleanse.report.files
from cleanse.cli import main

text = " ".join(f"word{number}" for number in range(200))
cleanse.find_duplicates([text, text + " and more"])  # each fork has the kernels then

def work(*arguments):
    main(list(arguments))
"""


@pytest.mark.slow
def test_killed_at_fifty_moments(pages: Path, undisturbed: Path, tmp_path: Path) -> None:
    """With one worker process, which is there sooner, and with two."""
    out = tmp_path / "out"
    chance = random.Random(1)
    kills = 0
    arguments = command(pages, out)[3:]
    with Forks(_RUNS, tmp_path) as forks:
        takes = {}
        for threads in "12":
            started = time.monotonic()
            assert forks.run(*arguments, "--threads", threads) == 0
            takes[threads] = time.monotonic() - started
        while kills < 50:
            threads = "12"[kills % 2]
            code = forks.run(*arguments, "--threads", threads, seconds=chance.uniform(0.1, 1.0) * takes[threads])
            kills += code == -signal.SIGKILL
            if code == 0:
                assert result(out) == result(undisturbed)
            elif not (out / "UNFINISHED").exists():
                assert result(out) == result(undisturbed), "the result before stays"
    cleanse.run(pages, out, load_config(pairs=SETTINGS))
    assert result(out) == result(undisturbed)
