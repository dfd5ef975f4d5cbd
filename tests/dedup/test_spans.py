"""Spans against an alignment in plain Python."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dedup import alignment

from cleanse.config import Dedup
from cleanse.dedup.align import align

NOTHING_COMMON = np.zeros(1, np.bool_)


def spans(a: list[int], b: list[int], words: int) -> list[alignment.Span]:
    hashes, offsets = np.array([*a, *b], np.uint32), np.cumsum([0, len(a), len(b)])
    found = align(np.array([0]), np.array([1]), hashes, offsets, NOTHING_COMMON, Dedup(shingle_words=words))
    columns = found.a_first, found.a_last, found.b_first, found.b_last, found.matched
    return [tuple(row) for row in np.stack(columns, axis=1).tolist()]


def documents(random: Random) -> tuple[list[int], list[int]]:
    """Words, some of them characters of an unspaced script, and parts of them in another order, edited."""
    vocabulary = random.sample(range(0, 10**6, random.choice([1, 2])), random.choice([12, 60, 500]))
    a = random.choices(vocabulary, k=random.randint(10, 90))
    if random.random() < 0.3:  # a part that a has twice
        a += a[random.randrange(len(a)) :][:30]
    b: list[int] = []
    for _ in range(random.randint(1, 4)):
        first = random.randrange(len(a))
        level = random.choice([0.0, 0.1, 0.3])
        for word in a[first : first + random.randint(5, 60)]:
            if random.random() >= level:
                b.append(word)
            else:
                b += random.choices(vocabulary, k=random.choice([0, 1, 1, 2, 15]))
        b += random.choices(vocabulary, k=random.choice([0, 0, 3, 14]))
    return a, b


@given(st.integers(0, 10**9), st.sampled_from([1, 2, 3]))
@settings(max_examples=200)
def test_spans_are_those_of_plain_python(seed: int, words: int) -> None:
    a, b = documents(Random(seed))
    assert spans(a, b, words) == alignment.spans(a, b, words)


def test_a_span_reaches_the_first_and_the_last_words() -> None:
    same = list(range(20))
    a = [100, 101, 7, *same, 8, 102, 103]
    for more in ([], [50, 51]):
        b = [*more, 100, 101, 70, *same, 80, 102, 103, *more]
        first = len(more)
        assert spans(a, b, 3) == [(0, 26, first, first + 26, 24)]
        assert spans(b, a, 3) == [(first, first + 26, 0, 26, 24)]


def test_the_longest_gap_of_a_span_is_matched() -> None:
    one, other, last = list(range(20)), list(range(100, 120)), list(range(200, 231))
    a, b = [*one, *last, 7, *other], [*one, 7, *last, *other]
    a[20:51:2] = range(300, 316)
    assert spans(a, b, 3) == [(0, 72, 0, 72, 55)]


def test_words_beyond_an_end_that_one_document_has_alone_are_passed_over() -> None:
    same, other = list(range(20)), list(range(60, 90))
    a = [*same, 30, 31, 32, 33, *other]
    b = [*same, 50, 30, 31, 51, 32, 33]
    assert spans(a, b, 3) == [(0, 24, 0, 26, 24)]
    assert spans(b, a, 3) == [(0, 26, 0, 24, 24)]


def test_words_that_a_longer_passage_has_between_two_runs_part_them() -> None:
    before, after, passage = list(range(0, 10, 2)), list(range(20, 42, 2)), list(range(100, 130, 2))
    a = [*before, *after, *range(200, 280, 2), *passage]
    b = [*before, after[0], *passage, *after]  # the first of the words after it belongs to both runs
    assert spans(a, b, 3) == [(56, 71, 6, 21, 15), (5, 16, 21, 32, 11)]
    assert spans(b, a, 3) == [(21, 32, 5, 16, 11), (6, 21, 56, 71, 15)]


@pytest.mark.parametrize(("pattern", "more"), [("-++-++-++-++", 12), ("--++-++-++-++", 10)])
@pytest.mark.parametrize("forwards", [True, False])
def test_twelve_words_beyond_an_end_are_looked_at(pattern: str, more: int, forwards: bool) -> None:
    chance = Random(1)
    same = chance.sample(range(10**6), 60)
    # no three words in a row match beyond the thirty
    a, b = ([*same[:30], *beyond(same[30:], pattern, chance)] for _ in range(2))
    if not forwards:
        a.reverse()
        b.reverse()
    matched = 30 + pattern[:more].count("+")
    start = 0 if forwards else len(a) - 30 - more
    assert spans(a, b, 3) == [(start, start + 30 + more, start, start + 30 + more, matched)]


def beyond(same: list[int], pattern: str, chance: Random) -> list[int]:
    others = chance.sample(range(10**6, 2 * 10**6), len(pattern) + 20)
    mixed = [word if sign == "+" else other for word, other, sign in zip(same, others, pattern, strict=False)]
    return mixed + others[len(pattern) :]
