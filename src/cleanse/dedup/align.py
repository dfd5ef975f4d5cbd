"""Align: the spans that two documents share, found word by word.

Shared shingles seed *runs* of equal words; runs that follow one another in both documents over small gaps are chained;
the words inside the gaps are matched by longest common subsequence, and a span is extended at both ends while more than
half of the words match. Chains are taken best first, and a chain ends where a better one has taken the words. The work
for a pair is linear in its words, whatever they are.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.chains import LONG_GAP, chain
from cleanse.dedup.runs import find_runs, index
from cleanse.dedup.shingles import informative, shingle
from cleanse.dedup.spans import fill_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup

#: Spans before a span that may precede it in both documents: a pair with more of them out of order is settled by these.
_EARLIER: Final = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Spans:
    """The aligned spans of document pairs, and what they add up to.

    One row a span, int64[s]: ``pair``; ``a_first``, ``a_last``, ``b_first``, ``b_last``, tokens of the document,
    half-open; ``matched`` tokens; ``informative`` tokens of b in the span. The spans of a pair ascend in b, and overlap
    in neither document. One row a pair, int64[m, 2], column 0 for a and 1 for b, zeros for a pair that has nothing in
    common: ``informative`` words of the document (all its words if it has fewer than ten informative ones, or less than a
    tenth), those ``covered`` by spans, those ``matched``; and ``words``, all those in spans. ``matched_words`` int64[m] counts all
    matched words, ``ordered_words`` those of the heaviest spans that stand in the same order in both documents.
    """

    pair: NDArray[np.int64]
    a_first: NDArray[np.int64]
    a_last: NDArray[np.int64]
    b_first: NDArray[np.int64]
    b_last: NDArray[np.int64]
    matched: NDArray[np.int64]
    informative: NDArray[np.int64]
    pair_informative: NDArray[np.int64]
    pair_covered: NDArray[np.int64]
    pair_matched: NDArray[np.int64]
    pair_words: NDArray[np.int64]
    matched_words: NDArray[np.int64]
    ordered_words: NDArray[np.int64]

    @property
    def coverage(self) -> NDArray[np.float64]:
        """The share of a's and of b's informative words that lie in spans, float64[m, 2]."""
        return np.true_divide(self.pair_covered, np.maximum(self.pair_informative, 1))

    @property
    def similarity(self) -> NDArray[np.float64]:
        """The share of the informative words in spans that match, in the document where it is less, float64[m]."""
        shares = np.true_divide(self.pair_matched, np.maximum(self.pair_covered, 1))
        return np.minimum(shares[:, 0], shares[:, 1])


def align(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    hashes: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    common: NDArray[np.bool_],
    settings: Dedup,
) -> Spans:
    """Align document a[k] with b[k] for each k; documents as in `Tokens`, ``common`` from `shingles.common`.

    Pairs with the same ``a`` in a row share the work on it. Safe to call from several threads at once. Takes five
    bytes a token of the documents that occur in pairs.
    """
    spans, totals = _align(a, b, hashes, offsets, common, settings.shingle_words)
    columns = [np.ascontiguousarray(column) for column in spans.T]
    return Spans(
        pair=columns[0],
        a_first=columns[1],
        a_last=columns[2],
        b_first=columns[3],
        b_last=columns[4],
        matched=columns[5],
        informative=columns[6],
        pair_informative=totals[:, 0:2],
        pair_covered=totals[:, 2:4],
        pair_matched=totals[:, 4:6],
        pair_words=totals[:, 6:8],
        matched_words=totals[:, 8],
        ordered_words=totals[:, 9],
    )


@kernel
def _align(a, b, hashes, offsets, common, words):
    long_a, long_b = 1, 1
    for k in range(len(a)):
        long_a = max(long_a, offsets[a[k] + 1] - offsets[a[k]])
        long_b = max(long_b, offsets[b[k] + 1] - offsets[b[k]])
    slots = 4
    while slots < 2 * long_a:
        slots *= 2
    heads, nexts, present = (
        np.empty(slots, np.int32),
        np.empty(long_a, np.int32),
        np.empty(slots // 2, np.uint64),
    )
    # of each document that occurs, once: its shingles and how many; if it has spans, its informative words and how many
    shingles, informs = np.empty(len(hashes) + 1, np.uint32), np.empty(len(hashes) + 1, np.bool_)
    counts, sizes = np.full(len(offsets), -1, np.int64), np.zeros(len(offsets), np.int64)
    # cleared after each pair, as far as they were written: words in spans, matched words, places reached on diagonals
    taken_a, taken_b = np.zeros(long_a, np.bool_), np.zeros(long_b, np.bool_)
    marks_a, marks_b = np.zeros(long_a, np.bool_), np.zeros(long_b, np.bool_)
    reached = np.zeros(long_a + long_b, np.int32)
    table = np.zeros((LONG_GAP + 1, LONG_GAP + 1), np.int64)
    runs = np.empty((64, 3), np.int64)
    spans = np.empty((len(a) + 16, 7), np.int64)
    totals = np.zeros((len(a), 10), np.int64)
    used, found, previous = np.int64(4), np.int64(0), np.int64(-1)
    for pair in range(len(a)):
        for doc in (a[pair], b[pair]):
            if counts[doc] < 0:
                first, last = offsets[doc], offsets[doc + 1]
                counts[doc] = shingle(hashes, first, last, words, shingles[first:last])
        first_a, last_a, first_b, last_b = (
            offsets[a[pair]],
            offsets[a[pair] + 1],
            offsets[b[pair]],
            offsets[b[pair] + 1],
        )
        size_a, size_b = last_a - first_a, last_b - first_b
        shingles_a = shingles[first_a : first_a + counts[a[pair]]]
        shingles_b = shingles[first_b : first_b + counts[b[pair]]]
        if a[pair] != previous:
            previous = a[pair]
            used = np.int64(4)
            while used < 2 * size_a:
                used *= 2
            index(shingles_a, heads[:used], nexts, present[: used // 2])
        runs, count = find_runs(shingles_a, shingles_b, heads[:used], nexts, present[: used // 2], reached, runs)
        if count == 0:
            continue
        width = min(words, size_a, size_b)
        chains = chain(runs, count, width)
        if len(chains) == 0:
            continue
        for doc in (a[pair], b[pair]):
            if sizes[doc] == 0:
                first, last = offsets[doc], offsets[doc + 1]
                sizes[doc], _ = informative(shingles[first:last], counts[doc], common, informs[first:last])
        totals[pair, 0], totals[pair, 1] = sizes[a[pair]], sizes[b[pair]]
        if found + count >= len(spans):
            larger = np.empty((2 * (found + count), 7), np.int64)
            for k in range(found):
                for column in range(7):
                    larger[k, column] = spans[k, column]
            spans = larger
        start = found
        found = fill_spans(
            runs,
            width,
            chains,
            hashes[first_a:last_a],
            hashes[first_b:last_b],
            taken_a,
            taken_b,
            marks_a,
            marks_b,
            table,
            spans,
            found,
        )
        informs_a, informs_b = informs[first_a:last_a], informs[first_b:last_b]
        for k in range(start, found):
            spans[k, 0], spans[k, 6] = pair, -totals[pair, 3]
            for t in range(spans[k, 1], spans[k, 2]):
                totals[pair, 2] += informs_a[t]
                totals[pair, 4] += informs_a[t] and marks_a[t]
                taken_a[t] = marks_a[t] = False
            for t in range(spans[k, 3], spans[k, 4]):
                totals[pair, 3] += informs_b[t]
                totals[pair, 5] += informs_b[t] and marks_b[t]
                taken_b[t] = marks_b[t] = False
            spans[k, 6] += totals[pair, 3]
            totals[pair, 6] += spans[k, 2] - spans[k, 1]
            totals[pair, 7] += spans[k, 4] - spans[k, 3]
            totals[pair, 8] += spans[k, 5]
        totals[pair, 9] = _ordered(spans, start, found)
    return spans[:found].copy(), totals


@kernel
def _ordered(spans, first, last):
    """Matched words of the heaviest spans from first to last, which ascend in b, that ascend in a as well."""
    heaviest = np.zeros(last - first + 1, np.int64)
    most = 0
    for k in range(first, last):
        before = 0
        for p in range(max(first, k - _EARLIER), k):
            if spans[p, 1] < spans[k, 1]:
                before = max(before, heaviest[p - first])
        heaviest[k - first] = before + spans[k, 5]
        most = max(most, heaviest[k - first])
    return most


#: The kernel of this module that calls all others.
KERNEL = _align
