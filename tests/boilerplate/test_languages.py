"""Korean and Japanese pages of many site styles, hand-labelled: their text comes out, their noise does not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import cleanse
from cleanse.boilerplate.blocks import words_of

FIXTURES = Path(__file__).parents[2] / "fixtures"


def word_f1(wanted: str, got: str) -> float:
    want, have = Counter(words_of(wanted.lower())), Counter(words_of(got.lower()))
    return 2 * sum((want & have).values()) / max(sum(want.values()) + sum(have.values()), 1)


def scores(language: str, form: str, extractor: str = "best") -> dict[str, float]:
    found = {}
    for path in sorted((FIXTURES / language).glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        page = cleanse.strip(
            path.with_suffix(f".{form}").read_text(encoding="utf-8"), url=gold["url"], extractor=extractor
        )
        found[path.stem] = word_f1("\n".join(gold["kept"]), page.text)
    return found


@pytest.mark.parametrize("form", ["html", "txt"])
@pytest.mark.parametrize("language", ["korean", "japanese"])
def test_pages_of_a_language_are_read_as_english_ones(language: str, form: str) -> None:
    found = scores(language, form)
    assert len(found) >= 15
    assert sum(found.values()) / len(found) >= 0.95, sorted(found.items(), key=lambda item: item[1])[:5]
    assert min(found.values()) > 0.5
