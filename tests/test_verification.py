"""`cleanse verify` holds for every run, and finds each kind of damage to one."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import cleanse
from cleanse.cli import main
from cleanse.config import load_config
from cleanse.errors import UsageError
from cleanse.report.folder import RunFolder
from cleanse.verification import verify
from tests.pipeline.test_run import corpus, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    cleanse.run(write_corpus(folder / "pages.jsonl", corpus()), folder / "out")
    return folder / "out"


def broken(out: Path) -> dict[str, tuple[str, ...]]:
    return {check.promise: check.named for check in verify(out) if check.broken}


@pytest.mark.parametrize("pairs", [[], ["write.format=txt"], ["dedup.profile=strict"], ["dedup.enabled=false"]])
def test_a_run_keeps_its_promises(pairs: list[str], tmp_path: Path, seeds: Path) -> None:
    for number, inputs in enumerate((seeds, write_corpus(tmp_path / "pages.jsonl", corpus()))):
        out = tmp_path / f"out{number}"
        cleanse.run(inputs, out, load_config(pairs=pairs))
        assert not broken(out)


def _lose_a_document(out: Path) -> None:
    lines = (out / "corpus.jsonl").read_text().splitlines(keepends=True)
    (out / "corpus.jsonl").write_text("".join(lines[1:]))


def _repeat_a_document(out: Path) -> None:
    lines = (out / "corpus.jsonl").read_text().splitlines(keepends=True)
    (out / "corpus.jsonl").write_text("".join([*lines, lines[0]]))


def _change_a_text(out: Path) -> None:
    rows = [json.loads(line) for line in (out / "corpus.jsonl").read_text().splitlines()]
    rows[0]["text"] = "Something else"
    (out / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def _table(out: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(out / name)), out / name)


def _forget_what_was_dropped(out: Path) -> None:
    _table(out, "dropped.parquet", lambda table: table.filter(pc.not_equal(table["level"], "passage")))


def _name_another_survivor(out: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        other = ["short" if survivor else None for survivor in table["survivor"].to_pylist()]
        return table.set_column(table.schema.get_field_index("survivor"), "survivor", pa.array(other, pa.string()))

    _table(out, "dropped.parquet", change)


def _name_a_survivor_that_is_gone(out: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        other = ["nobody" if survivor else None for survivor in table["survivor"].to_pylist()]
        return table.set_column(table.schema.get_field_index("survivor"), "survivor", pa.array(other, pa.string()))

    _table(out, "dropped.parquet", change)


def _forget_the_matches(out: Path) -> None:
    _table(out, "matches.parquet", lambda table: table.slice(0, 0))


def _forget_the_clusters(out: Path) -> None:
    _table(out, "clusters.parquet", lambda table: table.slice(0, 0))


def _keep_a_place_twice(out: Path) -> None:
    _table(out, "kept.parquet", lambda table: pa.concat_tables([table, table]))


@pytest.mark.parametrize(
    ("damage", "promise"),
    [
        (_lose_a_document, "documents and characters that came in are kept or dropped"),
        (_repeat_a_document, "no document is in the corpus twice"),
        (_change_a_text, "the kept pieces make the text of the corpus"),
        (_forget_what_was_dropped, "documents and characters that came in are kept or dropped"),
        (_forget_the_matches, "documents and characters that came in are kept or dropped"),
        (_forget_the_clusters, "documents and characters that came in are kept or dropped"),
        (_name_another_survivor, "what was removed stands in its survivor"),
        (
            _name_a_survivor_that_is_gone,
            "every survivor is in the corpus, or in the index that the run was compared with",
        ),
        (_keep_a_place_twice, "no place of a page is kept and dropped, or twice"),
    ],
)
def test_each_damage_is_found(damage: Callable[[Path], None], promise: str, finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    damage(out)
    found = broken(out)
    assert promise in found
    assert "every file is as the run wrote it" in found


def test_a_footer_that_is_none_is_named_and_no_traceback(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    path = out / "dropped.parquet"
    footer = bytearray(path.read_bytes())
    footer[-9] = 0xFF  # DuckDB raises its plainest error of it
    path.write_bytes(footer)
    assert {"every file is as the run wrote it", "what the files say can be read"} <= broken(out).keys()
    with pytest.raises(UsageError, match="damaged"), RunFolder(out) as run:
        run.rows("SELECT * FROM dropped")


def _forget_the_report(out: Path) -> None:
    (out / "report.json").unlink()


def _report_something_else(out: Path) -> None:
    facts = json.loads((out / "report.json").read_text())
    facts["headline"]["kept"] += 1
    (out / "report.json").write_text(json.dumps(facts))


def _report_nothing(out: Path) -> None:
    (out / "report.json").write_text("[]")


@pytest.mark.parametrize("damage", [_forget_the_report, _report_something_else, _report_nothing])
def test_a_report_of_another_run_is_found_and_can_be_made_anew(
    damage: Callable[[Path], None], finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    damage(out)
    (out / "report.html").unlink()
    assert broken(out) == {"the report is of this run": ("report.json", "report.html")}
    assert CliRunner().invoke(main, ["report", str(out)]).exit_code == 0
    assert not broken(out)


def test_the_command_says_what_is_broken_and_exits_with_1(finished: Path, tmp_path: Path) -> None:
    def run(*args: Any) -> Any:
        return CliRunner().invoke(main, ["verify", *map(str, args)])

    assert run(finished).exit_code == 0
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    _lose_a_document(out)
    done = run(out)
    assert done.exit_code == 1
    assert "BROKEN  every file is as the run wrote it\n          corpus.jsonl" in done.output
    assert "promises do not hold" in done.output
    facts = json.loads(run(out, "--json").output.splitlines()[0])
    assert {fact["promise"]: fact["named"] for fact in facts}["every file is as the run wrote it"] == ["corpus.jsonl"]
    assert run(tmp_path).exit_code == 2


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("corpus.jsonl", lambda data: data[: len(data) // 2]),
        ("corpus.jsonl", lambda data: data + b"no JSON\n"),
        ("dropped.parquet", lambda data: data[:200]),
        ("kept.parquet", lambda data: b""),
    ],
    ids=["cut off", "garbage", "cut off table", "empty table"],
)
def test_a_file_that_cannot_be_read_is_named_without_a_traceback(
    name: str, damage: Callable[[bytes], bytes], finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    (out / name).write_bytes(damage((out / name).read_bytes()))
    for command, code in (("verify", 1), ("report", 2)):
        ended = CliRunner().invoke(main, [command, str(out)])
        assert (ended.exit_code, ended.exception.__class__) == (code, SystemExit), ended.output
    assert broken(out)["every file is as the run wrote it"] == (name,)


def test_a_manifest_without_what_it_must_have_is_refused(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "out")
    (tmp_path / "out" / "run.json").write_text("{}")
    ended = CliRunner().invoke(main, ["verify", str(tmp_path / "out")])
    assert ended.exit_code == 2
    assert "not what cleanse writes" in ended.output
