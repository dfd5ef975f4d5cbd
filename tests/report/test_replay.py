"""Verdicts at other thresholds: none flips at the run's own, and they are what a new run says where the matches tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import cleanse
from cleanse.config import Config, Dedup
from cleanse.errors import ConfigError
from cleanse.report import build_report, write_report
from tests.conftest import article
from tests.pipeline.test_run import edited

from .examples import small_run

if TYPE_CHECKING:
    from pathlib import Path


def _documents() -> list[dict[str, str]]:
    """Originals, copies with ever more edits, and copies that share ever less of their text."""
    rows = []
    for n in range(12):
        letter = chr(97 + n)
        text, own = article(f"doc{letter}", 30), article(f"own{letter}", 30)
        rows.append({"id": f"o{n:02}", "text": text})
        rows.append({"id": f"e{n:02}", "text": edited(text, 0.025 * n, seed=n)})
        share = len(text) * (12 - n) // 12
        rows.append({"id": f"p{n:02}", "text": text[:share] + "\n\n" + own[: (len(text) - share) * 3 // 4]})
    return rows


@pytest.fixture(scope="module")
def found() -> cleanse.Duplicates:
    return cleanse.find_duplicates(_documents())


def _removed(found: cleanse.Duplicates) -> dict[str, str]:
    return dict(zip(found.removed["id"].to_pylist(), found.removed["survivor"].to_pylist(), strict=True))


def test_nothing_flips_at_the_same_thresholds(found: cleanse.Duplicates) -> None:
    same = found.at()
    assert _removed(same) == _removed(found)
    assert same.removed.schema == found.removed.schema
    assert same.clusters.schema == found.clusters.schema
    own = {tuple(row[name] for name in ("id", "survivor", "kind", "words")) for row in found.clusters.to_pylist()}
    assert {
        tuple(row[name] for name in ("id", "survivor", "kind", "words")) for row in same.clusters.to_pylist()
    } == own


@pytest.mark.parametrize(
    "thresholds", [{"coverage": 0.9}, {"coverage": 0.6}, {"similarity": 0.9}, {"coverage": 0.95, "similarity": 0.8}]
)
def test_it_is_what_a_new_run_says(found: cleanse.Duplicates, thresholds: dict[str, float]) -> None:
    new = cleanse.find_duplicates(_documents(), Config(dedup=Dedup(**thresholds)))
    here = found.at(**thresholds)
    assert _removed(new) != _removed(found), "the thresholds matter"
    differing = _removed(new).items() ^ _removed(here).items()
    assert len(differing) <= 4, differing
    assert here.settings == Dedup(**thresholds)


def test_removals_only_shrink_as_thresholds_rise_and_every_survivor_stays(found: cleanse.Duplicates) -> None:
    before: set[str] | None = None
    for step in range(10, 21):
        removed = _removed(found.at(coverage=step / 20))
        assert not removed.keys() & set(removed.values())
        assert before is None or removed.keys() <= before
        before = set(removed)


def test_the_report_counts_the_same_flips(tmp_path: Path, found: cleanse.Duplicates) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in _documents()), encoding="utf-8")
    result = cleanse.run(path, tmp_path / "out", Config(strip=cleanse.config.Strip(enabled=False)))
    now = set(result.at().removed["id"].to_pylist())
    for name, facts in result.report["thresholds"].items():
        for flip in facts["flips"][::3]:
            there = set(result.at(**{name: flip["value"]}).removed["id"].to_pylist())
            assert (len(now - there), len(there - now), len(there)) == (flip["back"], flip["gone"], flip["removed"])
    assert _removed(result.at()) == _removed(found)


def test_a_threshold_outside_0_to_1_is_named(found: cleanse.Duplicates) -> None:
    with pytest.raises(ConfigError, match=r"dedup\.coverage"):
        found.at(coverage=1.5)


def test_a_threshold_of_many_digits_is_among_the_flips(tmp_path: Path) -> None:
    run = small_run()
    run.config = {"dedup": {"coverage": 0.7512345678}}
    path = write_report(run.write(tmp_path))
    flips = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["thresholds"]["coverage"]["flips"]
    assert [flip["value"] for flip in flips if flip["back"] == flip["gone"] == 0].count(0.7512345678) == 1
    assert path.name == "report.html"


def test_a_run_without_matches_has_no_flips(tmp_path: Path) -> None:
    run = small_run()
    run.matches, run.clusters = [], []
    facts = build_report(run.write(tmp_path))["thresholds"]
    assert all(flip["back"] == flip["gone"] == 0 for measure in facts.values() for flip in measure["flips"])
