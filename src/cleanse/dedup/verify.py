"""Verification: candidate pairs compared on their words, aligned or, for the classic profile, by their sets of shingles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.compiled import announce
from cleanse.dedup.align import KERNEL as ALIGN
from cleanse.dedup.align import align
from cleanse.dedup.jaccard import shared_shingles
from cleanse.dedup.portions import portions
from cleanse.dedup.store import pick, release, select
from cleanse.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

#: A span: documents by rank, places in their kept texts, words of either side and of the shorter one. What is said of
#: the pair stands in each of its spans: coverage, the share of all words of a and of b that the other has, similarity.
SPAN = pa.schema(
    [
        (name, pa.int64())
        for name in (
            *("a", "b", "a_start", "a_end", "b_start", "b_end"),
            *("words", "a_words", "b_words", "matched", "informative"),
        )
    ]
    + [
        (name, pa.float64())
        for name in ("span_similarity", "coverage_a", "coverage_b", "survival_a", "survival_b", "similarity")
    ]
)
#: Pairs compared together, and words of their documents.
_COMPARED_PAIRS, _COMPARED_WORDS = 512, 2**22

Part = tuple["NDArray[np.int64]", "NDArray[np.int64]"]


def spans(
    pairs: Iterator[pa.RecordBatch], tokens: Tokens, shared: NDArray[np.bool_] | None, settings: Dedup, threads: int
) -> Iterator[pa.RecordBatch]:
    """The spans of PAIR batches, in their order."""

    def compared(part: Part) -> pa.RecordBatch:
        found = compare(*part, tokens, shared, settings)
        release(tokens)
        return found

    yield from in_order(compared, parts(pairs, tokens), threads)


def compare(
    a: NDArray[np.int64], b: NDArray[np.int64], tokens: Tokens, shared: NDArray[np.bool_] | None, settings: Dedup
) -> pa.RecordBatch:
    """The spans (SPAN) of documents a[k] and b[k] for each k; ``shared`` is None for the classic profile."""
    columns = _alike(a, b, tokens, settings) if shared is None else _aligned(a, b, tokens, shared, settings)
    return pa.record_batch([pa.array(columns[field.name], field.type) for field in SPAN], schema=SPAN)


def parts(pairs: Iterator[pa.RecordBatch], tokens: Tokens) -> Iterator[Part]:
    """The pairs, as many at a time as are compared together."""
    for batch in pairs:
        announce(ALIGN)
        a, b = batch["a"].to_numpy(), batch["b"].to_numpy()
        words = sum(tokens.offsets[of + 1] - tokens.offsets[of] for of in (a, b))
        for portion in portions(words, _COMPARED_WORDS, _COMPARED_PAIRS):
            yield a[portion].copy(), b[portion].copy()


def _aligned(
    a: NDArray[np.int64], b: NDArray[np.int64], tokens: Tokens, shared: NDArray[np.bool_], settings: Dedup
) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    mine, here_a, here_b = _own(a, b, tokens)
    found = align(here_a, here_b, mine.hashes, mine.offsets, shared, settings)
    pair = found.pair
    of_a, of_b = a[pair], b[pair]
    at_a, at_b = tokens.offsets[of_a], tokens.offsets[of_b]
    a_words, b_words = found.a_last - found.a_first, found.b_last - found.b_first
    words = np.minimum(a_words, b_words)
    there = found.ordered_words if settings.in_order else found.matched_words
    return {
        "a": of_a,
        "b": of_b,
        "a_start": pick(tokens.starts, at_a + found.a_first),
        "a_end": pick(tokens.ends, at_a + found.a_last - 1),
        "b_start": pick(tokens.starts, at_b + found.b_first),
        "b_end": pick(tokens.ends, at_b + found.b_last - 1),
        "words": words,
        "a_words": a_words,
        "b_words": b_words,
        "matched": found.matched,
        "informative": found.informative,
        "span_similarity": found.matched / words,
        "coverage_a": found.coverage[pair, 0],
        "coverage_b": found.coverage[pair, 1],
        "survival_a": there[pair] / (tokens.offsets[of_a + 1] - at_a),
        "survival_b": there[pair] / (tokens.offsets[of_b + 1] - at_b),
        "similarity": found.similarity[pair],
    }


def _alike(
    a: NDArray[np.int64], b: NDArray[np.int64], tokens: Tokens, settings: Dedup
) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """One span a pair, both documents whole, for the pairs that reach the threshold."""
    mine, here_a, here_b = _own(a, b, tokens)
    in_a, in_b, both = shared_shingles(here_a, here_b, mine.hashes, mine.offsets, settings.shingle_words)
    jaccard = both / np.maximum(in_a + in_b - both, 1)
    enough = jaccard >= settings.similarity
    a, b, in_a, in_b, both, jaccard = (column[enough] for column in (a, b, in_a, in_b, both, jaccard))
    a_words, b_words = (tokens.offsets[of + 1] - tokens.offsets[of] for of in (a, b))
    return {
        "a": a,
        "b": b,
        "a_start": pick(tokens.starts, tokens.offsets[a]),
        "a_end": pick(tokens.ends, tokens.offsets[a + 1] - 1),
        "b_start": pick(tokens.starts, tokens.offsets[b]),
        "b_end": pick(tokens.ends, tokens.offsets[b + 1] - 1),
        "words": np.minimum(a_words, b_words),
        "a_words": a_words,
        "b_words": b_words,
        "matched": np.zeros(len(a), np.int64),  # a set of shingles says of no word whether the other has it
        "informative": np.zeros(len(a), np.int64),
        "span_similarity": jaccard,
        "coverage_a": both / np.maximum(in_a, 1),
        "coverage_b": both / np.maximum(in_b, 1),
        "survival_a": np.zeros(len(a)),
        "survival_b": np.zeros(len(a)),
        "similarity": jaccard,
    }


def _own(
    a: NDArray[np.int64], b: NDArray[np.int64], tokens: Tokens
) -> tuple[Tokens, NDArray[np.int64], NDArray[np.int64]]:
    """The documents of the pairs as a batch of their own, and what a and b are called there."""
    docs, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    return select(tokens, docs), places[: len(a)], places[len(a) :]
