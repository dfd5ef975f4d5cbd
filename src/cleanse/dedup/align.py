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
from numba import njit

from cleanse.dedup.pairs import sort
from cleanse.dedup.signatures import informative, shingle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup

#: Words between two runs of a chain, in either document: finds 99.7 % of the passages with 20 % edits ...
_GAP: Final = 16
#: ... or up to this many, if the gaps in the two documents differ by at most _DRIFT words (edited 40 %).
_LONG_GAP: Final = 32
_DRIFT: Final = 6
#: Least matched words of a span, in half words: a character of an unspaced script counts one, a word two.
_LEAST: Final = 20
# ... and at least half of the longer side must match: less is chance, as where trigrams of letters stand for shingles.
#: Occurrences of a shingle in one document beyond which it seeds nothing; runs still extend over it.
_OCCURRENCES: Final = 8
#: Words beyond the ends of a span among which more matches are looked for.
_BEYOND: Final = 12
#: Runs before a run that it can follow. Runs come in the order of the second document, so these reach well over a gap.
_BEFORE: Final = 32
#: Shingles of a run that settles where its words belong: inside it nothing else is looked for. What begins in it and
#: goes on after it is found from there, backwards.
_LONG_RUN: Final = 16
#: Words compared for runs, per word of the two documents.
_EFFORT: Final = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Spans:
    """The aligned spans of document pairs, and what they add up to.

    One row a span, int64[s]: ``pair``; ``a_first``, ``a_last``, ``b_first``, ``b_last``, tokens of the document,
    half-open; ``matched`` tokens; ``informative`` tokens of b in the span. The spans of a pair ascend in b, and overlap
    in neither document. One row a pair, int64[m, 2], column 0 for a and 1 for b: ``informative`` words of the document
    (all its words if it has fewer than ten informative ones, or less than a tenth), those ``covered`` by spans, those
    ``matched``; and ``words``, all those in spans. ``matched_words`` int64[m] counts all matched words.
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
    """Align document a[k] with b[k] for each k; documents as in `Tokens`, ``common`` from `signatures.common`.

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
    )


@njit(cache=True, nogil=True)
def _align(a, b, hashes, offsets, common, words):
    long_a, long_b = 1, 1
    for k in range(len(a)):
        long_a = max(long_a, offsets[a[k] + 1] - offsets[a[k]])
        long_b = max(long_b, offsets[b[k] + 1] - offsets[b[k]])
    slots = 4
    while slots < 2 * long_a:
        slots *= 2
    heads, nexts, present = np.empty(slots, np.int32), np.empty(long_a, np.int32), np.empty(4 * slots, np.bool_)
    # of each document that occurs, once: its shingles, its informative words and how many
    shingles, informs = np.empty(len(hashes) + 1, np.uint32), np.empty(len(hashes) + 1, np.bool_)
    sizes = np.zeros(len(offsets), np.int64)
    # cleared after each pair, as far as they were written: words in spans, matched words, places reached on diagonals
    taken_a, taken_b = np.zeros(long_a, np.bool_), np.zeros(long_b, np.bool_)
    marks_a, marks_b = np.zeros(long_a, np.bool_), np.zeros(long_b, np.bool_)
    reached = np.zeros(long_a + long_b, np.int32)
    table = np.zeros((_LONG_GAP + 1, _LONG_GAP + 1), np.int64)
    runs = np.empty((64, 3), np.int64)
    spans = np.empty((len(a) + 16, 7), np.int64)
    totals = np.zeros((len(a), 9), np.int64)
    used, found, previous = np.int64(4), np.int64(0), np.int64(-1)
    for pair in range(len(a)):
        for doc in (a[pair], b[pair]):
            if sizes[doc] == 0:
                first, last = offsets[doc], offsets[doc + 1]
                count = shingle(hashes, first, last, words, shingles[first:last])
                sizes[doc], _ = informative(shingles[first:last], count, common, informs[first:last])
        first_a, last_a, first_b, last_b = (
            offsets[a[pair]],
            offsets[a[pair] + 1],
            offsets[b[pair]],
            offsets[b[pair] + 1],
        )
        size_a, size_b = last_a - first_a, last_b - first_b
        count_a, count_b = max(size_a - words + 1, min(size_a, 1)), max(size_b - words + 1, min(size_b, 1))
        shingles_a, shingles_b = shingles[first_a : first_a + count_a], shingles[first_b : first_b + count_b]
        if a[pair] != previous:
            previous = a[pair]
            used = np.int64(4)
            while used < 2 * size_a:
                used *= 2
            _index(shingles_a, heads[:used], nexts, present[: 4 * used])
        totals[pair, 0], totals[pair, 1] = sizes[a[pair]], sizes[b[pair]]
        runs, count = _runs(shingles_a, shingles_b, heads[:used], nexts, present[: 4 * used], reached, runs)
        if count == 0:
            continue
        width = min(words, size_a, size_b)
        chains = _chains(runs, count, width)
        if found + count >= len(spans):
            larger = np.empty((2 * (found + count), 7), np.int64)
            for k in range(found):
                for column in range(7):
                    larger[k, column] = spans[k, column]
            spans = larger
        start = found
        found = _spans(
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
    return spans[:found].copy(), totals


@njit(cache=True, nogil=True)
def _index(shingles, heads, nexts, present):
    """An open hash table of the first place of each shingle; ``nexts`` leads to its next place, or -1.

    ``present`` is sparse: it turns away nearly all shingles that are not there, and the processor learns to expect it.
    """
    heads[:] = -1
    present[:] = False
    mask = len(heads) - 1
    for k in range(len(shingles) - 1, -1, -1):
        slot = np.int64(shingles[k]) & mask
        while heads[slot] >= 0 and shingles[heads[slot]] != shingles[k]:
            slot = (slot + 1) & mask
        nexts[k] = heads[slot]
        heads[slot] = k
        present[np.int64(shingles[k]) & (len(present) - 1)] = True


@njit(cache=True, nogil=True)
def _runs(shingles_a, shingles_b, heads, nexts, present, reached, runs):
    """Maximal runs of shared shingles: first in a, first in b, number of shingles; and how many runs.

    ``reached`` says for each diagonal up to where in b it has been looked at (zero before and after).
    """
    count_a, count_b = len(shingles_a), len(shingles_b)
    mask = len(heads) - 1
    count = 0
    for attempt in range(2):
        effort = _EFFORT * (count_a + count_b)
        beyond = 0  # the long runs so far
        for j in range(count_b):
            if j < beyond or not present[np.int64(shingles_b[j]) & (len(present) - 1)]:
                continue
            slot = np.int64(shingles_b[j]) & mask
            while heads[slot] >= 0 and shingles_a[heads[slot]] != shingles_b[j]:
                slot = (slot + 1) & mask
            i = np.int64(heads[slot])
            if attempt == 0:
                place = i
                for _ in range(_OCCURRENCES):
                    if place >= 0:
                        place = np.int64(nexts[place])
                if place >= 0:
                    continue
            while i >= 0 and effort > 0:
                diagonal = i - j + count_b
                if reached[diagonal] <= j:
                    low, high = 0, 1
                    while low < min(i, j - reached[diagonal]) and shingles_a[i - low - 1] == shingles_b[j - low - 1]:
                        low += 1
                    while i + high < count_a and j + high < count_b and shingles_a[i + high] == shingles_b[j + high]:
                        high += 1
                    effort -= low + high
                    reached[diagonal] = j + high
                    if low + high >= _LONG_RUN:
                        beyond = max(beyond, j + high)
                    if count == len(runs):
                        larger = np.empty((2 * count, 3), np.int64)
                        for k in range(count):
                            larger[k, 0], larger[k, 1], larger[k, 2] = runs[k, 0], runs[k, 1], runs[k, 2]
                        runs = larger
                    runs[count, 0], runs[count, 1], runs[count, 2] = i - low, j - low, low + high
                    count += 1
                effort -= 1
                # a second attempt is for documents that share only what repeats: one occurrence must do
                i = np.int64(nexts[i]) if attempt == 0 else np.int64(-1)
        if count > 0:
            break
    for k in range(count):
        reached[runs[k, 0] - runs[k, 1] + count_b] = 0
    return runs, count


@njit(cache=True, nogil=True)
def _chains(runs, count, width):
    """The runs of each chain, -1 after each, best chain first; in a chain, from its last run back.

    The score of a chain is its words less a little for each word of drift; each run follows the one before it that
    makes the best chain, as in minimap2 (Li 2018, section 2.1).
    """
    order, scores, before = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    furthest = np.empty(count, np.int64)  # in b that a run up to this one reaches
    for r in range(count):
        order[r] = runs[r, 1] << 32 | r
    sort(order)
    for k in range(count):
        r = order[k] & 0xFFFFFFFF
        i, j, words = runs[r, 0], runs[r, 1], runs[r, 2] + width - 1
        scores[r], before[r] = 8 * words, -1
        furthest[k] = max(furthest[k - 1], j + words) if k else j + words
        for p in range(k - 1, max(k - 1 - _BEFORE, -1), -1):
            if furthest[p] + _LONG_GAP < j:
                break
            q = order[p] & 0xFFFFFFFF
            gap_a = i - (runs[q, 0] + runs[q, 2] + width - 1)
            gap_b = j - (runs[q, 1] + runs[q, 2] + width - 1)
            overlap = max(0, -gap_a, -gap_b)
            longest, drift = max(gap_a, gap_b) + overlap, abs(gap_a - gap_b)
            if overlap < words and (longest <= _GAP or (longest <= _LONG_GAP and drift <= _DRIFT)):
                score = scores[q] + 8 * (words - overlap) - drift
                if score > scores[r] and runs[q, 0] < i and runs[q, 1] < j:
                    scores[r], before[r] = score, q
    for r in range(count):
        order[r] = scores[r] << 32 | r
    sort(order)
    chains = np.empty(2 * count, np.int64)
    size = 0
    for k in range(count - 1, -1, -1):
        r = order[k] & 0xFFFFFFFF
        if scores[r] >= 0 and (before[r] >= 0 or 2 * (runs[r, 2] + width - 1) >= _LEAST):
            while r >= 0 and scores[r] >= 0:
                chains[size] = r
                size += 1
                scores[r] = -1
                r = before[r]
            chains[size] = -1
            size += 1
    return chains[:size].copy()


@njit(cache=True, nogil=True)
def _spans(runs, width, chains, words_a, words_b, taken_a, taken_b, marks_a, marks_b, table, spans, found):
    """Writes the spans of the chains that are left when better chains have taken their words; the next row."""
    forward, no_penalty = np.int64(1), np.int64(0)  # literals would compile `_match` once more
    start = found
    first = 0
    while first < len(chains):
        last = first
        while chains[last] >= 0:
            last += 1
        end_a, end_b, open_ = np.int64(0), np.int64(0), False
        for k in range(last - 1, first - 2, -1):
            i, j, size = 0, 0, 0
            if k >= first:  # else the chain has ended
                i, j, size = runs[chains[k], 0], runs[chains[k], 1], runs[chains[k], 2] + width - 1
            if open_ and size:
                overlap = max(0, end_a - i, end_b - j)
                i, j, size = i + overlap, j + overlap, size - overlap
            for t in range(size + 1 if k >= first else 1):
                free = t < size and not taken_a[i + t] and not taken_b[j + t]
                close = open_ and not free and (t < size or k < first)
                if free and open_ and (end_a < i + t or end_b < j + t):
                    for u in range(end_a, i + t):
                        close = close or taken_a[u]
                    for u in range(end_b, j + t):
                        close = close or taken_b[u]
                    if not close:
                        ends = end_a, i + t, end_b, j + t
                        _match(words_a, words_b, *ends, forward, no_penalty, marks_a, marks_b, table)
                if close:
                    found = _closed(spans, found, words_a, words_b, taken_a, taken_b, marks_a, marks_b, table)
                    open_ = False
                if free:
                    if not open_:
                        open_ = True
                        spans[found, 1], spans[found, 3] = i + t, j + t
                    marks_a[i + t] = marks_b[j + t] = True
                    end_a, end_b = i + t + 1, j + t + 1
                    spans[found, 2], spans[found, 4] = end_a, end_b
        first = last + 1
    for k in range(start + 1, found):  # by place in b; they are few
        for p in range(k, start, -1):
            if spans[p - 1, 3] <= spans[p, 3]:
                break
            for column in range(1, 6):
                spans[p - 1, column], spans[p, column] = spans[p, column], spans[p - 1, column]
    return found


@njit(cache=True, nogil=True)
def _closed(spans, found, words_a, words_b, taken_a, taken_b, marks_a, marks_b, table):
    """Keeps the span if enough matches, extends it and takes its words; the next row."""
    weight, matched = 0, 0
    for t in range(spans[found, 3], spans[found, 4]):
        if marks_b[t]:
            weight += 2 - np.int64(words_b[t] & np.uint32(1))
            matched += 1
    longer = max(spans[found, 2] - spans[found, 1], spans[found, 4] - spans[found, 3])
    if weight < _LEAST or matched * 2 < longer:
        for t in range(spans[found, 1], spans[found, 2]):
            marks_a[t] = False
        for t in range(spans[found, 3], spans[found, 4]):
            marks_b[t] = False
        return found
    for side in range(2):
        step, penalty = np.int64(2 * side - 1), np.int64(1)
        a, b = (spans[found, 2], spans[found, 4]) if side else (spans[found, 1] - 1, spans[found, 3] - 1)
        stop_a, stop_b = a, b
        while abs(stop_a - a) < _BEYOND and 0 <= stop_a < len(words_a) and not taken_a[stop_a]:
            stop_a += step
        while abs(stop_b - b) < _BEYOND and 0 <= stop_b < len(words_b) and not taken_b[stop_b]:
            stop_b += step
        more_a, more_b = _match(words_a, words_b, a, stop_a, b, stop_b, step, penalty, marks_a, marks_b, table)
        if side:
            spans[found, 2] += more_a
            spans[found, 4] += more_b
        else:
            spans[found, 1] -= more_a
            spans[found, 3] -= more_b
    spans[found, 5] = 0
    for t in range(spans[found, 1], spans[found, 2]):
        taken_a[t] = True
        spans[found, 5] += marks_a[t]
    for t in range(spans[found, 3], spans[found, 4]):
        taken_b[t] = True
    return found + 1


@njit(cache=True, nogil=True)
def _match(words_a, words_b, a, stop_a, b, stop_b, step, penalty, marks_a, marks_b, table):
    """Marks the words of the best alignment of two short pieces, read in direction ``step``; how much of each it takes.

    With penalty 0 that is their longest common subsequence. With penalty 1, for each word that has no match, it is the
    best alignment of any two beginnings of theirs (Needleman and Wunsch, with a free end).
    """
    rows, columns = abs(stop_a - a), abs(stop_b - b)
    for i in range(rows + 1):
        table[i, 0] = -penalty * i
    for j in range(columns + 1):
        table[0, j] = -penalty * j
    best, best_i, best_j = 0, 0, 0
    for i in range(1, rows + 1):
        word = words_a[a + step * (i - 1)]
        for j in range(1, columns + 1):
            score = max(table[i - 1, j], table[i, j - 1]) - penalty
            diagonal = table[i - 1, j - 1] + (1 if word == words_b[b + step * (j - 1)] else -penalty)
            table[i, j] = max(score, diagonal)
            if table[i, j] > best:
                best, best_i, best_j = table[i, j], i, j
    i, j = best_i, best_j
    while i > 0 and j > 0:
        place_a, place_b = a + step * (i - 1), b + step * (j - 1)
        if words_a[place_a] == words_b[place_b] and table[i, j] == table[i - 1, j - 1] + 1:
            marks_a[place_a] = marks_b[place_b] = True
            i, j = i - 1, j - 1
        elif table[i, j] == table[i - 1, j] - penalty:
            i -= 1
        elif table[i, j] == table[i, j - 1] - penalty:
            j -= 1
        else:
            i, j = i - 1, j - 1
    return best_i, best_j


#: The kernel of this module that calls all others.
KERNEL = _align
