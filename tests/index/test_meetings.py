"""Which documents meet in an index, against the rule written out over sets."""

from __future__ import annotations

import tempfile
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanse.config import Dedup
from cleanse.dedup.bandstore import sketch_width
from cleanse.index.file import IndexFile
from cleanse.index.keys import Keyed
from cleanse.index.likeness import add_sketches
from cleanse.index.meetings import meetings
from cleanse.index.segments import add_segment, entries_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The keys of each document, in the order in which they come.
CORPUS = st.lists(st.sets(st.integers(0, 6) | st.sampled_from([2**40 - 1, 2**39]), max_size=5), max_size=24)


def met(
    corpus: list[set[int]], batches: list[int], rules: Dedup, sketches: NDArray[np.uint8] | None = None
) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    alike = np.ones((len(corpus), sketch_width(rules)), np.uint8) if sketches is None else sketches
    words = np.full(len(corpus), 300)
    with tempfile.TemporaryDirectory() as work, IndexFile(Path(work) / "a.idx", rules, write=True) as file:
        for first, last in pairwise(batches):
            rows = [(doc, key) for doc in range(first, last) for key in sorted(corpus[doc])]
            docs = np.array([doc for doc, _ in rows], np.int64)
            keys = np.array([key for _, key in rows], np.uint64)
            keyed = Keyed(docs - first, keys, alike[first:last], words[first:last])
            a, b = meetings(file, keyed, Path(work), lambda: None)
            found |= set(zip(a.tolist(), b.tolist(), strict=True))
            if last > first:
                add_segment(file, first, last - first, entries_of(docs - first, keys), rules.band_members)
                add_sketches(file, first, keyed.sketches)
                rows = pa.table({"doc": np.arange(first, last), "words": words[first:last]})
                file.insert("INSERT INTO documents (doc, words) SELECT * FROM given", rows)
            file.documents = last
    return found


def slow(corpus: list[set[int]], rare: int, hits: int) -> set[tuple[int, int]]:
    found = set()
    for b, keys in enumerate(corpus):
        before = {key: [a for a in range(b) if key in corpus[a]] for key in keys}
        for a in range(b):
            worth = sum(2 if len(before[key]) <= rare else 1 for key in keys if a in before[key])
            if worth >= 2 * hits:
                found.add((a, b))
    return found


@settings(max_examples=25)
@given(CORPUS, st.integers(1, 2), st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_documents_meet_by_one_rare_key_or_two_others_in_any_batches(
    corpus: list[set[int]], hits: int, sizes: list[int]
) -> None:
    expected = slow(corpus, rare=8, hits=hits)
    cut = [size for size in accumulate(sizes) if size < len(corpus)]
    for batches in ([0, len(corpus)], [0, *cut, len(corpus)]):
        assert met(corpus, batches, Dedup(band_members=60, band_hits=hits)) == expected


@pytest.mark.parametrize("profile", ["balanced", "strict", "classic"])
def test_one_key_that_many_have_is_enough_in_the_classic_profile_alone(profile: Any) -> None:
    corpus = [{1} for _ in range(12)]
    pairs = met(corpus, [0, 3, 12], Dedup(profile=profile, band_members=60))
    many = (10, 11) in pairs
    assert many == (profile == "classic")
    assert (0, 4) in pairs


@settings(max_examples=25)
@given(CORPUS, st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_few_members_of_a_key_change_nothing_between_batches(corpus: list[set[int]], sizes: list[int]) -> None:
    rules = Dedup(band_members=2)
    cut = [size for size in accumulate(sizes) if size < len(corpus)]
    assert met(corpus, [0, *cut, len(corpus)], rules) == met(corpus, [0, len(corpus)], rules)


def test_documents_that_hardly_met_are_compared_when_their_sketches_are_alike() -> None:
    rules = Dedup()
    draw = np.random.default_rng(3)
    sketches = draw.integers(0, 256, (4, sketch_width(rules))).astype(np.uint8)
    sketches[3, :40] = sketches[0, :40]
    corpus = [{1}, {2, 3}, {4}, {1, 2, 3, 4}]
    for batches in ([0, 4], [0, 2, 4], [0, 1, 2, 3, 4]):
        # 0 by its sketch, 1 by two rare keys; 2 has neither
        assert met(corpus, batches, rules, sketches) == {(0, 3), (1, 3)}
