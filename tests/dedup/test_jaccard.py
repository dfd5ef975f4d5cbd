"""Jaccard against sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.dedup.shingling import shingle_hashes

from cleanse.dedup.jaccard import shared_shingles

documents = st.lists(st.lists(st.integers(0, 6), max_size=30), min_size=2, max_size=6)


@given(documents, st.integers(1, 5), st.randoms(use_true_random=False))
def test_counts_are_those_of_sets(texts: list[list[int]], words: int, random: object) -> None:
    hashes = np.array([word * 2_654_435_761 % 2**32 for text in texts for word in text], np.uint32)
    offsets = np.cumsum([0] + [len(text) for text in texts])
    pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts)) if a != b]
    pairs = random.sample(pairs, random.randint(1, len(pairs)))  # type: ignore[attr-defined]
    a, b = (np.array(column) for column in zip(*pairs, strict=True))
    sets = [set(shingle_hashes(hashes[offsets[d] : offsets[d + 1]], words).tolist()) for d in range(len(texts))]
    found = zip(*(column.tolist() for column in shared_shingles(a, b, hashes, offsets, words)), strict=True)
    assert list(found) == [(len(sets[x]), len(sets[y]), len(sets[x] & sets[y])) for x, y in pairs]
