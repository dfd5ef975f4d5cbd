"""What docs/deduplication.md promises for short texts, forms, tables, lists, code and poems."""

from __future__ import annotations

import random

import pytest
from tests.conftest import article

import cleanse
from cleanse.config import Config, Dedup


def gone(texts: list[str], **settings: object) -> dict[int, int]:
    config = Config(dedup=Dedup(**settings))  # type: ignore[arg-type]
    return {int(row["id"]): int(row["survivor"]) for row in cleanse.find_duplicates(texts, config).removed.to_pylist()}


def names(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices("abcdefghiklmnoprstuvw", k=7)) for _ in range(count)]


def test_texts_of_less_than_ten_words_go_only_when_they_are_the_same() -> None:
    nine = "The harbour was closed after the storm on Monday"
    assert gone([nine, nine.upper() + " !"]) == {1: 0} or gone([nine, nine.upper() + " !"]) == {0: 1}
    assert gone([nine, nine.replace("Monday", "Tuesday")]) == {}
    assert gone(["Yes.", "No.", "", "-- ?"]) == {}


def test_a_short_text_with_one_word_changed_goes_from_a_dozen_words_on() -> None:
    text = " ".join(names(14, 1))
    other = text.rsplit(" ", 1)[0] + " changed"
    assert len(gone([text, other])) == 1
    assert gone([text, other], profile="strict") == {}


def test_a_teaser_goes_for_its_article_and_a_story_stays_beside_its_digest() -> None:
    story = article("story", 30)
    digest = "\n\n".join([article("first", 30), story, article("third", 30), article("fourth", 30)])
    teaser = "\n\n".join(story.split("\n\n")[4:8])
    assert gone([digest, teaser]) == {1: 0}
    assert gone([digest, story]) == {}


@pytest.mark.parametrize(("forms", "removed"), [(2, 1), (60, 0)])
def test_a_form_with_other_fields_goes_unless_many_documents_use_the_form(forms: int, removed: int) -> None:
    labels = [" ".join(names(6, 100 + n)) for n in range(12)]
    texts = []
    for n in range(forms):
        fields = names(36, n)
        texts.append("\n".join(f"{label}: {' '.join(fields[3 * k : 3 * k + 3])}" for k, label in enumerate(labels)))
    assert len(gone(texts)) == removed
    assert gone(texts, profile="strict") == {}


def test_tables_with_the_same_heads_and_other_numbers_both_stay() -> None:
    heads = " | ".join(names(6, 1))
    rows = names(20, 2)

    def table(seed: int) -> str:
        chance = random.Random(seed)
        return "\n".join(
            [heads, *(f"{row} | " + " | ".join(str(chance.randrange(10**4)) for _ in range(5)) for row in rows)]
        )

    one = table(1)
    assert gone([one, table(2)]) == {}
    assert len(gone([one, one.replace(" | ", "\t")])) == 1
    assert len(gone([one, "\n".join(one.split("\n")[:-1])])) == 1


def test_a_list_in_another_order_goes_when_its_items_are_sentences() -> None:
    items = [" ".join(names(14, n)) for n in range(12)]
    short = [" ".join(names(3, n)) for n in range(40)]
    other, other_short = items[:], short[:]
    random.Random(1).shuffle(other)
    random.Random(1).shuffle(other_short)
    assert len(gone(["\n".join(items), "\n".join(other)])) == 1
    assert gone(["\n".join(items), "\n".join(other)], profile="strict") == {}
    assert gone(["\n".join(short), "\n".join(other_short)]) == {}


def test_code_goes_when_it_is_laid_out_anew_and_stays_when_only_its_licence_is_the_same() -> None:
    notice = "".join(f"# {line}\n" for line in article("licence", 5).split("\n\n"))

    def code(seed: int) -> str:
        calls = names(60, seed)
        return "".join(
            f"def {calls[k]}({calls[k + 1]}):\n    if {calls[k + 2]}:\n        return {calls[k + 3]}[{k}]\n"
            for k in range(0, 56, 4)
        )

    one = notice + code(1)
    assert len(gone([one, one.replace("    ", "\t").replace("(", " ( ")])) == 1
    assert gone([one, notice + code(2)]) == {}
    renamed = code(1)
    for name in names(60, 1)[::2]:
        renamed = renamed.replace(name, name[::-1])
    assert gone([code(1), renamed], profile="strict") == {}


def test_poems_that_share_a_refrain_both_stay_and_each_goes_for_a_copy() -> None:
    refrain = " ".join(names(8, 0))

    def poem(seed: int) -> str:
        return "\n\n".join(
            "\n".join([*(" ".join(names(6, 10 * seed + n)) for n in range(k, k + 3)), refrain]) for k in (0, 3, 6)
        )

    assert gone([poem(1), poem(2)]) == {}
    assert len(gone([poem(1), poem(2), poem(1).replace("\n\n", "\n * \n")])) == 1


@pytest.mark.large
def test_ten_thousand_copies_of_one_text_are_exact_duplicates_of_one() -> None:
    text = article("bomb", 10)
    removed = gone([text] * 10_000)
    assert len(removed) == 9_999
    assert len(set(removed.values())) == 1
