"""Results show themselves: one line in a console, a card in a notebook, and nothing of a name is interpreted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html

import cleanse
from tests.conftest import article


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cleanse.Result:
    folder = tmp_path_factory.mktemp("a<b>c")
    rows = [{"id": name, "text": article(name[0], 20)} for name in ("a", "ab", "c")]
    (folder / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return cleanse.run(folder / "pages.jsonl", folder / "out")


def test_a_result_says_what_became_of_its_documents(result: cleanse.Result) -> None:
    assert repr(result).endswith("out: 2 of 3 documents and 67% of the words kept, 1 removed as duplicates>")
    tree = html.fromstring(result._repr_html_())
    text = " ".join("".join(tree.itertext()).split())
    assert "2 of 3 documents kept" in text
    assert str(result.folder) in text
    assert not tree.xpath("//script | //b")
    assert [rect.get("width") for rect in tree.xpath("//rect[@x]")] == ["100.0", "0.0", "33.333", "66.667"]


def test_duplicates_say_how_many_and_under_which_thresholds() -> None:
    found = cleanse.find_duplicates([article("a", 20), article("a", 20), article("b", 20)])
    assert repr(found) == "<Duplicates: 1 of 3 documents removed, matches: 1; coverage 0.75, similarity 0.55>"
    assert "coverage 0.9" in repr(found.at(0.9))
    text = " ".join(html.fromstring(found._repr_html_()).itertext()).split()
    assert " ".join(text).startswith("1 of 3 documents are duplicates exact 1 33.3 %")


def test_duplicates_of_nothing_have_a_card() -> None:
    found = cleanse.find_duplicates([article("a", 20), article("b", 20)])
    assert "0 of 2 documents are duplicates" in found._repr_html_()
    assert found.at(0.5).removed.num_rows == 0


def test_a_result_answers_for_one_passage(result: cleanse.Result) -> None:
    facts = result.explain("ab", passage=1)
    assert facts["passage"]["other"] == "a"
    assert facts["passage"]["text"] == facts["passage"]["other_text"]


def test_a_result_at_other_thresholds_keeps_exact_copies(result: cleanse.Result) -> None:
    assert result.at(1.0, 1.0).removed["id"].to_pylist() == ["ab"]
    assert isinstance(result.folder, Path)
