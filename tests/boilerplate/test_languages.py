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


#: Mean word F1 that may not be lost again. What is wrong: a forum whose posts stand below "6 comments", a news flash of
#: four lines among sixty, and in text lists of short items (recipes, options of a shop).
REACHED = {("korean", "html"): 0.949, ("korean", "txt"): 0.924, ("japanese", "html"): 0.95, ("japanese", "txt"): 0.935}


@pytest.mark.parametrize(("language", "form"), REACHED)
def test_korean_and_japanese_pages_come_out_as_labelled(language: str, form: str) -> None:
    found = scores(language, form)
    assert len(found) >= 15
    assert sum(found.values()) / len(found) >= REACHED[language, form], sorted(found.items(), key=lambda item: item[1])
    assert min(found.values()) > 0.4


@pytest.mark.parametrize("language", ["korean", "japanese"])
def test_the_fast_judge_is_hardly_worse(language: str) -> None:
    found = scores(language, "html", "fast")
    assert sum(found.values()) / len(found) >= REACHED[language, "html"] - 0.02
