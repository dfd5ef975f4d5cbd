"""Alignment: what is found, what is not, and what can never be."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conftest import plain
from tests.dedup import alignment
from tests.hostile.limits import python

from cleanse.config import Dedup
from cleanse.dedup import spans as module
from cleanse.dedup.align import Spans, align
from cleanse.dedup.tokens import tokenise

NOTHING_COMMON = np.zeros(1, np.bool_)


def words(number: int, seed: int, vocabulary: int = 5000) -> list[str]:
    source = random.Random(seed)
    return [f"w{source.randrange(vocabulary)}" for _ in range(number)]


def edited(text: list[str], level: float, seed: int) -> list[str]:
    """Words replaced, deleted and inserted as eval/make_neardup.py does."""
    source, found = random.Random(seed), []
    for word in text:
        new = f"n{source.randrange(10**6)}"
        if source.random() >= level:
            found.append(word)
        else:
            found += source.choice([[new], [new], [], [word, new]])
    return found


def aligned(*documents: list[str] | str, common: np.ndarray = NOTHING_COMMON) -> Spans:  # type: ignore[type-arg]
    """The first document with each of the others."""
    texts = [text if isinstance(text, str) else " ".join(text) for text in documents]
    tokens = tokenise(pa.array(texts, pa.large_string()))
    a = np.zeros(len(texts) - 1, np.int64)
    return align(a, np.arange(1, len(texts)), tokens.hashes, tokens.offsets, common, Dedup())


def places(spans: Spans) -> list[tuple[int, int, int, int, int]]:
    columns = spans.a_first, spans.a_last, spans.b_first, spans.b_last, spans.matched
    return [tuple(row) for row in np.stack(columns, axis=1).tolist()]


def test_a_pasted_passage_is_found_exactly() -> None:
    passage = words(60, 1)
    a = words(200, 2) + passage + words(100, 3)
    b = words(50, 4) + passage + words(300, 5)
    assert places(aligned(a, b)) == [(200, 260, 50, 110, 60)]


def test_ten_words_are_a_span_and_nine_are_not() -> None:
    passage = words(10, 1)
    assert len(aligned(words(100, 2) + passage, passage + words(100, 3)).pair) == 1
    assert len(aligned(words(100, 2) + passage[1:], passage[1:] + words(100, 3)).pair) == 0


def test_equal_documents_are_covered_and_alike() -> None:
    found = aligned(words(500, 1), words(500, 1))
    assert places(found) == [(0, 500, 0, 500, 500)]
    assert found.coverage.tolist() == [[1.0, 1.0]]
    assert found.similarity.tolist() == [1.0]


@pytest.mark.parametrize(("level", "coverage", "similarity"), [(0.05, 0.98, 0.9), (0.2, 0.97, 0.72), (0.4, 0.7, 0.55)])
def test_edited_documents_are_found(level: float, coverage: float, similarity: float) -> None:
    for seed in range(20):
        text = words(400, seed)
        found = aligned(text, edited(text, level, seed))
        assert found.coverage.min() >= coverage
        assert found.similarity[0] >= similarity


def test_moved_parts_are_found_in_both_documents() -> None:
    one, two, three = words(80, 1), words(80, 2), words(80, 3)
    found = aligned(one + two + three, three + one + two)
    assert places(found) == [(160, 240, 0, 80, 80), (0, 160, 80, 240, 160)]
    assert found.matched_words.tolist() == [240]
    assert found.ordered_words.tolist() == [160]


def test_unrelated_texts_share_nothing() -> None:
    assert len(aligned(*[words(2000, seed, vocabulary=300) for seed in range(10)]).pair) <= 1
    assert len(aligned(*[words(2000, seed) for seed in range(10)]).pair) == 0


def test_pairs_do_not_change_one_another() -> None:
    text = words(300, 1)
    others = [edited(text, 0.2, 7), words(100, 8), text[100:200] + words(20, 9), text * 3, ["w1"], []]
    together = aligned(text, *others)
    rows = places(together)
    for k, other in enumerate(others):
        alone = aligned(text, other)
        assert [row for row, pair in zip(rows, together.pair, strict=True) if pair == k] == places(alone)
        assert together.coverage[k].tolist() == alone.coverage[0].tolist()


@given(
    st.lists(st.lists(st.integers(0, 5), max_size=80), min_size=2, max_size=4),
    st.lists(st.integers(0, 10**6), max_size=40),
)
@settings(max_examples=150)
def test_spans_stay_in_bounds_and_apart(documents: list[list[int]], shared: list[int]) -> None:
    texts = [[f"w{x}" for x in shared[: len(shared) // 2] + document + shared] for document in documents]
    found = aligned(*texts)
    totals = np.zeros(len(texts) - 1, np.int64)
    for pair in range(len(texts) - 1):
        rows = [row for row, p in zip(places(found), found.pair, strict=True) if p == pair]
        for first, last, size in ((0, 1, len(texts[0])), (2, 3, len(texts[pair + 1]))):
            ends = sorted((row[first], row[last]) for row in rows)
            assert all(0 <= start < end <= size for start, end in ends)
            assert all(before[1] <= after[0] for before, after in pairwise(ends))
        for a_first, a_last, b_first, b_last, matched in rows:
            assert 10 <= matched <= min(a_last - a_first, b_last - b_first)
            totals[pair] += matched
        assert [row[2] for row in rows] == sorted(row[2] for row in rows)
    assert found.matched_words.tolist() == totals.tolist()
    assert (found.pair_matched <= found.pair_covered).all()
    assert (found.pair_covered <= found.pair_informative).all()
    assert (found.pair_covered <= found.pair_words).all()


def longest_common_subsequence(one: list[int], other: list[int]) -> int:
    row = [0] * (len(other) + 1)
    for x in one:
        row, last = [0], row
        for j, y in enumerate(other):
            row.append(last[j] + 1 if x == y else max(row[j], last[j + 1]))
    return row[-1]


@given(st.lists(st.integers(0, 3), max_size=9), st.lists(st.integers(0, 3), max_size=9), st.sampled_from([1, -1]))
def test_words_in_gaps_are_a_longest_common_subsequence(one: list[int], other: list[int], step: int) -> None:
    a, b = np.array(one, np.uint32), np.array(other, np.uint32)
    marks_a, marks_b = np.zeros(len(a), np.bool_), np.zeros(len(b), np.bool_)
    ends = (0, len(a), 0, len(b)) if step == 1 else (len(a) - 1, -1, len(b) - 1, -1)
    table = np.full((33, 33), 99, np.int64)  # as pieces before have left it
    plain(module._match)(a, b, *ends, step, 0, marks_a, marks_b, table)
    assert a[marks_a].tolist() == b[marks_b].tolist()
    assert marks_a.sum() == longest_common_subsequence(one, other)


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
@example([1, 1, 0, 1, 0, 1, 0, 1, 0], [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0])  # two other words face each other
def test_words_beyond_an_end_are_the_best_two_beginnings(one: list[int], other: list[int]) -> None:
    a, b = np.array(one, np.uint32), np.array(other, np.uint32)
    marks_a, marks_b = np.zeros(len(a), np.bool_), np.zeros(len(b), np.bool_)
    table = np.full((33, 33), 99, np.int64)
    taken = plain(module._match)(a, b, 0, len(a), 0, len(b), 1, 1, marks_a, marks_b, table)
    assert (*taken, marks_a.sum()) == alignment.best_beginnings(one, other)
    assert a[marks_a].tolist() == b[marks_b].tolist()


def test_common_words_make_no_two_documents_alike() -> None:
    boilerplate = words(60, 1)
    a, b = words(40, 2) + boilerplate, words(40, 3) + boilerplate
    tokens = tokenise(pa.array([" ".join(boilerplate)], pa.large_string()))
    table = np.zeros(2**16, np.bool_)
    from tests.dedup.shingling import shingle_hashes

    table[shingle_hashes(tokens.hashes, 3) & 0xFFFF] = True
    found = aligned(a, b, common=table)
    assert found.informative.tolist() == [2]  # the two that begin the boilerplate also lie in shingles of their own
    assert found.coverage.max() < 0.1
    assert aligned(a, b).coverage.min() > 0.5
    everything = aligned(boilerplate, boilerplate[:50], common=table)  # nothing else in them: all words count
    assert everything.coverage.tolist() == [[50 / 60, 1.0]]


def test_twenty_characters_of_an_unspaced_script_are_a_span() -> None:
    passage = "我们在这里讨论一个关于文本去重的新方法与它的应用"
    a, b = "天地玄黄宇宙洪荒" + passage[:20] + "日月盈昃", "寒来暑往秋收冬藏" + passage[:20] + "闰余成岁"
    assert places(aligned(a, b)) == [(8, 28, 8, 28, 20)]
    assert places(aligned(a.replace(passage[5], "甲"), b.replace(passage[:20], passage[:19]))) == []


@pytest.mark.large
def test_documents_of_one_word_are_aligned_whole() -> None:
    long = "a " * 100_000
    found = aligned(
        long, long, long[: len(long) // 2], "a b " * 50_000, long + "the end of the text is quite another one"
    )
    assert found.coverage[0].tolist() == [1.0, 1.0]
    assert found.coverage[1, 1] == 1.0


_STEPS = """
import numpy as np
from cleanse.config import Dedup
from cleanse.dedup.align import align
from tests.hostile.test_pages import steps

def aligned(words):
    one, two = np.zeros(words, np.uint32), np.tile(np.array([0, 7], np.uint32), words // 2)
    hashes, offsets = np.concatenate([one, one, one[: words // 2], two]), np.cumsum([0, words, words, words // 2, words])
    align(np.array([0, 0, 0, 3]), np.array([1, 2, 3, 3]), hashes, offsets, np.zeros(1, np.bool_), Dedup())

print(steps(lambda: aligned(250)), steps(lambda: aligned(1_000)))
"""


def test_the_work_on_documents_of_one_word_grows_with_their_words() -> None:
    """Counted in lines of the kernels, run as plain Python."""
    done = python(_STEPS, environment={"NUMBA_DISABLE_JIT": "1"})
    assert done.returncode == 0, done.stderr
    some, many = map(int, done.stdout.split())
    assert 250 < some < many < 5 * some


def test_a_repeated_start_does_not_hide_what_follows() -> None:
    rest = words(300, 1)
    found = aligned(["a"] * 3000 + rest, ["a"] * 200 + rest)
    assert found.coverage[0, 1] == 1.0
