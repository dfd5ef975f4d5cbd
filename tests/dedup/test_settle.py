"""What is settled on spans of all kinds is what the rule says, said in plain Python."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from tests.dedup.rule import GROUP, SETTINGS, SIZES, Span, any_spans, covers, removals

from cleanse.dedup.passages import Passage
from cleanse.dedup.settle import (
    CUT,
    cut_passages,
    long_passages,
    remove_documents,
    shared_passages,
    to_passages,
)
from cleanse.dedup.verify import SPAN
from cleanse.engines import Local

if TYPE_CHECKING:
    from collections.abc import Iterator

RANKED = pa.schema([("doc", pa.int64()), ("text_words", pa.int64())])
EXACT = pa.schema([("doc", pa.int64()), ("survivor", pa.int64())])
GROUPS = 240


class Corpus:
    """Spans of all kinds, the words of each document, and exact copies: two of every fifth document."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)
        self.spans = any_spans(random, GROUPS)
        random.shuffle(self.spans)
        self.sizes = random.choices(SIZES, k=GROUP * GROUPS)
        self.exact = {10_000 + 2 * first + k: first for first in range(0, len(self.sizes), 5) for k in range(2)}

    def load(self, engine: Local) -> None:
        engine.load("spans", [pa.RecordBatch.from_pylist(self.spans, SPAN)], SPAN)
        ranked = [{"doc": doc, "text_words": words} for doc, words in enumerate(self.sizes)]
        engine.load("ranked", [pa.RecordBatch.from_pylist(ranked, RANKED)], RANKED)
        exact = [{"doc": doc, "survivor": survivor} for doc, survivor in self.exact.items()]
        engine.load("exact", [pa.RecordBatch.from_pylist(exact, EXACT)], EXACT)


@pytest.fixture(scope="module")
def engine() -> Iterator[Local]:
    with Local() as engine:
        yield engine


def rows(engine: Local, query: str) -> list[dict[str, Any]]:
    return [row for batch in engine.stream(query) for row in batch.to_pylist()]


@pytest.mark.parametrize("first_stays", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_who_goes_and_for_whom(engine: Local, seed: int, first_stays: bool) -> None:
    corpus = Corpus(seed)
    corpus.load(engine)
    remove_documents(engine, SETTINGS, first_stays=first_stays)
    found = {row.pop("doc"): row for row in rows(engine, "removed")}
    gone = removals(corpus.spans, corpus.sizes, SETTINGS, first_stays=first_stays)
    expected = {}
    for doc, survivor in gone.items():
        row = next(span for span in corpus.spans if {span["a"], span["b"]} == {doc, survivor})
        both = min(row["coverage_a"], row["coverage_b"]) >= SETTINGS.coverage
        expected[doc] = {
            "survivor": survivor,
            "kind": "near" if both else "contained",
            "similarity": row["similarity"],
            "coverage": row["coverage_a" if doc == row["a"] else "coverage_b"],
        }
    exact = {"kind": "exact", "similarity": 1.0, "coverage": 1.0}
    expected |= {doc: expected.get(of, {"survivor": of} | exact) for doc, of in corpus.exact.items()}
    assert found == expected
    assert any(doc < survivor for doc, survivor in gone.items()) is not first_stays


@pytest.mark.parametrize("seed", range(3))
def test_whoever_goes_is_covered_by_one_that_stays(engine: Local, seed: int) -> None:
    corpus = Corpus(seed)
    corpus.load(engine)
    remove_documents(engine, SETTINGS)
    gone = {row["doc"]: row["survivor"] for row in rows(engine, "removed") if row["doc"] not in corpus.exact}
    covered, _ = covers(corpus.spans, corpus.sizes, SETTINGS)
    assert all(survivor in covered[doc] and survivor not in gone for doc, survivor in gone.items())
    assert any(doc < survivor for doc, survivor in gone.items())
    stay = [doc for doc in range(len(corpus.sizes)) if doc not in gone]
    assert not any(other < doc and other in covered[doc] for doc in stay for other in stay)


@pytest.mark.parametrize("first_stays", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_passages_of_documents_that_stay_are_shared_and_the_long_ones_cut(
    engine: Local, seed: int, first_stays: bool
) -> None:
    corpus, policy = Corpus(seed), {"first_stays": True} if first_stays else {}
    corpus.load(engine)
    remove_documents(engine, SETTINGS, **policy)
    engine.sql(shared_passages(SETTINGS), "shared")
    gone = {row["doc"] for row in rows(engine, "removed")}
    order = [(row["a"], row["b"], row["b_start"]) for row in rows(engine, "shared")]
    assert order == sorted(order)
    shared = [
        span
        for span in corpus.spans
        if not {span["a"], span["b"]} & gone and span["words"] >= 25 and span["informative"] >= span["words"] / 2
    ]
    assert sorted(order) == sorted((span["a"], span["b"], span["b_start"]) for span in shared)
    long = engine.stream(long_passages(SETTINGS, **policy))
    found = [passage for batch in long for passage in to_passages(batch)]
    expected = [passage for span in shared if (passage := long_passage(span, first_stays=first_stays))]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert any(passage.keeper > passage.loser for passage in found) is not first_stays


def test_cuts_are_rows_of_the_passages_that_are_cut() -> None:
    one, two = Passage(0, 1, 10, 90, 20, 100, 0.75), Passage(1, 2, 30, 130, 0, 100, 1.0)
    batch = cut_passages([one, two])
    assert batch.schema == CUT
    assert list(to_passages(batch)) == [two]
    assert list(to_passages(cut_passages([one, two], {}))) == [one]
    assert cut_passages([one, two], {0: [(80, 81)], 2: [(99, 120)]}).num_rows == 0


def long_passage(span: Span, *, first_stays: bool) -> Passage | None:
    """The span as a passage of the one that can do without it: the one that is more than this passage, or ranks second."""
    a_fills, b_fills = (span[f"coverage_{side}"] >= SETTINGS.coverage for side in "ab")
    keeper, loser = ("b", "a") if b_fills and span["coverage_a"] < span["coverage_b"] else ("a", "b")
    if (
        span["words"] < SETTINGS.drop_passage_words
        or span["matched"] < SETTINGS.passage_survival * span[f"{loser}_words"]
        or (first_stays and (a_fills or keeper == "b"))
    ):
        return None
    return Passage(
        *(span[keeper], span[loser], span[f"{keeper}_start"], span[f"{keeper}_end"]),
        *(span[f"{loser}_start"], span[f"{loser}_end"], span["span_similarity"]),
    )


def test_without_spans_nothing_goes(engine: Local) -> None:
    for name, schema in (("spans", SPAN), ("ranked", RANKED), ("exact", EXACT)):
        engine.load(name, [], schema)
    remove_documents(engine, SETTINGS)
    assert rows(engine, "removed") == []
