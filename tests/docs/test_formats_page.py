"""The commands of docs/formats.md work as they stand."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleanse.read.formats import ENDINGS
from cleanse.read.inputs import COMPRESSIONS
from tests.conftest import ROOT, article
from tests.read.test_warc import record
from tests.test_remote import s3, s3_server

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^cleanse .*$", "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.S)), re.M)
ROWS = [{"id": f"{subject}{subject}", "text": article(subject * 2)} for subject in "abc"]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)

__all__ = ["s3", "s3_server"]  # fixtures


@pytest.fixture
def files(tmp_path: Path, s3: Any) -> Path:
    for folder in ("pages", "feeds"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pages" / "a.html").write_text(f"<html><p>{article('dd')}</html>")
    (tmp_path / "pages" / "b.txt").write_text(article("ee"))
    (tmp_path / "feeds" / "x.jsonl.gz").write_bytes(gzip.compress(LINES.encode()))
    (tmp_path / "table.csv").write_text("key,body,text\n1,{0},{0}\n".format(article("ff", 6).replace("\n", " ")))
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "data.parquet")
    (tmp_path / "crawl.warc.gz").write_bytes(gzip.compress(record(1, article("gg").encode())))
    wet = record(2, article("hh").encode(), "conversion", content_type="text/plain")
    (tmp_path / "crawl.warc.wet.gz").write_bytes(gzip.compress(wet))
    s3.pipe_file("bucket/pages/a.txt", article("ii").encode())
    s3.pipe_file("bucket/feeds/x.jsonl.gz", gzip.compress(LINES.encode()))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("command", [command for command in COMMANDS if "https://" not in command])
def test_a_command_of_the_page_works(files: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=files, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "skipped" in done.stderr) == (0, False), done.stderr
    if "-o out/" in command:
        assert json.loads((files / "out" / "run.json").read_text())["counts"]["documents"] > 0


def test_there_are_commands_and_every_ending_is_on_the_page() -> None:
    assert len(COMMANDS) >= 9
    assert [ending for ending in (*ENDINGS, *COMPRESSIONS) if not re.search(rf"{re.escape(ending)}\b", PAGE)] == []
