"""A run in shards, joined: the bytes of one run, for any number of shards; parts that do not belong together are refused."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cleanse
from cleanse import pipeline
from cleanse.cli import main
from cleanse.config import load_config
from cleanse.errors import InputNotFound, NothingReadable, UsageError
from tests.conftest import article

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = load_config(pairs=["run.batch_documents=7", "run.batch_bytes=60000"])
TABLES = ("corpus.jsonl", "kept.parquet", "dropped.parquet", "matches.parquet", "clusters.parquet")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, fixture_pages: Path) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for path in sorted(fixture_pages.glob("*.html"))[:6]:
        shutil.copy(path, folder)
    rows = [{"id": f"{n % 40}", "source": f"s{n % 3}", "text": article(f"subject{n % 30}", 20)} for n in range(60)]
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
    return folder


@pytest.fixture(scope="module")
def whole(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    cleanse.run(pages, out, CONFIG)
    return out


def shards(pages: Path, folder: Path, of: int) -> list[Path]:
    for number in range(1, of + 1):
        pipeline.run_shard([pages], folder / f"part{number}", number, of, CONFIG)
    return [folder / f"part{number}" for number in range(of, 0, -1)]


@pytest.mark.parametrize("of", [1, 3, 20])
def test_joined_shards_are_the_whole_run(of: int, pages: Path, whole: Path, tmp_path: Path) -> None:
    pipeline.merge(shards(pages, tmp_path, of), tmp_path / "out")
    for name in TABLES:
        assert (tmp_path / "out" / name).read_bytes() == (whole / name).read_bytes()
    one, joined = (json.loads((out / "run.json").read_bytes()) for out in (whole, tmp_path / "out"))
    for name in ("config", "inputs", "unreadable", "files", "counts"):
        assert joined[name] == one[name]


def test_parts_that_do_not_belong_together_are_refused(pages: Path, tmp_path: Path) -> None:
    parts = shards(pages, tmp_path, 2)
    pipeline.run_shard([pages], tmp_path / "other", 1, 2, load_config(pairs=["strip.favor=recall"]))
    out = tmp_path / "out"
    for given, error, says in (
        (parts[:1], UsageError, "shard 1/2 is missing"),
        ([*parts, parts[0]], UsageError, "shard 2/2 is there twice"),
        ([tmp_path], InputNotFound, "holds no shard"),
        ([parts[0], tmp_path / "other"], UsageError, "its config is not that of"),
    ):
        with pytest.raises(error, match=says):
            pipeline.merge(given, out)
    with pytest.raises(UsageError, match="strip is settled by the shards"):
        pipeline.merge(parts, out, {"strip": {"favor": "recall"}})
    (parts[0] / "shard.arrow").write_bytes(b"")
    with pytest.raises(UsageError, match="is not as it was written"):
        pipeline.merge(parts, out)
    assert not out.exists()


def test_what_cannot_be_shared_is_refused(pages: Path, tmp_path: Path) -> None:
    for number, config, says in ((0, CONFIG, "from 1/2 to 2/2"), (3, CONFIG, "from 1/2 to 2/2")):
        with pytest.raises(UsageError, match=says):
            pipeline.run_shard([pages], tmp_path / "part", number, 2, config)
    with pytest.raises(UsageError, match="enabled is false"):
        pipeline.run_shard([pages], tmp_path / "part", 1, 2, load_config(pairs=["strip.enabled=false"]))
    (tmp_path / "none").mkdir()
    with pytest.raises(NothingReadable):
        pipeline.run_shard([tmp_path / "none"], tmp_path / "part", 1, 2, CONFIG)


def test_the_commands(pages: Path, tmp_path: Path) -> None:
    def run(*args: object) -> str:
        done = CliRunner().invoke(main, [*map(str, args)])
        assert done.exit_code == 0, done.output
        return done.output

    said = run("run", pages, "-o", tmp_path / "a", "--shard", "1/2")
    assert "cleanse merge joins all 2" in said
    run("run", pages, "-o", tmp_path / "b", "--shard", "2/2")
    run(
        "merge",
        tmp_path / "a",
        tmp_path / "b",
        "-o",
        tmp_path / "out",
        "--format",
        "parquet",
        "--set",
        "dedup.coverage=0.8",
    )
    assert (tmp_path / "out" / "corpus.parquet").exists()
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["config"]["dedup"]["coverage"] == 0.8
    assert CliRunner().invoke(main, ["run", str(pages), "-o", "x", "--shard", "2"]).exit_code == 2
