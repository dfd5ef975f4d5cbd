"""A run against an index: what was seen goes, survivors are in the corpus or in the index, and the index grows when asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import cleanse
from cleanse.config import Config, Dedup
from cleanse.errors import ConfigError, UsageError
from cleanse.index.file import IndexFile
from cleanse.pipeline.watcher import Clock
from cleanse.write.results import write_results
from tests.conftest import article
from tests.index.corpora import Rows, pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORY, OTHER, THIRD = (article(name, 14) for name in ("story", "other", "third"))


def written(path: Path, rows: Rows) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def gone(result: cleanse.Result) -> dict[str, tuple[str, str]]:
    rows = [row for row in result.dropped.to_pylist() if row["level"] == "document"]
    return {row["id"]: (row["reason"], row["survivor"]) for row in rows}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[cleanse.Result]]:
    """Two days of pages, each run against an index that has the days before."""
    folder = tmp_path_factory.mktemp("days")
    shared = article("shared", 10)
    monday = [{"id": "m1", "source": "one", "text": STORY}, {"id": "m2", "text": OTHER + "\n\n" + shared}]
    tuesday = [
        {"id": "t1", "text": STORY.upper()},
        {"id": "t2", "text": STORY.replace("storyac", "x").replace("storybd", "y")},
        {"id": "t3", "text": THIRD + "\n\n" + shared},
        {"id": "t4", "text": article("fourth", 14)},
        {"id": "t5", "text": article("fourth", 14)},
    ]
    results = []
    for name, rows in (("monday", monday), ("tuesday", tuesday)):
        source = written(folder / f"{name}.jsonl", rows)
        results.append(cleanse.run(source, folder / name, index=folder / "seen.idx", update=True))
    return folder, results


def test_what_was_seen_goes_and_names_what_was_seen(days: tuple[Path, list[cleanse.Result]]) -> None:
    _, (monday, tuesday) = days
    assert gone(monday) == {}
    assert gone(tuesday) == {
        "t1": ("exact_duplicate", "m1"),
        "t2": ("near_duplicate", "m1"),
        "t5": ("exact_duplicate", "t4"),
    }


def test_every_survivor_is_in_the_corpus_or_in_the_index(days: tuple[Path, list[cleanse.Result]]) -> None:
    folder, (_, tuesday) = days
    kept = set(tuesday.corpus["id"].to_pylist())
    indexed = set(pq.read_table(folder / "tuesday" / "indexed.parquet")["id"].to_pylist())
    assert indexed == {"m1", "m2"}
    for row in tuesday.dropped.to_pylist():
        if row["survivor"]:
            assert row["survivor"] in kept | indexed
            assert ("of the index" in row["evidence"]) == (row["survivor"] in indexed)


def test_a_passage_of_the_index_is_cut(days: tuple[Path, list[cleanse.Result]]) -> None:
    _, (_, tuesday) = days
    texts = dict(zip(tuesday.corpus["id"].to_pylist(), tuesday.corpus["text"].to_pylist(), strict=True))
    assert texts["t3"] == THIRD
    (cut,) = [row for row in tuesday.dropped.to_pylist() if row["level"] == "passage"]
    assert (cut["id"], cut["survivor"], cut["text"]) == ("t3", "m2", article("shared", 10))


def test_report_and_explain_show_the_text_of_the_index(days: tuple[Path, list[cleanse.Result]]) -> None:
    folder, (_, tuesday) = days
    assert tuesday.explain("t2")["survivor"]["id"] == "m1"
    (match, *_) = tuesday.explain("t2")["matches"]
    assert match["other"] == "m1"
    assert match["other_text"][:40] == STORY[:40]
    page = (folder / "tuesday" / "report.html").read_text(encoding="utf-8")
    why = [row["why"] for row in days[1][1].report["clusters"]["shown"]]
    assert why
    assert all(said.startswith("stays because it was read first") for said in why)
    assert "in the index" in page
    assert tuesday.manifest["index"] == {"path": str(folder / "seen.idx"), "documents": 2, "updated": True}


def test_without_update_the_index_stays_as_it_is(days: tuple[Path, list[cleanse.Result]], tmp_path: Path) -> None:
    folder, _ = days
    before = cleanse.Index(folder / "seen.idx").info()
    source = written(tmp_path / "new.jsonl", [{"id": "n", "text": article("new", 14)}, {"id": "o", "text": STORY}])
    result = cleanse.run(source, tmp_path / "out", index=folder / "seen.idx")
    assert gone(result) == {"o": ("exact_duplicate", "m1")}
    assert cleanse.Index(folder / "seen.idx").info() == before


def test_the_same_run_again_drops_all_it_has_seen(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "a", "text": STORY}, {"id": "b", "text": OTHER}])
    for _ in range(2):
        result = cleanse.run(source, tmp_path / "out", index=tmp_path / "seen.idx", update=True)
    assert gone(result) == {"a": ("exact_duplicate", "a"), "b": ("exact_duplicate", "b")}
    assert result.explain("a")["reason"] == "exact_duplicate"
    assert cleanse.Index(tmp_path / "seen.idx").info()["documents"] == 2


def test_a_run_that_fails_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "a", "text": STORY}])
    cleanse.run(source, tmp_path / "out", index=tmp_path / "seen.idx", update=True)
    before = cleanse.Index(tmp_path / "seen.idx").info()

    def fail(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cleanse.pipeline.runs.write_report", fail)
    with pytest.raises(KeyboardInterrupt):
        cleanse.run(
            written(tmp_path / "b.jsonl", [{"id": "b", "text": OTHER}]),
            tmp_path / "out",
            index=tmp_path / "seen.idx",
            update=True,
        )
    assert cleanse.Index(tmp_path / "seen.idx").info() == before


def test_days_one_by_one_are_all_days_at_once(tmp_path: Path) -> None:
    rows = pages(90, seed=4)
    settings = Config(dedup=Dedup(passages="report"))
    parts = [rows[:30], rows[30:65], rows[65:]]
    by_day: dict[str, Any] = {}
    for number, part in enumerate(parts):
        source = written(tmp_path / "day.jsonl", part)
        by_day |= gone(cleanse.run(source, tmp_path / f"{number}", settings, index=tmp_path / "days.idx", update=True))
    source = written(tmp_path / "day.jsonl", rows)
    assert gone(cleanse.run(source, tmp_path / "all", settings, index=tmp_path / "all.idx", update=True)) == by_day


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "a", "text": STORY}])
    with pytest.raises(ConfigError, match="--update needs --index"):
        cleanse.run(source, tmp_path / "out", update=True)
    with pytest.raises(ConfigError, match=r"dedup\.enabled"):
        cleanse.run(source, tmp_path / "out", Config(dedup=Dedup(enabled=False)), index=tmp_path / "a.idx", update=True)
    with pytest.raises(UsageError, match="no such index"):
        cleanse.run(source, tmp_path / "out", index=tmp_path / "a.idx")
    assert not (tmp_path / "out").exists()


def test_a_run_that_goes_on_after_the_index_has_grown_is_judged_by_what_it_holds_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "seen.idx", tmp_path / "out"
    cleanse.Index(path).add([{"id": "old", "text": OTHER}])
    new = written(tmp_path / "new.jsonl", [{"id": "a", "text": STORY}, {"id": "b", "text": THIRD}])

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr("cleanse.write.results.write_results", interrupted)
        with pytest.raises(KeyboardInterrupt):
            cleanse.run(new, out, index=path)
    cleanse.Index(path).add([{"id": "seen", "text": STORY}])
    assert set(gone(cleanse.run(new, out, index=path))) == {"a"}


def test_a_run_that_is_killed_when_the_index_has_its_documents_adds_them_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "seen.idx", tmp_path / "out"
    new = written(tmp_path / "new.jsonl", [{"id": "a", "text": STORY}, {"id": "b", "text": THIRD}])

    def killed(self: Clock, stage: str, begin: Callable[[Clock, str], None] = Clock.begin) -> None:
        begin(self, stage)
        if not stage:
            raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr(Clock, "begin", killed)
        with pytest.raises(KeyboardInterrupt):
            cleanse.run(new, out, index=path, update=True)
    before = (out / "corpus.jsonl").read_bytes()
    again = cleanse.run(new, out, index=path, update=True)
    assert not gone(again)
    assert (out / "corpus.jsonl").read_bytes() == before
    assert not (out / ".cleanse-work").exists()
    info = cleanse.Index(path).info()
    assert (info["documents"], len(info["batches"])) == (2, 1)
    # and what comes later gets other numbers
    cleanse.Index(path).add([{"id": "c", "text": article("c", 12)}])
    with IndexFile(path) as file:
        assert file.rows("SELECT doc, id FROM documents ORDER BY doc") == [(0, "a"), (1, "b"), (2, "c")]


def test_a_run_that_starts_over_adds_its_documents_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = tmp_path / "seen.idx", tmp_path / "out"
    new = written(tmp_path / "new.jsonl", [{"id": "a", "text": STORY}, {"id": "b", "text": THIRD}])
    problems: list[BaseException] = [KeyboardInterrupt(), ValueError("damaged")]

    def failing(*args: Any) -> Any:
        if problems:
            raise problems.pop(0)
        return write_results(*args)

    monkeypatch.setattr("cleanse.write.results.write_results", failing)
    with pytest.raises(KeyboardInterrupt):
        cleanse.run(new, out, index=path, update=True)
    assert not gone(cleanse.run(new, out, index=path, update=True))
    info = cleanse.Index(path).info()
    assert (info["documents"], len(info["batches"])) == (2, 1)
    # and what comes later gets other numbers
    cleanse.Index(path).add([{"id": "c", "text": article("c", 12)}])
    with IndexFile(path) as file:
        assert file.rows("SELECT doc, id FROM documents ORDER BY doc") == [(0, "a"), (1, "b"), (2, "c")]
