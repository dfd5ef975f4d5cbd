"""Every code block of the documentation runs, and prints what the page says, or says why it is not run."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT, article
from tests.docs.blocks import Block, blocks, has_indented_block, pages

if TYPE_CHECKING:
    from pathlib import Path

PAGES = pages()
BLOCKS = {page: list(blocks(page, text)) for page, text in PAGES.items()}
#: Pages whose blocks have a test of their own, which knows what they need.
ELSEWHERE = {
    "docs/adapters/": "tests/adapters/test_docs.py",
    "docs/contributing.md": "tests/docs/test_walkthroughs.py",
    "docs/files.md": "tests/docs/test_files_page.py",
    "docs/formats.md": "tests/docs/test_formats_page.py",
}
#: Installing is what the environment of the tests has done.
_INSTALL = re.compile(r"^(?:python3? -m )?pip install [^&\n]*(?:&& |$)", re.MULTILINE)
_HTML = "<html><body><nav><a href='/'>Home</a></nav><article><h1>{0}</h1><p>{1}</p></article></body></html>"


def here(page: str) -> bool:
    return not any(page.startswith(start) for start in ELSEWHERE)


TO_RUN = {page: [block for block in found if not block.why] for page, found in BLOCKS.items() if here(page)}
WITH_COMMANDS = {page for page, found in TO_RUN.items() if any(block.language in ("sh", "console") for block in found)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that pages speak of."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    for name, subjects in {"pages": "abcd", "monday": "efg", "tuesday": "ghi", "today": "jkl"}.items():
        (tmp_path / name).mkdir()
        for subject in subjects:
            page = _HTML.format(subject, article(subject * 2))
            (tmp_path / name / f"{subject}.html").write_text(page, encoding="utf-8")
    shutil.copy(tmp_path / "pages" / "a.html", tmp_path / "pages" / "copy.html")
    shutil.copy(tmp_path / "pages" / "a.html", tmp_path / "page.html")
    rows = [{"id": f"{n}", "site": f"site{n % 3}", "text": article("stuvwxyz"[n % 8] * 3)} for n in range(12)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "old_corpus.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "wednesday.jsonl").write_text(lines, encoding="utf-8")
    for name in ("feed", "pages", "articles"):
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "texts.parquet")
    (tmp_path / "my.toml").write_text("[dedup]\ncoverage = 0.8\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow if page in WITH_COMMANDS else ()) for page in TO_RUN]
)
def test_the_blocks_of_a_page_run(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = ""
    for block in TO_RUN[page]:
        where = f"{page}:{block.line}"
        if block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(block.code, where, "exec"), names)
            printed = output.getvalue()
        elif block.language == "sh":
            printed = commands(block.code, folder, where)
        elif block.language == "console":
            for asked, answer in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.code, re.MULTILINE):
                assert commands(asked, folder, where).rstrip() == answer.rstrip(), where
        else:
            assert block.language == "text", (
                f"{where}: a block that nobody runs: say why above it, or name its language"
            )
            assert block.code.rstrip() in printed, where


def commands(code: str, folder: Path, where: str) -> str:
    """What commands print, to both outputs."""
    for program in ("jq", "zcat"):
        if re.search(rf"\b{program}\b", code) and not shutil.which(program):
            pytest.skip(f"needs {program}")
    paths = [os.path.dirname(sys.executable), os.environ["PATH"]]
    more = {"HOME": str(folder), "BROWSER": "true", "PATH": os.pathsep.join(paths)}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", _INSTALL.sub("", code)],
        cwd=folder,
        env=os.environ | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{where}\n{done.stdout}"
    assert "Traceback" not in done.stdout, f"{where}\n{done.stdout}"
    return done.stdout


def test_every_page_is_taken_by_a_test() -> None:
    assert [test for test in ELSEWHERE.values() if not (ROOT / test).exists()] == []
    assert [start for start in ELSEWHERE if not any(page.startswith(start) for page in PAGES)] == []


@pytest.mark.parametrize("page", PAGES)
def test_code_is_fenced_and_says_its_language_or_why_it_is_not_run(page: str) -> None:
    assert not has_indented_block(PAGES[page]), "a block that is only indented is not run: fence it"
    assert len(BLOCKS[page]) * 2 == len(re.findall(r"^```", PAGES[page], re.MULTILINE)), (
        "a fence that is not understood"
    )
    assert [block.line for block in BLOCKS[page] if not block.why and not block.language] == []


def test_a_block_is_parsed_with_its_reason() -> None:
    page = "Text\n\n<!-- not run: it starts a cluster -->\n```sh\nspark\n```\n\n```python\n1\n```\n"
    assert list(blocks("p", page)) == [
        Block("p", 5, "sh", "spark\n", "it starts a cluster"),
        Block("p", 9, "python", "1\n", ""),
    ]
    assert has_indented_block("Text:\n\n    code\n")
    assert not has_indented_block("- an item\n\n    of two paragraphs\n")
