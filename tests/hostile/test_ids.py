"""Ids, titles and paths written by anyone: outputs stay in their folder, and nothing of them steers a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from click.testing import CliRunner

import cleanse
from cleanse.cli import main
from cleanse.errors import printable
from cleanse.write.corpus import CORPUS, TextFiles, read_corpus
from tests.conftest import ROOT, article

if TYPE_CHECKING:
    from pathlib import Path

ESCAPE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
IDS = [
    *("../../up", "/etc/passwd", "..", ".", "/", "//", "", "a/../../b", "C:\\windows", "~/.ssh/x", "a\x00b", "a\nb", "a\r\nb"),
    *("a", "a.txt", "a.txt/b", "a/b", "A", "A/B", "index.jsonl", "index.jsonl/x", "INDEX.JSONL/x", "con", "-rf", "%2e%2e/x"),
    *("x" * 5_000, "/".join("y" * 300 for _ in range(30)), "\U00020000" * 80, "é" * 200, f"id {ESCAPE}", "<script>", "$(id)"),
    "a" + " ." * 9,
]  # fmt: skip
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def rows() -> list[dict[str, str]]:
    return [
        {"id": name, "text": article(f"w{k}x"), "title": f"title {ESCAPE}", "url": f"http://a.b/{ESCAPE}", "source": f"s{ESCAPE}"}
        for k, name in enumerate([*IDS, *IDS])
    ]  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ids") / "pages.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    return path


@pytest.fixture(scope="module")
def out(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "deep" / "out"
    done = CliRunner().invoke(main, ["run", str(pages), "-o", str(folder), "--format", "txt"])
    assert done.exit_code == 0, done.output
    return folder


def test_outputs_never_leave_the_output_folder(out: Path) -> None:
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert [path.name for path in out.parent.parent.iterdir()] == ["deep"]
    written = [path for path in (out / "corpus").rglob("*") if path.is_file()]
    assert all(out.resolve() in path.resolve().parents for path in written)
    assert len(written) == 1 + len(rows())


def test_no_file_has_a_name_that_windows_gives_to_a_device(tmp_path: Path) -> None:
    files = TextFiles(tmp_path)
    names = ["con", "NUL.tar", "a/aux/b", "lpt1 .x", "console", "com12"]
    files.write(pa.Table.from_pylist([{"id": name, "text": "text"} for name in names], CORPUS))
    files.close()
    found = {path.relative_to(tmp_path / "corpus").as_posix() for path in tmp_path.rglob("*.txt")}
    assert found == {"con_.txt", "NUL_.tar.txt", "a/aux_/b.txt", "lpt1 _.x.txt", "console.txt", "com12.txt"}


def test_every_document_is_in_the_corpus_under_an_id_of_its_own(out: Path) -> None:
    corpus = read_corpus(out)
    assert len(set(corpus["id"].to_pylist())) == len(corpus) == len(rows())


@pytest.mark.parametrize("command", ["explain", "passage", "report", "compare", "dry run", "error", "missing"])
def test_nothing_steers_the_terminal(command: str, out: Path, pages: Path) -> None:
    name = next(x for x in read_corpus(out)["id"].to_pylist() if "owned" in x)
    arguments = {
        "explain": ["explain", str(out), name],
        "passage": ["explain", str(out), name, "--passage", "1"],
        "report": ["report", str(out)],
        "compare": ["report", str(out), "--compare", str(out)],
        "dry run": ["run", str(pages), "--dry-run", "-o", f"x{ESCAPE}"],
        "error": ["explain", str(out), f"none {ESCAPE}"],
        "missing": ["run", f"none {ESCAPE}", "-o", str(out)],
    }[command]
    done = CliRunner().invoke(main, arguments)
    assert done.output
    assert not _STEERS.search(done.output)


@pytest.mark.parametrize("options", [[], ["--show"]], ids=["text", "show"])
def test_a_page_that_is_stripped_to_a_terminal_does_not_steer_it(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(f"{article('a')} {ESCAPE} {article('b')}\n")
    command = [sys.executable, "-m", "cleanse", "strip", str(tmp_path / "page.txt"), *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    parent, child = pty.openpty()
    with subprocess.Popen(command, stdout=child, stderr=child, stdin=subprocess.DEVNULL, env=environment) as process:
        os.close(child)
        shown = b""
        while True:
            try:
                piece = os.read(parent, 65_536)
            except OSError:  # how Linux tells the end of a terminal
                break
            shown += piece
        assert process.wait() == 0
    os.close(parent)
    text = shown.decode().replace("\r\n", "\n")
    assert "owned" in text
    assert not _STEERS.search(re.sub(r"\x1b\[[0-9;]*m", "", text) if options else text)
    assert "\x1b]" not in text


def test_a_filter_passes_the_text_on_as_it_is(tmp_path: Path) -> None:
    text = f"{article('a')} \x1b[31m {article('b')}"
    assert cleanse.strip(text).text in CliRunner().invoke(main, ["strip"], input=text).stdout


def test_letters_and_spaces_of_any_script_are_printable_and_what_steers_is_written_out() -> None:
    for text in ("naïve\u00a0: 鷺\u3000が", "مالك", "two\nlines"):
        assert printable(text) == text
    assert printable("\x1b[0m\t\r\u202e\ud800") == "\\x1b[0m\\t\\r\\u202e\\ud800"


def test_names_of_text_files_take_a_step_each_however_many_are_alike(tmp_path: Path) -> None:
    """A look at a name for each document that wants it would be a square."""

    class Taken(dict[str, int]):
        looks = 0

        def __contains__(self, name: object) -> bool:
            Taken.looks += 1
            return super().__contains__(name)

    files = TextFiles(tmp_path)
    files._taken = Taken(files._taken)
    count = 500
    rows = [dict.fromkeys(CORPUS.names, "") | {"id": "?" * (k + 1)} for k in range(count)]
    files.write(pa.Table.from_pylist(rows, CORPUS))
    files.close()
    assert len(list((tmp_path / "corpus").iterdir())) == count + 1
    assert Taken.looks <= 3 * count
