"""An index says the same of a document however it was batched: what it says when documents come one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleanse
from cleanse.config import Config, Dedup, Run
from tests.conftest import article
from tests.index.corpora import Rows, pages

STORY, OTHER = article("story", 12), article("other", 12)


def added(path: Path, rows: Rows, bounds: list[int], config: Config | None = None) -> dict[str, list[Any]]:
    """The verdicts on rows that are added in batches which end at ``bounds``."""
    found: dict[str, list[Any]] = {"removed": [], "matches": []}
    for first, last in zip([0, *bounds], [*bounds, len(rows)], strict=True):
        result = cleanse.Index(path, config).add(rows[first:last])
        found["removed"] += result.removed.to_pylist()
        found["matches"] += result.matches.to_pylist()
    return {name: sorted(rows, key=str) for name, rows in found.items()}


@pytest.fixture(scope="module")
def rows() -> Rows:
    # more than 128: what is common is settled twice on the way
    return pages(240)


@pytest.fixture(scope="module")
def once(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    return added(tmp_path_factory.mktemp("once") / "a.idx", rows, [])


def test_the_corpus_has_copies_of_every_kind(once: dict[str, list[Any]]) -> None:
    assert {row["kind"] for row in once["removed"]} == {"exact", "near", "contained"}
    assert {row["kind"] for row in once["matches"]} == {"exact", "near", "contained", "passage"}


@settings(max_examples=3)
@given(st.lists(st.integers(1, 239), unique=True, min_size=1, max_size=5).map(sorted))
def test_verdicts_do_not_depend_on_batches(rows: Rows, once: dict[str, list[Any]], bounds: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert added(Path(folder) / "a.idx", rows, bounds) == once


@pytest.mark.slow
def test_documents_that_come_one_by_one_get_the_verdicts_of_one_batch(rows: Rows, tmp_path: Path) -> None:
    some = rows[:130]  # more than 128, too
    assert added(tmp_path / "a.idx", some, list(range(1, len(some)))) == added(tmp_path / "b.idx", some, [])
    # 130 segments of one document were joined on the way
    assert cleanse.Index(tmp_path / "a.idx").info()["segments"] < 32


@pytest.mark.parametrize("profile", ["strict", "classic"])
def test_verdicts_do_not_depend_on_batches_in_other_profiles(rows: Rows, profile: Any, tmp_path: Path) -> None:
    config = Config(dedup=Dedup(profile=profile))
    assert added(tmp_path / "a.idx", rows, [], config) == added(tmp_path / "b.idx", rows, [7, 100], config)


def test_verdicts_do_not_depend_on_threads_or_batches_within_a_stage(
    rows: Rows, once: dict[str, list[Any]], tmp_path: Path
) -> None:
    config = Config(run=Run(threads=1, batch_documents=3))
    assert added(tmp_path / "a.idx", rows, [50], config) == once


def test_every_survivor_came_before_and_was_kept(rows: Rows, once: dict[str, list[Any]]) -> None:
    place = {row["id"]: number for number, row in enumerate(rows)}
    gone = {row["id"] for row in once["removed"]}
    for row in once["removed"]:
        assert place[row["survivor"]] < place[row["id"]]
        assert row["survivor"] not in gone


def test_every_exact_copy_is_found(rows: Rows, once: dict[str, list[Any]]) -> None:
    gone = {row["id"] for row in once["removed"]}
    seen: set[str] = set()
    for row in rows:
        words = " ".join(row["text"].lower().split())
        if words in seen and words not in ("", "--"):
            assert row["id"] in gone
        seen.add(words)


def test_the_first_seen_stays_though_a_longer_one_comes(tmp_path: Path) -> None:
    index = cleanse.Index(tmp_path / "a.idx")
    assert index.add([{"id": "short", "text": STORY}]).removed.num_rows == 0
    found = index.add([{"id": "long", "text": STORY + "\n\n" + OTHER}])
    assert found.removed.num_rows == 0
    # what is known is said, and the longer text is not cut for one that is nothing but its part
    assert found.matches.select(["a", "b", "kind"]).to_pylist()[0] == {"a": "short", "b": "long", "kind": "passage"}


def test_match_says_what_is_known_and_adds_nothing(tmp_path: Path) -> None:
    index = cleanse.Index(tmp_path / "a.idx")
    index.add([{"id": "old", "source": "one", "text": STORY}])
    before = index.path.read_bytes()
    new = [
        {"id": "x", "text": STORY.upper()},
        {"id": "y", "text": STORY},
        {"id": "z", "text": OTHER},
        {"id": "e", "text": ""},
    ]
    found = index.match([*new, {"id": "w", "text": OTHER}])
    # z and w are copies of each other, which is not what was asked
    assert [(row["id"], row["survivor"], row["kind"]) for row in found.removed.to_pylist()] == [
        ("x", "old", "exact"),
        ("y", "old", "exact"),
    ]
    assert index.path.read_bytes() == before


def test_match_has_places_in_both_texts(tmp_path: Path) -> None:
    index = cleanse.Index(tmp_path / "a.idx")
    index.add([{"id": "old", "text": OTHER + "\n\n" + STORY}])
    text = article("fresh", 20) + "\n\n" + STORY
    (match,) = index.match([{"id": "new", "text": text}]).matches.to_pylist()
    assert match["kind"] == "passage"
    assert text[match["b_start"] : match["b_end"]].rstrip(".") == STORY.rstrip(".")
    assert (OTHER + "\n\n" + STORY)[match["a_start"] : match["a_end"]].rstrip(".") == STORY.rstrip(".")


def test_the_same_documents_again_are_no_new_documents(rows: Rows, tmp_path: Path) -> None:
    index = cleanse.Index(tmp_path / "a.idx")
    index.add(rows[:40])
    before = index.info()
    found = index.add(rows[:40])
    after = index.info()
    assert (after["documents"], after["kept"], after["keys"]) == (before["documents"], before["kept"], before["keys"])
    wordy = [row for row in rows[:40] if any(c.isalnum() for c in row["text"])]
    assert found.removed.num_rows == len(wordy)
    assert [batch["documents"] for batch in after["batches"]] == [40, 40]


def test_a_copy_of_a_removed_document_goes_for_what_that_went_for(tmp_path: Path) -> None:
    index = cleanse.Index(tmp_path / "a.idx")
    edited = STORY.replace("storyab", "changed")
    index.add([{"id": "first", "text": STORY}, {"id": "edited", "text": edited}])
    (row,) = index.add([{"id": "again", "text": edited.upper()}]).removed.to_pylist()
    assert (row["id"], row["survivor"], row["kind"]) == ("again", "first", "near")
    (row,) = index.match([{"id": "again", "text": edited}]).removed.to_pylist()
    assert (row["id"], row["survivor"], row["kind"]) == ("again", "first", "near")


def test_a_new_index_has_the_settings_it_is_given_and_keeps_them(tmp_path: Path) -> None:
    strict = Config(dedup=Dedup(profile="strict"))
    cleanse.Index(tmp_path / "a.idx", strict).add([STORY])
    assert cleanse.Index(tmp_path / "a.idx").info()["settings"]["profile"] == "strict"
    cleanse.Index(tmp_path / "a.idx").add([OTHER])
    cleanse.Index(tmp_path / "a.idx", strict).add([OTHER])


def test_an_empty_batch_and_documents_without_words_are_no_matter(tmp_path: Path) -> None:
    index = cleanse.Index(tmp_path / "a.idx")
    index.add([])
    index.add(["", "--"])
    assert index.match(["", STORY]).removed.num_rows == 0
    assert index.info()["documents"] == 0


def test_a_passage_is_cut_from_the_later_document_whatever_the_batches(tmp_path: Path) -> None:
    shared = article("shared", 10)
    rows = [{"id": name, "text": article(name, 20) + "\n\n" + shared} for name in ("one", "two", "three")]
    import duckdb

    for name, bounds in (("a", []), ("b", [1, 2])):
        added(tmp_path / f"{name}.idx", rows, bounds)
        with duckdb.connect(str(tmp_path / f"{name}.idx"), read_only=True) as tables:
            assert tables.execute("SELECT DISTINCT doc FROM cuts ORDER BY doc").fetchall() == [(1,), (2,)]


def test_what_a_document_meets_most_often_is_compared_though_others_came_first(tmp_path: Path) -> None:
    quotes = [article(f"quote{n}", 6) for n in range(6)]
    whole = "\n\n".join([*quotes, article("own", 20)])
    index = cleanse.Index(tmp_path / "a.idx", Config(dedup=Dedup(band_members=4), run=Run(threads=1)))
    rows = [{"id": f"q{n}", "text": f"{article(f'before{n}', 12)}\n\n{quote}"} for n, quote in enumerate(quotes)]
    index.add([*rows, {"id": "whole", "text": whole}])
    found = index.match([{"id": "again", "text": f"{whole} Other words."}])
    assert [row["survivor"] for row in found.removed.to_pylist()] == ["whole"]
    assert found.documents == 1
