"""Who goes for whom and what two that stay share, said once more in plain Python, and spans of all kinds to say it of."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

from cleanse.config import Dedup

if TYPE_CHECKING:
    from random import Random

Span = dict[str, Any]
#: Thresholds whose halves and sums are exact, so that what lies on a threshold does.
SETTINGS = Dedup(coverage=0.75, survival=0.5, similarity=0.5, contained_share=0.375, teaser_words=120)
SIZES = [119, 120, 121, 400]
#: Documents that are alike among themselves only.
GROUP = 6


def any_spans(random: Random, groups: int, members: int = GROUP) -> list[Span]:
    """The spans of random pairs; most values lie on a threshold or beside it."""
    found = []
    for group in range(groups):
        for a, b in combinations(range(members * group, members * (group + 1)), 2):
            if random.random() < 0.4:
                continue
            coverage_a, coverage_b = (random.choice([0.25, 0.375, 0.5, 0.75, 0.75, 1.0]) for _ in range(2))
            survival_a, survival_b = (random.choice([0.25, 0.5, 0.75, 0.75, 1.0]) for _ in range(2))
            similarity, place = random.choice([0.25, 0.5, 0.5, 0.75, 1.0]), 0
            for _ in range(random.choice([1, 1, 2])):
                a_start, place = random.choice([0, 300, 301, 900]), place + random.choice([0, 300, 301])
                a_words, b_words = (random.choice([24, 25, 26, 59, 60, 90]) for _ in range(2))
                words = min(a_words, b_words)
                found.append(
                    {
                        "a": a, "b": b, "a_start": a_start, "a_end": a_start + 5 * a_words, "b_start": place,
                        "b_end": place + 5 * b_words, "words": words, "a_words": a_words, "b_words": b_words,
                        "matched": random.choice([words // 2, 30, words]), "informative": random.choice([12, 13, 30, 45]),
                        "span_similarity": random.random(), "coverage_a": coverage_a, "coverage_b": coverage_b,
                        "survival_a": survival_a, "survival_b": survival_b, "similarity": similarity,
                    }
                )  # fmt: skip
                place += 5 * b_words
    return found


def removals(spans: list[Span], sizes: list[int], settings: Dedup, *, first_stays: bool = False) -> dict[int, int]:
    """Each document that goes and the one that it goes for."""
    covered, strengths = covers(spans, sizes, settings)
    gone: dict[int, int] = {}
    for doc in range(len(sizes)):
        stay = [other for other in covered[doc] if other < doc and other not in gone]
        if stay:
            gone[doc] = min(stay, key=lambda other: (-strengths[other, doc], other))
    if first_stays:
        return gone
    went_for = defaultdict(list)
    for doc, survivor in gone.items():
        went_for[survivor].append(doc)
    before = dict(gone)
    for doc in reversed([doc for doc in range(len(sizes)) if doc not in before]):
        heirs = [
            other
            for other in covered[doc]
            if other > doc
            and other not in gone
            and doc not in covered[other]
            and all(other in covered[lost] for lost in went_for[doc])
        ]
        if heirs:
            gone[doc] = min(heirs, key=lambda other: (-strengths[doc, other], other))
            gone.update(dict.fromkeys(went_for[doc], gone[doc]))
    return gone


def covers(
    spans: list[Span], sizes: list[int], settings: Dedup
) -> tuple[dict[int, list[int]], dict[tuple[int, int], float]]:
    """The documents that cover each, and how strongly two of which one does are alike."""
    covered, strengths = defaultdict(list), {}
    firsts: dict[tuple[int, int], dict[str, int]] = {}
    for span in spans:
        first = firsts.setdefault((span["a"], span["b"]), {"a": span["a_start"], "b": span["b_start"]})
        for side in first:
            first[side] = min(first[side], span[f"{side}_start"])
    pairs = {(span["a"], span["b"]): span for span in spans}
    for pair, row in pairs.items():
        for side, other in (("a", "b"), ("b", "a")):
            found_in = row[f"coverage_{other}"] >= settings.contained_share
            begins = firsts[pair][other] <= 300
            teaser = sizes[row[side]] < settings.teaser_words
            if (
                row["similarity"] >= settings.similarity
                and row[f"coverage_{side}"] >= settings.coverage
                and row[f"survival_{side}"] >= settings.survival
                and (found_in or begins or teaser)
            ):
                covered[row[side]].append(row[other])
                strengths[pair] = (row["coverage_a"] + row["coverage_b"]) * row["similarity"]
    return covered, strengths
