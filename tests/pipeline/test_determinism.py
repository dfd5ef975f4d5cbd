"""The same bytes out: whatever the hash seed, the threads, the batches, and but for the order of rows that of the input."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT
from tests.pipeline.test_run import corpus

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("corpus.jsonl", "kept.parquet", "dropped.parquet", "matches.parquet", "clusters.parquet")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scraped pages of several languages, tables, and copies of many kinds."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    for name in ("pages", "korean", "japanese", "formats"):
        shutil.copytree(ROOT / "fixtures" / name, folder / name)
    write(folder / "copies.jsonl", corpus())
    return folder


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def run(pages: Path, out: Path, hash_seed: str, *options: str) -> Path:
    command = [sys.executable, "-m", "cleanse", "run", str(pages), "-o", str(out), "--quiet", *options]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out


def digests(out: Path) -> dict[str, str]:
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES}


def rows(out: Path) -> dict[str, list[str]]:
    """The rows of each file, without their order and the numbers of clusters."""
    lines = sorted((out / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
    found = {name: pq.read_table(out / name).to_pylist() for name in FILES[1:]}
    for row in found["clusters.parquet"]:
        del row["cluster"]
    return {"corpus.jsonl": lines} | {name: sorted(map(repr, table)) for name, table in found.items()}


@pytest.fixture(scope="module")
def first(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(pages, tmp_path_factory.mktemp("first") / "out", "0")


@pytest.mark.slow
def test_there_is_something_to_compare(first: Path) -> None:
    assert [name for name, table in rows(first).items() if len(table) < 5] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hash_seed", "options"),
    [
        ("1", ["--set", "run.threads=1"]),
        ("random", ["--set", "run.threads=3", "--set", "run.batch_documents=7", "--set", "run.batch_bytes=20000"]),
    ],
    ids=["one thread", "small batches"],
)
def test_files_are_the_same_bytes(pages: Path, first: Path, tmp_path: Path, hash_seed: str, options: list[str]) -> None:
    assert digests(run(pages, tmp_path / "out", hash_seed, *options)) == digests(first)


@pytest.mark.slow
def test_verdicts_do_not_depend_on_the_order_of_lines(pages: Path, first: Path, tmp_path: Path) -> None:
    shutil.copytree(pages, tmp_path / "pages")
    shuffled = corpus()
    random.Random(3).shuffle(shuffled)
    write(tmp_path / "pages" / "copies.jsonl", shuffled)
    assert rows(run(tmp_path / "pages", tmp_path / "out", "random")) == rows(first)
