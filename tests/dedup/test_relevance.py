"""Pairs that are not aligned change no verdict and no match."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dedup.rule import SETTINGS, SIZES, Span, any_spans, covers, removals

import cleanse
from cleanse.config import Config, Dedup
from cleanse.dedup import relevance, stages, verify
from cleanse.dedup.candidates import PAIR
from cleanse.dedup.relevance import relevant_spans
from cleanse.dedup.tokens import Tokens
from cleanse.dedup.verify import SPAN, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cleanse.result import Duplicates


def corpus(random: Random) -> list[str]:
    """Copies of a few texts, edited, cut off, one inside the other, one after the other, with sentences in common."""

    def sentences(count: int) -> list[str]:
        return [" ".join(f"w{random.randrange(3_000)}" for _ in range(12)) + "." for _ in range(count)]

    originals = [sentences(random.randint(6, 20)) for _ in range(4)]
    documents = []
    for _ in range(60):
        text = list(random.choice(originals))
        for _ in range(random.randrange(3)):
            match random.randrange(4):
                case 0:
                    text = text[: random.randint(len(text) // 2, len(text))]
                case 1:
                    text[random.randrange(len(text))] = sentences(1)[0]
                case 2:
                    text += random.choice(originals)[: random.randint(1, 12)]
                case 3:
                    text = sentences(random.randint(1, 8)) + text
        documents.append(" ".join(text))
    return documents


def all_spans(
    pairs: Callable[[], Iterator[pa.RecordBatch]], tokens: Tokens, shared: Any, _: Any, dedup: Dedup, threads: int
) -> Iterator[pa.RecordBatch]:
    return spans(pairs(), tokens, shared, dedup, threads)


def found(documents: list[str], dedup: Dedup) -> Duplicates:
    return cleanse.find_duplicates(documents, Config(dedup=dedup))


@pytest.mark.large
@settings(max_examples=6)
@given(
    st.integers(0, 10**6),
    st.sampled_from(["longest", "first"]),
    st.sampled_from(["balanced", "strict"]),
    st.sampled_from([0.0, 0.9]),
)
def test_all_pairs_would_give_the_same(seed: int, survivor: Any, profile: Any, contained: float) -> None:
    documents, dedup = corpus(Random(seed)), Dedup(survivor=survivor, profile=profile, contained_share=contained)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "_COMPARED_PAIRS", 2)
        patch.setattr(relevance, "_UNDER_WAY", 1)
        relevant = found(documents, dedup)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "relevant_spans", all_spans)
        every = found(documents, dedup)
    assert relevant.removed.to_pylist() == every.removed.to_pylist()
    assert relevant.clusters.to_pylist() == every.clusters.to_pylist()
    assert relevant.matches.to_pylist() == every.matches.to_pylist()


def test_who_goes_is_aligned_with_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)
    base = [f"w{random.randrange(3_000)}" for _ in range(200)]
    documents = []
    for _ in range(100):
        text = list(base)
        text[random.randrange(200)] = "edited"
        documents.append(" ".join(text))
    compared = []
    compare = verify.compare
    monkeypatch.setattr(verify, "_COMPARED_PAIRS", 8)
    monkeypatch.setattr(relevance, "_UNDER_WAY", 2)
    monkeypatch.setattr(relevance, "compare", lambda a, *rest: (compared.append(len(a)), compare(a, *rest))[1])
    assert len(found(documents, Dedup()).removed) == 99
    assert sum(compared) < 2 * 99


Pair = tuple[int, int]


def made(
    every: list[Span], sizes: list[int], pairs: list[Pair], under_way: int, patch: pytest.MonkeyPatch
) -> tuple[list[Span], list[Pair]]:
    """The relevant ones of all spans, and the pairs that were compared for them, three at a time."""
    compared: list[Pair] = []

    def compare(a: Any, b: Any, *_: Any) -> pa.RecordBatch:
        asked = list(zip(a.tolist(), b.tolist(), strict=True))
        compared.extend(asked)
        return pa.RecordBatch.from_pylist([span for span in every if (span["a"], span["b"]) in asked], SPAN)

    patch.setattr(relevance, "compare", compare)
    patch.setattr(relevance, "_UNDER_WAY", under_way)
    patch.setattr(verify, "_COMPARED_PAIRS", 3)
    batches = [
        pa.record_batch([pa.array(column, pa.int64()) for column in zip(*some, strict=True)], schema=PAIR)
        for some in (pairs[: len(pairs) // 3], pairs[len(pairs) // 3 :])
    ]
    nowhere = np.empty(0, np.uint32)
    tokens = Tokens(hashes=nowhere, starts=nowhere, ends=nowhere, offsets=np.arange(len(sizes) + 1))
    shared = np.zeros(1, np.bool_)
    found = relevant_spans(lambda: iter(batches), tokens, shared, np.array(sizes), SETTINGS, threads=1)
    some = [span for batch in found for span in batch.to_pylist()]
    assert len(set(compared)) == len(compared)
    return some, compared


@pytest.mark.parametrize("under_way", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_of_spans_of_all_kinds_those_that_matter_are_made(
    seed: int, under_way: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, groups, members = Random(seed), 12, 10
    every = any_spans(random, groups, members)
    sizes = random.choices(SIZES, k=members * groups)
    pairs = sorted({(span["a"], span["b"]) for span in every} | {(doc, doc + 1) for doc in range(len(sizes) - 1)})
    some, compared = made(every, sizes, pairs, under_way, monkeypatch)

    gone = removals(every, sizes, SETTINGS)
    assert removals(some, sizes, SETTINGS) == gone
    assert all(span in some for span in every if span["a"] not in gone and span["b"] not in gone)
    covered, _ = covers(every, sizes, SETTINGS)
    downwards = removals(every, sizes, SETTINGS, first_stays=True)
    hubs = {hub for doc in downwards for hub in covered[doc] if hub < doc and hub not in downwards}
    heirs = {doc for hub in hubs for doc in covered[hub] if doc not in downwards and hub not in covered[doc]}
    at = {pair: place for place, pair in enumerate(compared)}
    for a, b in pairs:
        if (a, b) not in at:
            assert a in downwards
            assert b not in heirs
        # three pairs a part, and so many parts are under way when one tells that the document goes
        elif a in downwards and at[a, b] > at[downwards[a], a] + 3 * under_way + 2:
            assert b in heirs
    assert len(compared) < len(pairs) - 20


def test_a_document_that_goes_for_the_second_that_it_meets_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = next(span for span in any_spans(Random(1), 9) if span["coverage_b"] == span["survival_b"] == 1.0)
    every = [alike | {"a": 0, "b": 2, "coverage_b": 0.25}, alike | {"a": 1, "b": 2, "a_start": 0, "similarity": 1.0}]
    pairs = [(0, 1), (0, 2), (1, 2), *((2, other) for other in range(3, 30))]
    assert made(every, [400] * 30, pairs, 1, monkeypatch) == (every, pairs[:6])
