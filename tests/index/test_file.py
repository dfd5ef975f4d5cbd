"""The index file: one writer or many readers, other settings and other files refused, each error with its fix."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pytest

import cleanse
from cleanse.config import Config, Dedup, Run
from cleanse.errors import ConfigError, NoRoom, OutputError, UsageError
from cleanse.index import file as index_file
from cleanse.index.file import IndexFile
from cleanse.index.known import kept_texts
from tests.conftest import ROOT, article
from tests.forks import Forks
from tests.index.corpora import pages

if TYPE_CHECKING:
    from pathlib import Path

_HOLD = """
import sys
from pathlib import Path
from cleanse.index.file import IndexFile
with IndexFile(Path(sys.argv[1]), write=sys.argv[2] == "write"):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("one") / "a.idx"
    cleanse.Index(path).add([article("one")])
    return path


@pytest.fixture
def path(one: Path, tmp_path: Path) -> Path:
    """An index of one document, for one test alone."""
    return shutil.copy(one, tmp_path / "a.idx")


def held(path: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    return process


def test_while_one_writes_others_are_told_who_does(path: Path) -> None:
    with held(path, "write") as writer:
        for use in (cleanse.Index(path).info, lambda: cleanse.Index(path).add([article("two")])):
            with pytest.raises(UsageError, match=rf"a\.idx: process {writer.pid} \(python.*try again when it is done"):
                use()
        assert writer.stdin
        writer.stdin.close()
    assert cleanse.Index(path).info()["documents"] == 1


def test_two_read_at_once_and_nobody_writes_meanwhile(path: Path) -> None:
    with held(path, "read") as reader:
        assert cleanse.Index(path).match([article("one")]).removed.num_rows == 1
        with pytest.raises(UsageError, match=rf"process {reader.pid} .* has it open"):
            cleanse.Index(path).add([article("two")])
        assert reader.stdin
        reader.stdin.close()


def test_the_same_process_is_told_so(path: Path) -> None:
    with IndexFile(path, write=True), pytest.raises(UsageError, match="open in this process already"):
        cleanse.Index(path).info()


def test_nothing_is_written_without_commit(path: Path) -> None:
    with IndexFile(path, write=True) as file:
        file.execute("DELETE FROM documents")
    assert cleanse.Index(path).info()["documents"] == 1


def test_other_settings_are_refused_with_the_fix(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"coverage is 0.75 there and 0.9 here. Use --set dedup.coverage=0.75"):
        cleanse.Index(path, Config(dedup=Dedup(coverage=0.9))).match([article("one")])
    with pytest.raises(
        ConfigError, match=r"dedup.profile is balanced there and strict here. Use --set dedup.profile=balanced"
    ):
        cleanse.Index(path, Config(dedup=Dedup(profile="strict"))).add([article("one")])
    # in an index the first seen survives: what says who survives elsewhere is no matter
    assert cleanse.Index(path, Config(dedup=Dedup(survivor="newest"))).info()["documents"] == 1


def test_an_index_that_was_cut_off_is_named_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "seen.idx"
    cleanse.Index(path).add([{"id": "a", "text": article("a", 10)}])
    path.write_bytes(path.read_bytes()[:20_000])
    for use in (cleanse.Index(path).info, lambda: cleanse.Index(path).add([{"id": "b", "text": "b"}])):
        with pytest.raises(UsageError, match=r"seen\.idx: damaged"):
            use()


def test_damage_is_named_or_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "seen.idx"
    documents = [{"id": f"{number}", "text": article(f"{number}", 40)} for number in range(120)]
    cleanse.Index(path).add(documents)
    whole, expected = path.read_bytes(), cleanse.Index(path).match(documents).removed.to_pylist()
    assert len(expected) == len(documents)
    said = []
    for at in range(40_000, len(whole), len(whole) // 12):
        path.write_bytes(whole[:at] + bytes(255 - byte for byte in whole[at : at + 64]) + whole[at + 64 :])
        try:
            assert cleanse.Index(path).match(documents).removed.to_pylist() == expected
        except UsageError as error:
            said.append(str(error))
    assert len(said) >= 2
    assert all(problem.startswith(f"{path}: damaged") for problem in said)


def test_what_an_index_sorts_on_disk_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "seen.idx"
    cleanse.Index(path).add(["a text"])
    hashes = "||".join(f"md5((r + {number})::VARCHAR)" for number in range(4))
    query = f"SELECT {hashes} AS text FROM range(4000000) t(r) ORDER BY text"
    with (
        IndexFile(path, run=Run(memory="600MB", disk="5MB")) as file,
        pytest.raises(NoRoom, match=r"raise run\.disk, and give the same command again"),
    ):
        next(file.read(query))


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such index; make it with: cleanse index add"):
        cleanse.Index(tmp_path / "none.idx").match(["a"])
    (tmp_path / "text.idx").write_text("this is a text\n" * 100)
    with pytest.raises(UsageError, match="is no index of cleanse"):
        cleanse.Index(tmp_path / "text.idx").add(["a"])
    duckdb.connect(str(tmp_path / "other.idx")).execute("CREATE TABLE mine (x INT)").close()
    for use in (cleanse.Index(tmp_path / "other.idx").info, lambda: cleanse.Index(tmp_path / "other.idx").add(["a"])):
        with pytest.raises(UsageError, match="a database, but no index of cleanse"):
            use()
    duckdb.connect(str(tmp_path / "empty.idx")).close()
    with pytest.raises(UsageError, match="nothing has been added to it"):
        cleanse.Index(tmp_path / "empty.idx").info()
    with pytest.raises(UsageError, match="no: no such folder to make an index in"):
        cleanse.Index(tmp_path / "no" / "folder.idx").add(["a"])


def test_another_version_is_refused(path: Path) -> None:
    duckdb.connect(str(path)).execute("UPDATE about SET version = 99").close()
    with pytest.raises(UsageError, match="an index of version 99"):
        cleanse.Index(path).info()


def test_every_table_is_documented(path: Path) -> None:
    page = (ROOT / "docs" / "corpus-index.md").read_text(encoding="utf-8")
    with duckdb.connect(str(path), read_only=True) as tables:
        columns = tables.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert columns
    for table, column in columns:
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{table}` |")]
        assert f"`{column}`" in line, (table, column)


_ADDS = """
import cleanse.dedup.online, cleanse.index.arrivals
from cleanse import Index

def work(path, rows):
    Index(path).add(rows)
"""


@pytest.mark.parametrize("how", ["gone", "replaced"])
def test_an_index_that_is_not_there_any_more_when_the_addition_is_to_last_is_named(tmp_path: Path, how: str) -> None:
    path = tmp_path / "corpus.idx"
    with IndexFile(path, Dedup(), write=True) as file:
        path.unlink()
        if how == "replaced":
            path.write_bytes(b"another")
        with pytest.raises(OutputError, match="was removed or replaced while it was added to"):
            file.commit()


@pytest.mark.slow
def test_an_add_that_is_killed_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    """SIGKILL at twenty moments, from the opening of the file to after the commit."""
    rows = pages(400, seed=1)
    path, whole = tmp_path / "a.idx", tmp_path / "whole.idx"
    for target in (path, whole):
        cleanse.Index(target).add(rows[:200])
    before = cleanse.Index(path).info()
    probe = [row["text"] for row in rows[:50]]
    known = cleanse.Index(path).match(probe).removed.to_pylist()
    killed = 0
    with Forks(_ADDS, tmp_path) as forks:
        began = time.monotonic()
        assert forks.run(str(whole), rows[200:]) == 0
        took = time.monotonic() - began
        after = cleanse.Index(whole).info()
        for attempt in range(20):
            target = tmp_path / f"{attempt}.idx"
            shutil.copy(path, target)
            forks.run(str(target), rows[200:], seconds=took * (attempt + 0.5) / 20)
            index = cleanse.Index(target)
            info = index.info()
            if info["documents"] == before["documents"]:
                killed += 1
                assert {**info, "bytes": 0} == {**before, "bytes": 0}
                assert index.match(probe).removed.to_pylist() == known
                index.add(rows[200:])
            assert {**index.info(), "bytes": 0, "batches": 0} == {**after, "bytes": 0, "batches": 0}
    assert killed >= 4


def test_long_texts_are_read_in_what_may_be_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_file, "_HELD_BYTES", 100 * 10**6)
    draw = np.random.default_rng(1)
    texts = [draw.integers(97, 123, 50_000, dtype=np.uint8).tobytes() for _ in range(3000)]
    columns = {"doc": range(len(texts)), "bytes": [len(text) for text in texts]}
    packed = [pa.compress(text, "zstd", asbytes=True) for text in texts]
    with IndexFile(tmp_path / "a.idx", Dedup(), write=True) as file:
        file.insert("INSERT INTO texts SELECT * FROM given", pa.table(columns | {"text": packed}))
        file.execute("INSERT INTO documents (doc, id) SELECT doc, doc::VARCHAR FROM texts")
        file.documents = len(texts)
        found = [row for batch in kept_texts(file) for row in zip(*(part.to_pylist() for part in batch), strict=True)]
    assert found == [(str(doc), text.decode()) for doc, text in enumerate(texts)]
