"""Two runs compared: what flipped equals a plain comparison of their tables; the page is as closed as the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from cleanse.report import compare, compare_text, write_comparison

from .examples import hostile_run, small_run

if TYPE_CHECKING:
    from pathlib import Path

    from .runs import Run


def _other() -> Run:
    """The small run with other settings: the near-duplicate stays, a menu stays, one more document goes."""
    run = small_run()
    run.config = {"dedup": {"coverage": 0.99}, "strip": {"keep": ["navigation"]}}
    run.docs[1].removed = None
    run.docs[0].lines[0] = (run.docs[0].lines[0][0], None)
    run.docs[3].removed = ("near_duplicate", "a/one")
    return run


@pytest.fixture
def facts(tmp_path: Path) -> dict[str, Any]:
    return compare(small_run().write(tmp_path / "before"), _other().write(tmp_path / "after"))


def test_settings_and_documents_that_flipped_are_named(facts: dict[str, Any]) -> None:
    assert [(row["section"], row["name"], row["before"], row["after"]) for row in facts["settings"]] == [
        ("strip", "keep", [], ["navigation"]),
        ("dedup", "coverage", 0.75, 0.99),
    ]
    assert not facts["inputs_differ"]
    assert {(row["before"], row["after"]): row["documents"] for row in facts["documents"]["counts"]} == {
        ("kept", "kept"): 2, ("removed", "kept"): 1, ("kept", "removed"): 1, ("nothing left", "nothing left"): 1,
    }  # fmt: skip
    flips = {row["id"]: (row["before"], row["after"], row["after_survivor"]) for row in facts["documents"]["flips"]}
    assert flips == {"b/two": ("removed", "kept", None), "d/four": ("kept", "removed", "a/one")}


@pytest.mark.parametrize("form", ["parquet", "txt"])
def test_runs_of_other_formats_are_compared(tmp_path: Path, form: str, facts: dict[str, Any]) -> None:
    after = _other()
    after.form = form
    again = compare(tmp_path / "before", after.write(tmp_path / form))
    assert again["documents"] == facts["documents"]
    assert again["pieces"] == facts["pieces"]


def test_pieces_that_flipped_are_counted_and_shown(facts: dict[str, Any]) -> None:
    assert facts["pieces"]["counts"] == [{"now": "kept", "pieces": 1, "words": 3}]
    (piece,) = facts["pieces"]["shown"]
    assert (piece["id"], piece["before_reason"], piece["after_reason"]) == ("a/one", "navigation", None)
    assert piece["text"] == "Home > News"


def test_reasons_stand_side_by_side(facts: dict[str, Any]) -> None:
    words = {row["reason"]: (row["before"]["words"], row["after"]["words"]) for row in facts["reasons"]}
    assert words["navigation"] == (3, 0)
    assert words["near_duplicate"][0] > words["near_duplicate"][1] > 0


def test_a_run_and_itself_do_not_differ(small: Path) -> None:
    facts = compare(small, small)
    assert (facts["settings"], facts["documents"]["flips"], facts["pieces"]["counts"]) == ([], [], [])
    path, _ = write_comparison(small, small)
    assert "0 documents flipped" in path.read_text(encoding="utf-8")
    assert "No verdict on a document flipped" in path.read_text(encoding="utf-8")


def test_other_inputs_are_said(tmp_path: Path) -> None:
    before, after = small_run().write(tmp_path / "before"), small_run().write(tmp_path / "after")
    run = json.loads((after / "run.json").read_text())
    run["inputs"][0]["sha256"] = "cd" * 32
    (after / "run.json").write_text(json.dumps(run))
    assert "inputs differ" in compare_text(compare(before, after))


def test_the_text_is_plain_and_says_how_many(facts: dict[str, Any]) -> None:
    text = compare_text(facts)
    assert "dedup.coverage: 0.75 -> 0.99" in text
    assert "Documents that flipped: 2" in text
    assert "removed -> kept: 1" in text


def test_the_page_shows_it_and_nothing_breaks_out(tmp_path: Path) -> None:
    path, _ = write_comparison(_other().write(tmp_path / "after"), small_run().write(tmp_path / "before"))
    assert path == tmp_path / "after" / "compare.html"
    shown = " ".join("".join(html.fromstring(path.read_bytes()).itertext()).split())
    assert "2 documents flipped between two runs" in shown
    assert "now kept, was navigation Home > News" in shown
    hostile = hostile_run()
    for doc in hostile.docs:
        doc.lines[0] = (doc.lines[0][0], "footer")
    path, _ = write_comparison(hostile.write(tmp_path / "x"), hostile_run().write(tmp_path / "y"))
    tree = html.fromstring(path.read_bytes())
    assert not tree.xpath("//script | //img | //a | //@src | //@href | //@onerror")
    assert len(tree.xpath("//style")) == 1
    assert path.stat().st_size < 4_000_000
