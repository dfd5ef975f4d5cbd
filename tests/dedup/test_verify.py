"""What is said of a pair: places in the texts, words, and shares, counted by hand or on sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from cleanse.config import Dedup
from cleanse.dedup import verify
from cleanse.dedup.candidates import PAIR
from cleanse.dedup.tokens import tokenise
from cleanse.dedup.verify import compare, parts, spans

SHARED = np.zeros(1, np.bool_)  # no shingle is common
FIRST, SECOND, THIRD = (
    " ".join(f"{name}{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40)) for name in ("one", "second", "tri")
)


def said(pairs: list[tuple[int, int]], texts: list[str], settings: Dedup) -> list[dict[str, Any]]:
    tokens = tokenise(pa.array(texts, pa.large_string()), plain=settings.profile == "classic")
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    return compare(a, b, tokens, None if settings.profile == "classic" else SHARED, settings).to_pylist()


def words_of(row: dict[str, Any], texts: list[str]) -> list[str]:
    assert all(row[f"{side}_end"] <= len(texts[row[side]]) for side in "ab")
    return [texts[row[side]][row[f"{side}_start"] : row[f"{side}_end"]] for side in "ab"]


def test_a_span_has_its_places_and_words_and_the_shares_of_its_documents() -> None:
    shorter = SECOND.replace("secondau ", "")
    texts = ["Another text.", f"{FIRST}. {SECOND}!", "", f"Before it: {shorter}. {THIRD}"]
    (row,) = said([(0, 1), (1, 3), (2, 3)], texts, Dedup())
    assert words_of(row, texts) == [SECOND, shorter]
    assert {name: row[name] for name in ("a", "b", "words", "a_words", "b_words", "matched", "informative")} == {
        "a": 1, "b": 3, "words": 39, "a_words": 40, "b_words": 39, "matched": 39, "informative": 39,
    }  # fmt: skip
    assert row["span_similarity"] == 1.0
    assert (row["coverage_a"], row["coverage_b"]) == (40 / 80, 39 / 81)
    assert (row["survival_a"], row["survival_b"]) == (39 / 80, 39 / 81)
    assert row["similarity"] == 39 / 40


def test_what_is_said_of_a_pair_stands_in_each_of_its_spans() -> None:
    texts = [FIRST, f"{FIRST} {THIRD} {SECOND}", f"{SECOND} {FIRST.replace('oneap', 'changed')}"]
    (whole, *moved) = said([(0, 1), (1, 2)], texts, Dedup())
    assert words_of(whole, texts) == [FIRST, FIRST]
    assert [words_of(row, texts) for row in moved] == [[SECOND, SECOND], [FIRST, texts[2][len(SECOND) + 1 :]]]
    assert [(row["a_words"], row["matched"], row["span_similarity"]) for row in moved] == [
        (40, 40, 1.0),
        (40, 39, 39 / 40),
    ]
    for row in moved:
        assert (row["coverage_a"], row["coverage_b"], row["similarity"]) == (80 / 120, 1.0, 79 / 80)
        assert (row["survival_a"], row["survival_b"]) == (79 / 120, 79 / 80)
    in_order = said([(1, 2)], texts, Dedup(in_order=True))
    assert [(row["survival_a"], row["survival_b"]) for row in in_order] == [(40 / 120, 40 / 80)] * 2


def test_classic_counts_sets_of_shingles_and_says_nothing_of_words() -> None:
    texts = ["none", f"{FIRST} {SECOND}", f"-- {FIRST} {SECOND} {FIRST} in the end.", THIRD, f"{THIRD} {FIRST}"]
    settings = Dedup(profile="classic", similarity=0.75)
    (row,) = said([(0, 1), (1, 2), (2, 3), (3, 4)], texts, settings)
    sets = [{tuple(text.split()[k : k + 5]) for k in range(len(text.split()) - 4)} for text in (texts[1], texts[2][3:])]
    both = len(sets[0] & sets[1])
    assert words_of(row, texts) == [texts[1], texts[2][3:-1]]
    assert (row["words"], row["a_words"], row["b_words"], row["matched"], row["informative"]) == (80, 80, 123, 0, 0)
    assert row["similarity"] == row["span_similarity"] == both / len(sets[0] | sets[1])
    assert (row["coverage_a"], row["coverage_b"]) == (both / len(sets[0]), both / len(sets[1]))
    assert row["survival_a"] == row["survival_b"] == 0.0
    assert said([(1, 2)], texts, Dedup(profile="classic", similarity=row["similarity"])) == [row]
    assert said([(1, 2)], texts, Dedup(profile="classic", similarity=row["similarity"] + 1e-9)) == []
    assert said([(0, 2)], texts, settings) == []
    (row,) = said([(0, 1)], ["so " * 5, "so " * 6], settings)
    assert (row["similarity"], row["coverage_a"], row["coverage_b"]) == (1.0, 1.0, 1.0)


def test_documents_without_words_have_nothing_in_common() -> None:
    for profile in ("balanced", "classic"):
        assert said([(0, 1), (1, 2)], ["", "...", FIRST], Dedup(profile=profile)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("threads", [1, 3])
def test_spans_come_in_the_order_of_their_pairs_a_bounded_part_at_a_time(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_COMPARED_PAIRS", 3)
    monkeypatch.setattr(verify, "_COMPARED_WORDS", 200)
    texts = [FIRST] * 6 + [f"{FIRST} {SECOND} {THIRD}"] * 2
    tokens = tokenise(pa.array(texts, pa.large_string()))
    pairs = [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (1, 2), (1, 3), (1, 6), (6, 7), (2, 3)]
    batches = [
        pa.record_batch([pa.array(side, pa.int64()) for side in zip(*some, strict=True)], schema=PAIR)
        for some in (pairs[:4], pairs[4:])
    ]
    portions = [list(zip(a.tolist(), b.tolist(), strict=True)) for a, b in parts(iter(batches), tokens)]
    assert portions == [pairs[:2], pairs[2:4], pairs[4:6], pairs[6:7], pairs[7:8], pairs[8:9], pairs[9:]]
    monkeypatch.setattr(verify, "_COMPARED_WORDS", 2**22)
    assert [len(a) for a, _ in parts(iter(batches), tokens)] == [3, 1, 3, 3]
    found = [row for batch in spans(iter(batches), tokens, SHARED, Dedup(), threads) for row in batch.to_pylist()]
    assert [(row["a"], row["b"]) for row in found] == pairs
