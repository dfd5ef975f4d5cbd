"""Shingles and informative words against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dedup.shingling import shingle_hashes

from cleanse.dedup.shingles import count_shingles, informative
from cleanse.dedup.tokens import Tokens

words = st.lists(st.integers(0, 2**32 - 1), max_size=30)


def hash_of(shingle: list[int]) -> int:
    """The hash that signatures of an earlier run are made of, too: a polynomial, mixed."""
    state = 0
    for word in shingle:
        state = (state * 0x9E3779B97F4A7C15 + word) % 2**64
    state = ((state ^ (state >> 32)) * 0xFF51AFD7ED558CCD) % 2**64
    return (state ^ (state >> 29)) % 2**64 >> 32


@given(words, st.integers(1, 6))
def test_a_hash_is_that_of_the_words_in_their_order(document: list[int], width: int) -> None:
    shingles = [document[k : k + width] for k in range(max(len(document) - width, 0) + 1)] if document else []
    assert shingle_hashes(np.array(document, np.uint32), width).tolist() == [hash_of(shingle) for shingle in shingles]


@given(
    st.lists(st.integers(0, 7), min_size=1, max_size=60),
    st.integers(1, 4),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_words_of_a_shingle_that_is_not_common_inform(shingles: list[int], width: int, table: list[bool]) -> None:
    told = {k + w for k, shingle in enumerate(shingles) if not table[shingle] for w in range(width)}
    size = len(shingles) + width - 1
    few = len(told) < 10 or 10 * len(told) < size
    # of a hash the low bits count
    hashes = np.array([8 * k + shingle for k, shingle in enumerate(shingles)], np.uint32)
    informs = np.ones(size, np.bool_)
    assert informative(hashes, len(hashes), np.array(table), informs) == (size if few else len(told), few)
    assert set(np.flatnonzero(informs).tolist()) == (set(range(size)) if few else told)


@pytest.mark.parametrize(
    ("size", "told", "enough"), [(99, 10, True), (99, 9, False), (100, 10, True), (101, 10, False)]
)
def test_a_document_with_few_informative_words_uses_all(size: int, told: int, enough: bool) -> None:
    shingles = np.array([1] * told + [0] * (size - told), np.uint32)
    informs = np.zeros(size, np.bool_)
    assert informative(shingles, size, np.array([True, False]), informs) == ((told, False) if enough else (size, True))
    assert informs.sum() == (told if enough else size)


@given(st.lists(st.lists(st.integers(0, 6), max_size=40), max_size=4), st.integers(1, 4), st.sampled_from([2, 8, 1024]))
def test_a_document_counts_once_at_each_counter_of_its_shingles(
    documents: list[list[int]], width: int, counters: int
) -> None:
    counts, nowhere = np.ones(counters, np.uint32), np.empty(0, np.uint32)  # one of the documents before
    hashes = [np.array(document, np.uint32) for document in documents]
    offsets = np.cumsum([0] + [len(document) for document in documents])
    every = np.concatenate([nowhere, *hashes])
    tokens = Tokens(hashes=every, starts=nowhere, ends=nowhere, offsets=offsets)
    count_shingles(tokens, width, counts)
    met = [{shingle % counters for shingle in shingle_hashes(one, width).tolist()} for one in hashes]
    assert counts.tolist() == [1 + sum(counter in one for one in met) for counter in range(counters)]
