"""Spans: chains made whole, word by word: the gaps inside a chain, its ends, and which chain a word belongs to."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.chains import LEAST

#: Words beyond the ends of a span among which more matches are looked for.
_BEYOND: Final = 12


@kernel
def fill_spans(runs, width, chains, words_a, words_b, taken_a, taken_b, marks_a, marks_b, table, spans, found):
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
            for t in range(max(size, 1)):
                free = t < size and not taken_a[i + t] and not taken_b[j + t]
                close = open_ and not free
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


@kernel
def _closed(spans, found, words_a, words_b, taken_a, taken_b, marks_a, marks_b, table):
    """Keeps the span if enough matches, extends it and takes its words; the next row."""
    weight, matched = 0, 0
    for t in range(spans[found, 3], spans[found, 4]):
        if marks_b[t]:
            weight += 2 - np.int64(words_b[t] & np.uint32(1))
            matched += 1
    longer = max(spans[found, 2] - spans[found, 1], spans[found, 4] - spans[found, 3])
    if weight < LEAST or matched * 2 < longer:
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


@kernel
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
