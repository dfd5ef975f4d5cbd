"""The end of a run on a terminal: aligned, ASCII, no control characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from cleanse.report import summary_text

if TYPE_CHECKING:
    from pathlib import Path


def test_plain_ascii_with_a_bar_per_reason(small: Path) -> None:
    run = json.loads((small / "run.json").read_text())
    text = summary_text(run, "out/\x1b[31mréport.html")
    assert text.isascii()
    assert "\x1b" not in text
    lines = text.splitlines()
    assert lines[0].startswith("Documents ")
    assert "1 removed as duplicates, 1 empty, 1 passage cut" in lines[0]
    assert any(line.startswith("  near duplicate") and "####" in line for line in lines)
    assert any(line.startswith("  shared passage") for line in lines)
    assert "1 unreadable, named in the report" in lines
    assert lines[-1].startswith("Report  out/[U+001B]")
    bars = [line for line in lines if line.startswith("  ")]
    assert len({line.index(" words in") for line in bars}) == 1


def test_unicode_bars_only_if_asked(small: Path) -> None:
    run = json.loads((small / "run.json").read_text())
    assert "█" in summary_text(run, "out/report.html", unicode=True)


def test_only_bars_are_coloured_and_only_if_asked(small: Path) -> None:
    run = json.loads((small / "run.json").read_text())
    plain, painted = summary_text(run, "r.html"), summary_text(run, "r.html", colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[(33|34|90|0)m", "", painted) == plain
    assert "\x1b[33m#" in painted


def test_a_run_without_anything_has_a_summary() -> None:
    assert "0 -> 0" in summary_text({"counts": {}}, "report.html")


def test_a_run_against_an_index_names_it_and_says_when_nothing_was_new() -> None:
    index = {"path": "seen.idx", "documents": 40, "updated": True}
    text = summary_text({"counts": {"documents": 3, "kept": 1, "removed": 2}, "index": index}, "report.html")
    assert "Index   seen.idx: 40 documents before this run, updated" in text.splitlines()
    text = summary_text({"counts": {"documents": 3, "kept": 0, "removed": 3}, "index": index}, "report.html")
    assert "it has all of these: were they run before?" in text
