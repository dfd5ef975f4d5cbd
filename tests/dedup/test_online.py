"""Online, the verdicts are those of find_duplicates on what came so far, and memory stays within its bound."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from tests.conftest import article

import cleanse
from cleanse.config import Config, Dedup
from cleanse.dedup.online import Duplicate, OnlineDuplicates

if TYPE_CHECKING:
    from collections.abc import Iterable


def verdicts(texts: Iterable[str], settings: Dedup | None = None, memory: int = 2**26) -> dict[str, Duplicate]:
    with OnlineDuplicates(settings, memory=memory) as online:
        found = {str(n): online.add(str(n), text) for n, text in enumerate(texts)}
    return {name: duplicate for name, duplicate in found.items() if duplicate}


def corpus(seed: int, size: int) -> list[str]:
    """Texts of random words, edited copies, exact ones and truncated ones of any earlier text."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(2, 9))) for _ in range(3000)]
    texts = [" ".join(chance.choices(words, k=200))]
    while len(texts) < size:
        kind, earlier = chance.random(), chance.choice(texts).split()
        if kind < 0.25:
            for _ in range(len(earlier) // 8):
                earlier[chance.randrange(len(earlier))] = chance.choice(words)
        elif kind < 0.35:
            earlier = earlier[: len(earlier) * 2 // 3]
        elif kind > 0.4:
            earlier = chance.choices(words, k=chance.randint(5, 500))
        texts.append(" ".join(earlier))
    return texts


@pytest.mark.large
@pytest.mark.parametrize("profile", ["balanced", "strict", "classic"])
def test_verdicts_are_those_of_find_duplicates(profile: str) -> None:
    texts = corpus(7, 100)
    settings = Dedup(profile=profile, survivor="first")
    removed = cleanse.find_duplicates(texts, Config(dedup=settings)).removed.to_pylist()
    expected = {row["id"]: (row["survivor"], row["kind"], round(row["similarity"], 5)) for row in removed}
    found = verdicts(texts, settings)
    assert {name: (f.survivor, f.kind, round(f.similarity, 5)) for name, f in found.items()} == expected
    assert len(expected) > 5


def test_texts_without_words_are_no_duplicates() -> None:
    assert verdicts(["", "...", "", "..."]) == {}
    assert verdicts(["one two", "One, two!"]) == {"1": Duplicate("0", "exact", 1.0, 1.0)}


def test_a_text_that_a_later_one_contains_has_gone_out() -> None:
    assert verdicts([article("a", 10), article("a", 10) + " " + article("b", 5)]) == {}


def test_memory_is_bounded_and_the_oldest_are_forgotten() -> None:
    limit = 2**17
    with OnlineDuplicates(memory=limit) as online:
        for n in range(100):
            assert online.add(str(n), article(f"x{chr(97 + n // 26)}{chr(97 + n % 26)}", 20)) is None
            count, size = online.remembered
            assert size <= limit
        assert 5 < count < 100
        assert size > limit / 2
        assert online.add("again", article("xdv", 20)) == Duplicate("99", "exact", 1.0, 1.0)
        assert online.add("again", article("xaa", 20)) is None


def test_what_is_used_is_not_forgotten() -> None:
    with OnlineDuplicates(memory=2**17) as online:
        online.add("first", article("first", 20))
        for n in range(100):
            online.add(str(n), article(f"x{chr(97 + n // 26)}{chr(97 + n % 26)}", 20))
            if n % 6 == 0:
                edited = article("first", 20).replace("firstab", f"word{n}")
                duplicate = online.add("copy", edited)
                assert duplicate
                assert (duplicate.survivor, duplicate.kind) == ("first", "near")


def test_a_text_larger_than_the_memory_is_remembered_until_the_next() -> None:
    with OnlineDuplicates(memory=2**12) as online:
        online.add("large", article("a", 26))
        assert online.add("copy", article("a", 26)) is not None
        online.add("other", article("b", 26))
        assert online.remembered[0] == 1
        assert online.add("copy", article("b", 26)) is not None
