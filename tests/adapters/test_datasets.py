"""Hugging Face datasets: rows are those of strip_all and find_duplicates, in one process or two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse.config import Config
from cleanse.config import Strip as StripSettings
from cleanse.errors import UsageError
from tests.adapters.pages import ALONE, pages, removed, stripped

if TYPE_CHECKING:
    from pathlib import Path

datasets = pytest.importorskip("datasets", reason="datasets is in the extra dev")

from cleanse.adapters.datasets import Confident, Strip, dedupe, mark_duplicates  # noqa: E402


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    datasets.disable_progress_bars()


def rows() -> Any:
    return datasets.Dataset.from_list([page | {"n": [n]} for n, page in enumerate(pages())])


@pytest.mark.parametrize("arrow", [True, False])
def test_map_strips_and_keeps_the_rest(arrow: bool) -> None:
    dataset = rows().with_format("arrow") if arrow else rows()
    mapped = dataset.map(Strip(), batched=True, batch_size=3).with_format(None)
    assert mapped.to_list() == [page | {"n": [n]} for n, page in enumerate(stripped())]
    assert mapped.features == rows().features


def test_html_becomes_a_column_text() -> None:
    pages_html = [page["text"] for page in pages() if page["text"].startswith("<")]
    mapped = datasets.Dataset.from_dict({"html": pages_html}).map(Strip(), batched=True)
    assert mapped["html"][:] == pages_html
    assert mapped["text"][:] == [cleanse.strip(page).text for page in pages_html]


def test_rows_that_are_no_documents_stay_and_have_no_text() -> None:
    dataset = datasets.Dataset.from_dict({"text": ["One line.", None, "Another."]})
    assert dataset.map(Strip(dropped=True), batched=True, batch_size=1)["text"][:] == ["One line.", None, "Another."]
    other = dataset.rename_column("text", "body").map(Strip(), batched=True, batch_size=1)
    assert other.to_dict() == {"body": ["One line.", None, "Another."]}
    assert dataset.filter(Confident(0.0), batched=True).num_rows == 2


def test_dropped_blocks_have_their_reasons() -> None:
    mapped = rows().map(Strip(dropped=True), batched=True)
    expected = [[(block.text, block.reason) for block in page.dropped] for page in cleanse.strip_all(pages(), ALONE)]
    assert [[(block["text"], block["reason"]) for block in found] for found in mapped["dropped"]] == expected


def test_two_processes_give_the_same() -> None:
    alone = rows().map(Strip(), batched=True)
    assert rows().map(Strip(), batched=True, batch_size=2, num_proc=2).to_list() == alone.to_list()


def test_the_fingerprint_is_that_of_the_settings() -> None:
    from datasets.fingerprint import Hasher

    other = Strip(Config(strip=StripSettings(favor="recall")))
    assert Hasher.hash(Strip()) == Hasher.hash(Strip()) != Hasher.hash(other)
    assert Hasher.hash(Confident(0.5)) == Hasher.hash(Confident(0.5)) != Hasher.hash(Confident(0.6))


@pytest.mark.parametrize("arrow", [True, False])
def test_filter_keeps_pages_with_a_text(arrow: bool) -> None:
    dataset = rows().with_format("arrow") if arrow else rows()
    kept = dataset.filter(Confident(0.5), batched=True).with_format(None)
    pages_stripped = zip(pages(), cleanse.strip_all(pages(), ALONE), strict=True)
    expected = [page["id"] for page, result in pages_stripped if result.text and result.confidence >= 0.5]
    assert kept["id"][:] == expected
    assert 0 < len(expected) < len(pages())


def test_dedupe_keeps_what_find_duplicates_keeps() -> None:
    dataset = datasets.Dataset.from_list(stripped())
    gone = removed(stripped())
    assert len(gone) == 3
    assert dedupe(dataset).to_list() == [page for page in stripped() if page["id"] not in gone]
    marked = mark_duplicates(dataset)
    assert {row["id"]: row["survivor"] for row in marked if row["survivor"]} == gone
    assert set(marked["reason"]) == {None, "exact_duplicate", "near_duplicate", "contained"} & set(marked["reason"])
    twice = dedupe(dedupe(dataset))
    assert twice.to_list() == dedupe(dataset).to_list()


def test_ids_may_be_missing_or_repeat_and_rows_may_be_shuffled() -> None:
    dataset = datasets.Dataset.from_list(stripped())
    for changed in (dataset.remove_columns("id"), dataset.map(lambda row: {"id": "same"}), dataset.shuffle(seed=3)):
        assert dedupe(changed).num_rows == len(pages()) - 3


def test_mistakes_are_named() -> None:
    with pytest.raises(UsageError, match="one split"):
        dedupe(datasets.DatasetDict({"train": rows()}))
    with pytest.raises(UsageError, match="batched=True"):
        rows().map(Strip())
