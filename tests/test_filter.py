"""``cleanse strip`` over JSON lines: a Unix filter that no line stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

import cleanse
from cleanse.cli import main
from cleanse.config import Config, Strip
from tests.conftest import UNCOMPILED, article

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from cleanse.boilerplate.blocks import Pages

NOISE = "\n\n3 Comments\nAnn\nSad."
ENVIRONMENT = os.environ | UNCOMPILED
ALONE = Config(strip=Strip(site_evidence=False))


def strip(*args: object, stdin: str | bytes) -> Result:
    return CliRunner().invoke(main, ["strip", *map(str, args)], input=stdin)


def lines(records: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_records_come_out_as_they_went_in_but_for_their_text() -> None:
    records = [
        {"id": 7, "text": article("a", 5) + NOISE, "more": {"list": [1.5, None, "ü"], "big": 10**30}},
        {"url": "https://example.org/", "text": article("b", 5)},
    ]
    done = strip(stdin=lines(records))
    assert (done.exit_code, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record | {"text": ""} for record in found] == [record | {"text": ""} for record in records]
    assert [record["text"] for record in found] == [article("a", 5), article("b", 5)]


def test_texts_are_those_of_strip_all(fixture_pages: Path) -> None:
    html = [path.read_text(encoding="utf-8") for path in sorted(fixture_pages.glob("*.html"))[:4]]
    records = [{"html": page, "url": "https://example.org/a"} for page in html] + [{"text": article("a", 5) + NOISE}]
    done = strip(stdin=lines(records))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["text"] for record in found] == [page.text for page in cleanse.strip_all(records, ALONE)]
    assert [record.get("html") for record in found] == [*html, None]


def test_markdown_of_html_records_and_the_text_of_others() -> None:
    page = f"<article><h1>Ferries</h1><p>{article('a', 3)} <a href='/b'>More</a> <b>soon</b>.</p></article>"
    records = [{"html": page, "url": "https://x.example/"}, {"text": f"{article('b', 3)} 2*3*4"}]
    done = strip("--markdown", stdin=lines(records))
    html, text = (json.loads(line)["text"] for line in done.stdout.splitlines())
    assert html.startswith("# Ferries\n\n")
    assert html.endswith("[More](https://x.example/b) **soon**.")
    assert text == records[1]["text"]
    alone = strip("--markdown", "--url", "https://x.example/", stdin=f"<html>{page}")
    assert alone.stdout == html + "\n"


def test_a_bad_line_is_named_and_the_others_come_through() -> None:
    good = json.dumps({"text": article("a", 5)})
    bad = [
        '{"text": ',
        '{"other": 1}',
        "[1]",
        '{"text": null}',
        '{"text": 5}',
        '{"text": "\\ud800"}',
        '{"n": NaN, "text": "x"}',
    ]
    done = strip("--jsonl", stdin="\n".join([*bad, "", good]) + "\n")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 3
    assert json.loads(done.stdout.splitlines()[-1]) == json.loads(good)
    named = [line.split(":")[2] for line in done.stderr.splitlines() if "skipped stdin" in line]
    assert named == ["1", "2", "3", "4", "5"]
    assert "3 lines written, 5 skipped" in done.stderr


def test_a_page_that_the_judge_fails_on_is_skipped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from cleanse.boilerplate import finding

    find_text_blocks = finding.find_text_blocks

    def failing(texts: Sequence[str]) -> Pages:
        if "bad" in texts:
            raise RecursionError("too deep")
        return find_text_blocks(texts)

    monkeypatch.setattr(finding, "find_text_blocks", failing)
    done = strip(stdin=lines([{"text": "A good line."}, {"text": "bad"}, {"text": "Another line."}]))
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 2
    assert "stdin:2: cannot be stripped: RecursionError: too deep" in done.stderr


def test_strict_makes_a_bad_line_1_at_the_end() -> None:
    done = strip("--strict", stdin=lines([{"text": "One line."}]) + "broken\n" + lines([{"text": "Another."}]))
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 2
    assert "--strict" in done.stderr


def test_nothing_readable_is_3_and_nothing_at_all_is_nothing() -> None:
    assert strip("--jsonl", stdin="a\nb\n").exit_code == 3
    done = strip("--jsonl", stdin=b"\x1f\x8b\x08\0\0\0\0\0\0\3")
    assert done.exit_code == 3
    assert "gzip" in done.stderr
    done = strip("--jsonl", stdin="")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_fields_are_those_that_are_named() -> None:
    record = {"text": "not this", "body": article("a", 5) + NOISE}
    done = strip("--text-field", "body", stdin=lines([record]))
    assert json.loads(done.stdout) == {"text": "not this", "body": article("a", 5)}
    page = f"<html><body><p>{article('a', 5)}</p></body></html>"
    done = strip("--html-field", "raw", stdin=lines([{"raw": page}]))
    assert json.loads(done.stdout)["text"] == cleanse.strip(page).text


def test_json_adds_the_verdicts() -> None:
    done = strip("--json", stdin=lines([{"text": article("a", 5) + NOISE}]))
    verdicts = json.loads(done.stdout)["cleanse"]
    assert [block["reason"] for block in verdicts["blocks"]][-3:] == ["comments"] * 3
    assert 0 <= verdicts["confidence"] <= 1


def test_what_is_for_one_page_is_refused() -> None:
    assert strip("--show", stdin=lines([{"text": "x"}])).exit_code == 2
    assert strip("--url", "https://example.org", stdin=lines([{"text": "x"}])).exit_code == 2


def test_files_are_filtered_too_and_may_be_compressed(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "pages.jsonl.gz"
    path.write_bytes(gzip.compress(lines([{"text": article("a", 5) + NOISE}]).encode()))
    done = strip(path, stdin="")
    assert json.loads(done.stdout) == {"text": article("a", 5)}
    (tmp_path / "b.jsonl").touch()
    assert strip(tmp_path / "*.*", stdin="").exit_code == 2


@pytest.mark.parametrize(
    ("text", "json_lines"),
    [
        ('{"text": "' + "Long words. " * 9000 + '"}\n', True),
        ('{"text": "One."}', True),
        ('{\n"text": "One."\n}\n', False),
        ("A page {of text}.\n", False),
        ("<html><body><p>Text.</p></body></html>", False),
    ],
)
def test_json_lines_are_told_from_pages(text: str, json_lines: bool) -> None:
    command = [sys.executable, "-m", "cleanse", "strip"]
    piped = subprocess.run(command, input=text, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    for done in (strip(stdin=text), piped):
        assert done.stdout.startswith('{"text":') is json_lines


def test_a_line_comes_out_before_the_next_goes_in() -> None:
    command = [sys.executable, "-m", "cleanse", "strip"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as filtering:
        assert filtering.stdin
        assert filtering.stdout
        for subject in "ab":
            filtering.stdin.write(lines([{"text": article(subject, 3)}]).encode())
            filtering.stdin.flush()
            # Would wait for ever if the line were held back.
            assert json.loads(filtering.stdout.readline()) == {"text": article(subject, 3)}
        filtering.stdin.close()
        assert filtering.wait() == 0


def test_each_page_is_stripped_when_it_is_asked_for() -> None:
    taken: list[int] = []

    def endless() -> Iterable[str]:
        while True:
            taken.append(len(taken))
            yield article("a", 5) + NOISE

    pages = cleanse.strip_each(endless())
    assert [next(pages).text for _ in range(3)] == [article("a", 5)] * 3
    assert len(taken) <= 4


def test_pages_are_whole_when_stripping_is_off() -> None:
    (page,) = cleanse.strip_each([article("a", 5) + NOISE], Config(strip=Strip(enabled=False)))
    assert page.text == article("a", 5) + NOISE


def test_no_standard_input_is_said() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "cleanse", "strip"], close_fds=True, env=ENVIRONMENT, capture_output=True, text=True, check=False,
        preexec_fn=partial(os.close, 0),
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, "cleanse: standard input: there is none\n")


def test_a_first_line_that_comes_in_pieces_is_one_line() -> None:
    command = [sys.executable, "-m", "cleanse", "strip"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as filtering:
        assert filtering.stdin
        assert filtering.stdout
        record = lines([{"text": article("a", 3)}]).encode()
        for piece in (record[:1], record[1:], record):
            filtering.stdin.write(piece)
            filtering.stdin.flush()
            time.sleep(0.5)
        filtering.stdin.close()
        assert len(filtering.stdout.read().splitlines()) == 2


@pytest.mark.parametrize("arguments", [["strip"], ["strip", "--json"]])
def test_a_standard_output_that_is_closed_is_no_defect(arguments: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "cleanse", *arguments], close_fds=True, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, check=False,
        input=lines([{"text": article("a", 3)}]), preexec_fn=partial(os.close, 1),
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
