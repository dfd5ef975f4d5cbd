"""Spans against an alignment in plain Python."""

from __future__ import annotations

from random import Random

import numpy as np
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
