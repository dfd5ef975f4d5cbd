"""The examples of docs/adapters: pasted into a file they run, and print what the page says."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, UNCOMPILED, article

if TYPE_CHECKING:
    from pathlib import Path

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "adapters").glob("*.md")}
#: The package that the example of each page needs.
NEEDS = {
    "arrow": "polars",
    "datasets": "datasets",
    "datatrove": "datatrove",
    "scrapy": "scrapy",
    "langchain": "langchain_core",
    "llamaindex": "llama_index.core",
}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGES[page], re.S | re.M)


def run(command: list[str], folder: Path, more: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    paths = [os.path.dirname(shutil.which("cleanse") or sys.executable), os.environ["PATH"]]
    environment = os.environ | {"HF_HOME": str(folder / "hf"), "PATH": os.pathsep.join(paths)} | (more or {})
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=500, check=False
    )


def test_every_page_is_run_here() -> None:
    assert set(PAGES) == {*NEEDS, "workflows"}


@pytest.mark.slow
@pytest.mark.parametrize("page", NEEDS)
def test_an_example_prints_what_its_page_says(page: str, tmp_path: Path) -> None:
    pytest.importorskip(NEEDS[page], reason=f"{NEEDS[page]} is in the extra dev")
    (tmp_path / "example.py").write_text("\n".join(blocks(page, "python")), encoding="utf-8")
    done = run([sys.executable, "example.py"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(blocks(page, "text"))


def test_examples_of_schedulers_are_python() -> None:
    assert len(blocks("workflows", "python")) == 2
    for block in blocks("workflows", "python"):
        compile(block, "workflows.md", "exec")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_runs_when_pages_change_and_stops_at_a_gate(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("".join(blocks("workflows", "make")), encoding="utf-8")
    (tmp_path / "pages").mkdir()
    for name in "abc":
        (tmp_path / "pages" / f"{name}.txt").write_text(article(name, 12), encoding="utf-8")
    done = run(["make"], tmp_path)
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "counts.json").read_text())
    assert (counts["documents"], counts["kept"]) == (3, 3)
    assert (tmp_path / "corpus" / "corpus.jsonl").exists()
    assert "up to date" in run(["make"], tmp_path).stdout
    for n in range(4):
        (tmp_path / "pages" / f"copy{n}.txt").write_text(article("a", 12), encoding="utf-8")
    for path in (tmp_path / "counts.json", *(tmp_path / "pages").glob("?.txt")):
        os.utime(path, (1, 1))
    failed = run(["make"], tmp_path)
    assert failed.returncode == 2
    assert "57.1%" in failed.stderr
    assert run(["make", "--question"], tmp_path).returncode == 1


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_the_filters_of_the_shell_print_texts_and_reasons(tmp_path: Path) -> None:
    records = [{"text": article("a", 3) + "\n\n3 Comments\nAnn\nSad."}, {"text": article("b", 3)}]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "pages.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (commands,) = blocks("workflows", "sh")
    done = run(["bash", "-e", "-o", "pipefail", "-c", commands], tmp_path, UNCOMPILED)
    assert done.returncode == 0, done.stderr
    dropped = [["comments", text] for text in ("3 Comments", "Ann", "Sad.")]
    expected = [article("a", 3), article("b", 3), *(json.dumps(row, separators=(",", ":")) for row in dropped)]
    assert done.stdout == "\n".join(expected) + "\n"
