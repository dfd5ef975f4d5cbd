"""Corpora made to hurt deduplication get the verdicts that any corpus gets, in work that grows with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse.config import Config, Dedup, load_config
from cleanse.dedup import stages
from cleanse.write import results
from tests.hostile.corpora import CORPORA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from cleanse.result import Duplicates
    from cleanse.write.verdicts import Outcome


def found(name: str, count: int, **settings: Any) -> Duplicates:
    documents = ({"id": f"{k:05}", "text": text} for k, text in enumerate(CORPORA[name](count)))
    return cleanse.find_duplicates(documents, Config(dedup=Dedup(**settings)))


def removed(result: Duplicates) -> dict[str, str]:
    """Each removed document and its survivor."""
    rows = result.removed.to_pylist()
    return {row["id"]: row["survivor"] for row in rows}


@pytest.mark.parametrize("name", ["identical", "one cluster", "one short cluster"])
def test_all_of_one_cluster_go_for_one_survivor(name: str) -> None:
    gone = removed(found(name, 300))
    assert len(gone) == 299
    assert set(gone.values()).isdisjoint(gone)
    assert len(set(gone.values())) == 1


@pytest.mark.parametrize("name", ["unlike", "one template", "shared paragraph"])
def test_what_all_share_makes_no_duplicates(name: str) -> None:
    assert removed(found(name, 300)) == {}


def test_empty_documents_are_no_duplicates() -> None:
    result = found("empty", 3_000)
    assert removed(result) == {}
    assert len(result.matches) == 0


def test_a_chain_of_edits_is_not_removed_as_one() -> None:
    """Neighbours are alike and the ends are not: each removed document is beside a survivor that covers it."""
    texts = [text.split() for text in CORPORA["gradual edits"](400)]
    gone = removed(found("gradual edits", 400))
    assert gone
    for name, survivor in gone.items():
        assert survivor not in gone
        same = sum(x == y for x, y in zip(texts[int(name)], texts[int(survivor)], strict=True))
        assert same >= 100, (name, survivor, same)
    assert len(gone) < 399


def test_one_word_again_and_again_ends() -> None:
    gone = removed(found("one word", 1_000))
    assert set(gone.values()).isdisjoint(gone)


def test_the_same_sentences_in_another_order_have_a_survivor() -> None:
    gone = removed(found("shuffled", 100))
    assert set(gone.values()).isdisjoint(gone)


@pytest.mark.parametrize("name", ["one cluster", "shuffled", "one word", "one template"])
def test_each_document_is_compared_with_a_bounded_number_of_others(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many documents it shares however many bands with."""
    compared: list[tuple[int, int]] = []
    find_pairs = stages.find_pairs

    def counted(*arguments: Any) -> Iterator[pa.RecordBatch]:
        for batch in find_pairs(*arguments):
            compared.extend(zip(batch["a"].to_pylist(), batch["b"].to_pylist(), strict=True))
            yield batch

    monkeypatch.setattr(stages, "find_pairs", counted)
    removed(found(name, 300, band_members=4))
    assert len(compared) == len(set(compared))
    assert all(a < b for a, b in compared)
    assert max(Counter(b for _, b in compared).values(), default=0) <= 2 * 4


def test_empty_documents_are_written_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have no bytes to be counted by."""
    (tmp_path / "empty.jsonl").write_text("".join(f'{{"id": "{k}", "text": ""}}\n' for k in range(300)))
    together: list[int] = []
    outcome = results.outcome

    def counted(pages: pa.RecordBatch, *verdicts: pa.Table) -> Outcome:
        together.append(len(pages))
        return outcome(pages, *verdicts)

    monkeypatch.setattr(results, "outcome", counted)
    monkeypatch.setattr(results, "_BATCH_PAGES", 64)
    settings = load_config(pairs=["strip.enabled=false", "run.batch_documents=16"])
    result = cleanse.run(tmp_path / "empty.jsonl", tmp_path / "out", settings)
    assert result.manifest["counts"]["empty"] == sum(together) == 300
    assert max(together) == 64
