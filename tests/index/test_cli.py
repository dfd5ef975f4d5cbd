"""cleanse index on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cleanse.cli import main
from tests.conftest import article

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.jsonl").write_text(json.dumps({"id": "old", "source": "one", "text": article("a", 12)}) + "\n")
    rows = [{"id": "new", "text": article("a", 12).upper()}, {"id": "other", "text": article("b", 12)}]
    (tmp_path / "new.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_add_match_and_info(folder: Path) -> None:
    run = CliRunner()
    done = run.invoke(main, ["index", "add", "a.idx", "old.jsonl"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 documents came, 1 are new" in done.stderr
    done = run.invoke(main, ["index", "match", "a.idx", "new.jsonl"])
    (row,) = map(json.loads, done.stdout.splitlines())
    assert {name: row[name] for name in ("id", "match", "match_source", "kind", "similarity", "coverage")} == {
        "id": "new",
        "match": "old",
        "match_source": "one",
        "kind": "exact",
        "similarity": 1.0,
        "coverage": 1.0,
    }
    assert row["spans"][0]["end"] == row["spans"][0]["match_end"] == len(article("a", 12))
    counts = json.loads(run.invoke(main, ["index", "add", "a.idx", "new.jsonl", "--json"]).stdout)
    assert (counts["documents"], counts["kept"], counts["exact"]) == (2, 1, 1)
    info = json.loads(run.invoke(main, ["index", "info", "a.idx", "--json"]).stdout)
    assert (info["documents"], len(info["batches"])) == (2, 2)
    assert "2 different documents" in run.invoke(main, ["index", "info", "a.idx"]).stdout


def test_run_with_an_index(folder: Path) -> None:
    run = CliRunner()
    assert run.invoke(main, ["run", "old.jsonl", "-o", "one", "--index", "a.idx", "--update", "-q"]).exit_code == 0
    done = run.invoke(main, ["run", "new.jsonl", "-o", "two", "--index", "a.idx", "-q", "--json"])
    assert json.loads(done.stdout)["removed"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["index", "match", "none.idx", "new.jsonl"], 2, "none.idx: no such index; make it with: cleanse index add"),
        (["index", "info", "old.jsonl"], 2, "old.jsonl: is no index of cleanse"),
        (["index", "add", "a.idx", "missing.jsonl"], 2, "missing.jsonl"),
        (["run", "new.jsonl", "-o", "out", "--update"], 2, "--update needs --index FILE"),
        (["run", "new.jsonl", "-o", "out", "--index", "none.idx"], 2, "no such index"),
    ],
)
def test_mistakes_are_one_line(folder: Path, arguments: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
