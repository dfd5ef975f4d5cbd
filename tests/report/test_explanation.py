"""explain: what became of one document, for a removed one, a kept one, an unknown one, and on a terminal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

import cleanse
from cleanse.errors import InputNotFound, UsageError
from cleanse.report import explain, explain_text
from tests.conftest import article

from .examples import FOX, HERON, STORK

if TYPE_CHECKING:
    from pathlib import Path


def test_a_removed_document_names_its_survivor_and_shows_both_texts(small: Path) -> None:
    facts = explain(small, "b/two")
    assert (facts["status"], facts["reason"]) == ("removed", "near_duplicate")
    assert facts["survivor"] == {"id": "a/one", "source": "alpha.example", "url": "", "title": "Foxes"}
    assert facts["cluster"]["survivor"] == "a/one"
    assert [member["id"] for member in facts["cluster"]["members"]] == ["a/one", "b/two"]
    assert {row["reason"] for row in facts["dropped"]} == {"share", "near_duplicate"}
    fox, stork = facts["matches"]
    assert (fox["text"], fox["other_text"]) == (FOX.replace("lazy", "sleepy"), FOX)
    assert (stork["other"], stork["ranks_first"], stork["text"]) == ("a/one", False, STORK)


def test_a_kept_document_lists_its_cut_passage(small: Path) -> None:
    facts = explain(small, "c/three")
    assert (facts["status"], facts["reason"], facts["survivor"], facts["cluster"]) == ("kept", None, None, None)
    passage = next(row for row in facts["dropped"] if row["level"] == "passage")
    assert (passage["survivor"], passage["text"]) == ("a/one", STORK)
    (match,) = facts["matches"]
    assert match["text"] == match["other_text"] == STORK
    assert json.loads(json.dumps(facts)) == facts
    assert [(row["text"], row["reason"]) for row in facts["blocks"]] == [
        (HERON, None),
        (STORK, "shared_passage"),
        ("Subscribe now", "newsletter"),
    ]


def test_the_blocks_of_a_removed_document_carry_its_reason(small: Path) -> None:
    blocks = explain(small, "b/two")["blocks"]
    assert [(row["reason"], row["level"]) for row in blocks] == [
        ("share", "block"),
        ("near_duplicate", "document"),
        ("near_duplicate", "document"),
    ]
    assert blocks[2]["text"] == STORK
    assert blocks[2]["survivor"] == "a/one"


def test_a_passage_is_shown_whole_with_its_differences(small: Path) -> None:
    facts = explain(small, "b/two", passage=1)
    assert facts["passage"]["number"] == 1
    assert facts["passage"]["text"] == FOX.replace("lazy", "sleepy")
    text = explain_text(facts)
    assert "[-sleepy-]" in text
    assert "{+lazy+}" in text
    assert STORK not in text
    for number in (0, 3, -1):
        with pytest.raises(UsageError, match="has 2 matches; --passage takes 1 to 2"):
            explain(small, "b/two", passage=number)
    with pytest.raises(UsageError, match="takes nothing"):
        explain(small, "d/four", passage=1)


def test_a_passage_of_a_book_is_cut_and_says_so(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanse.report.explanation.WHOLE", 20)
    facts = explain(small, "b/two", passage=1)
    assert facts["passage"]["truncated"]
    assert facts["passage"]["text"] == FOX[:20]
    assert "longer than 20 characters" in explain_text(facts)


def test_an_empty_document_is_known(small: Path) -> None:
    assert explain(small, "e/five")["status"] == "empty"
    assert "nothing was left" in explain_text(explain(small, "e/five"))


def test_an_unknown_id_names_the_nearest(small: Path) -> None:
    with pytest.raises(UsageError, match=r"no document 'b/twoo'; nearest: b/two"):
        explain(small, "b/twoo")
    with pytest.raises(InputNotFound):
        explain(small / "nowhere", "a/one")


def test_the_text_says_the_essentials(small: Path) -> None:
    text = explain_text(explain(small, "b/two"))
    assert "removed: near duplicate; its text survives in a/one" in text
    assert "* b/two" in text
    assert "[0:10] block, share" in text
    assert "went with the document" in text
    assert "  1. [" in text
    assert f"| {FOX.replace('lazy', 'sleepy')}" in text
    assert f"= {FOX}" in text


def test_what_of_a_removed_document_its_survivor_has_not_is_told(tmp_path: Path) -> None:
    story, news = article("story", 20), "At noon the minister has resigned."
    (tmp_path / "long.txt").write_text(story)
    (tmp_path / "short.txt").write_text(f"{story[: len(story) // 2]}.\n\n{news}")
    cleanse.run(tmp_path, tmp_path / "out")
    facts = explain(tmp_path / "out", "short.txt")
    assert facts["survivor"]["id"] == "long.txt"
    (left,) = facts["unmatched"]
    assert left["text"].strip(". \n") == news.strip(".")
    text = explain_text(facts)
    assert "most of its text survives in long.txt" in text
    assert "In no match with long.txt" in text
    assert explain(tmp_path / "out", "long.txt")["unmatched"] == []


def test_nothing_acts_on_the_terminal(hostile: Path) -> None:
    import pyarrow.parquet as pq

    for name in set(pq.read_table(hostile / "kept.parquet")["id"].to_pylist()):
        facts = explain(hostile, name, passage=1)
        text = explain_text(facts) + explain_text(facts | {"passage": None})
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
        assert max(map(len, text.splitlines())) < 500
