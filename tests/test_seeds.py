"""What must come out of the five scraped pages in seeds/: the demo run, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cleanse

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.result import Result


@pytest.fixture(scope="module")
def result(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return cleanse.run(seeds, tmp_path_factory.mktemp("out"))


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def seed(seeds: Path, number: str) -> tuple[str, list[str]]:
    (path,) = seeds.glob(f"{number}_*.txt")
    return path.name, lines(path.read_text(encoding="utf-8"))


def kept(result: Result, doc_id: str) -> list[str]:
    texts = dict(zip(result.corpus["id"].to_pylist(), result.corpus["text"].to_pylist(), strict=True))
    return lines(texts[doc_id])


def dropped(result: Result, doc_id: str) -> list[tuple[str, str]]:
    rows = result.dropped.to_pylist()
    return [(row["text"], row["reason"]) for row in rows if row["id"] == doc_id]


def test_the_corpus_holds_five_documents_and_no_duplicate_is_reported(result: Result) -> None:
    assert result.corpus.num_rows == 5
    assert result.matches.num_rows == 0
    assert result.clusters.num_rows == 0


def test_000_loses_its_dated_titles_as_related_links(result: Result, seeds: Path) -> None:
    name, page = seed(seeds, "000")
    assert kept(result, name) == page[:-3]
    assert dropped(result, name) == [(line, "related_links") for line in page[-3:]]


def test_001_is_kept_whole(result: Result, seeds: Path) -> None:
    name, page = seed(seeds, "001")
    assert kept(result, name) == page
    assert dropped(result, name) == []


def test_002_loses_its_credit_line(result: Result, seeds: Path) -> None:
    name, page = seed(seeds, "002")
    assert kept(result, name) == page[:-1]
    assert [text for text, _ in dropped(result, name)] == ["Credit : Reuters"]


def test_003_keeps_title_caption_and_article(result: Result, seeds: Path) -> None:
    name, page = seed(seeds, "003")
    first = next(n for n, line in enumerate(page) if line.startswith("Recent analysis suggests"))
    last = next(n for n, line in enumerate(page) if line.endswith("approximately 1.2 million active-duty personnel."))
    assert kept(result, name) == [page[1], page[3], *page[first : last + 1]]


def test_003_drops_each_noise_with_its_reason(result: Result, seeds: Path) -> None:
    name, page = seed(seeds, "003")
    reasons = dict(dropped(result, name))
    assert reasons[page[0]] == "navigation"
    assert reasons["Daniel Kim Views"] in ("byline", "metadata")
    assert reasons[page[4]] == "duplicate_in_document"
    assert reasons["Daniel Kim"] == reasons["content@viewusglobal.com"] == "byline"
    assert reasons["Comments0"] == reasons["300"] == "comments"
    start = page.index("[LATEST] Latest Stories")
    counted = dropped(result, name)
    lists = counted[next(n for n, (text, _) in enumerate(counted) if text == page[start]) :]
    assert [text for text, _ in lists] == page[start:]
    assert {reason for _, reason in lists} == {"related_links"}


def test_004_loses_names_and_comments(result: Result, seeds: Path) -> None:
    name, page = seed(seeds, "004")
    start = page.index("4 Comments")
    assert kept(result, name) == page[:start]
    assert dropped(result, name) == [(line, "comments") for line in page[start:]]
