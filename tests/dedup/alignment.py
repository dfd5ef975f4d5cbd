"""The alignment of two documents, said once more in plain Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from tests.dedup.shingling import shingle_hashes

Run = tuple[int, int, int]
Span = tuple[int, int, int, int, int]


def runs(a: list[int], b: list[int]) -> list[Run]:
    """Whole runs of shingles, of those that begin where a shingle is not frequent in a and no long run has been."""
    counts = Counter(a)
    found: dict[Run, None] = {}
    beyond = 0
    for j in range(len(b)):
        if j >= beyond and counts[b[j]] <= 8:
            met = [_whole(a, b, i, j) for i in range(len(a)) if a[i] == b[j]]
            found |= dict.fromkeys(met)
            beyond = max([beyond, *(start + size for _, start, size in met if size >= 16)])
    if not found:  # nothing but what repeats: the first place of each must do
        for j in range(len(b)):
            if j >= beyond and b[j] in counts:
                run = _whole(a, b, a.index(b[j]), j)
                found[run] = None
                beyond = max(beyond, run[1] + run[2]) if run[2] >= 16 else beyond
    return list(found)


def _whole(a: list[int], b: list[int], i: int, j: int) -> Run:
    while i and j and a[i - 1] == b[j - 1]:
        i, j = i - 1, j - 1
    size = 1
    while i + size < len(a) and j + size < len(b) and a[i + size] == b[j + size]:
        size += 1
    return i, j, size


def chains(found: list[Run], width: int) -> list[list[int]]:
    """Runs in a row: 8 points a word, one less a word of drift; the best chain first, from its last run back."""
    order = sorted(range(len(found)), key=lambda r: (found[r][1], r))
    scores: dict[int, int] = {}
    before: dict[int, int | None] = {}
    for k, r in enumerate(order):
        i, j, words = found[r][0], found[r][1], found[r][2] + width - 1
        scores[r], before[r] = 8 * words, None
        for q in reversed(order[max(k - 32, 0) : k]):
            end = found[q][2] + width - 1
            gap_a, gap_b = i - found[q][0] - end, j - found[q][1] - end
            overlap = max(0, -gap_a, -gap_b)
            longest, drift = max(gap_a, gap_b) + overlap, abs(gap_a - gap_b)
            near = longest <= 16 or (longest <= 32 and drift <= 6)
            score = scores[q] + 8 * (words - overlap) - drift
            if near and overlap < words and found[q][0] < i and found[q][1] < j and score > scores[r]:
                scores[r], before[r] = score, q
    made, used = [], set()
    for r in sorted(range(len(found)), key=lambda r: (scores[r], r), reverse=True):
        if r not in used and (before[r] is not None or found[r][2] + width - 1 >= 10):
            made.append([])
            last: int | None = r
            while last is not None and last not in used:
                used.add(last)
                made[-1].append(last)
                last = before[last]
    return made


def spans(a: list[int], b: list[int], words: int) -> list[Span]:
    """Places in a and in b, and how many words match; by place in b."""
    shingles = [shingle_hashes(np.array(document, np.uint32), words).tolist() for document in (a, b)]
    found, width = runs(*shingles), min(words, len(a), len(b))
    taken = _Taken(a, b)
    for chain in chains(found, width):
        pairs: list[tuple[int, int]] = []
        for i, j, size in (found[r] for r in reversed(chain)):
            for t in range(size + width - 1):
                if pairs and (i + t <= pairs[-1][0] or j + t <= pairs[-1][1]):
                    continue  # the run before it has these words
                gap_a, gap_b = (range(pairs[-1][0] + 1, i + t), range(pairs[-1][1] + 1, j + t)) if pairs else ((), ())
                if taken.any([*gap_a, i + t], [*gap_b, j + t]):
                    taken.close(pairs)
                    pairs = []
                if not taken.any([i + t], [j + t]):
                    pairs.append((i + t, j + t))
        taken.close(pairs)
    return sorted(taken.spans, key=lambda span: span[2])


@dataclass
class _Taken:
    """The words that spans have taken."""

    a: list[int]
    b: list[int]
    of_a: set[int] = field(default_factory=set)
    of_b: set[int] = field(default_factory=set)
    spans: list[Span] = field(default_factory=list)

    def any(self, a: list[int], b: list[int]) -> bool:
        return not self.of_a.isdisjoint(a) or not self.of_b.isdisjoint(b)

    def close(self, pairs: list[tuple[int, int]]) -> None:
        """Make a span of words that match and those between them, if enough match, and look beyond its ends."""
        if not pairs:
            return
        matches = [self.b[pairs[0][1]]]
        for before, after in pairwise(pairs):
            gap_a, gap_b = self.a[before[0] + 1 : after[0]], self.b[before[1] + 1 : after[1]]
            matches += [*common_subsequence(gap_a, gap_b), self.b[after[1]]]
        (first_a, first_b), (last_a, last_b) = pairs[0], (pairs[-1][0] + 1, pairs[-1][1] + 1)
        weight = sum(1 if word & 1 else 2 for word in matches)  # an odd word is one character of an unspaced script
        if weight < 20 or 2 * len(matches) < max(last_a - first_a, last_b - first_b):
            return
        more = self._beyond(range(first_a - 1, -1, -1), range(first_b - 1, -1, -1))
        further = self._beyond(range(last_a, len(self.a)), range(last_b, len(self.b)))
        span = first_a - more[0], last_a + further[0], first_b - more[1], last_b + further[1]
        self.of_a |= {*range(*span[:2])}
        self.of_b |= {*range(*span[2:])}
        self.spans.append((*span, len(matches) + more[2] + further[2]))

    def _beyond(self, in_a: range, in_b: range) -> tuple[int, int, int]:
        free_a = next((k for k, at in enumerate(in_a) if k == 12 or at in self.of_a), len(in_a))
        free_b = next((k for k, at in enumerate(in_b) if k == 12 or at in self.of_b), len(in_b))
        return best_beginnings([self.a[at] for at in in_a[:free_a]], [self.b[at] for at in in_b[:free_b]])


def common_subsequence(one: list[int], other: list[int]) -> list[int]:
    """A longest one."""
    rows: list[list[list[int]]] = [[[] for _ in range(len(other) + 1)]]
    for x in one:
        row: list[list[int]] = [[]]
        for j, y in enumerate(other):
            row.append([*rows[-1][j], x] if x == y else max(rows[-1][j + 1], row[-1], key=len))
        rows.append(row)
    return rows[-1][-1]


def best_beginnings(one: list[int], other: list[int]) -> tuple[int, int, int]:
    """How much of each is in the best alignment of two beginnings, a point for a match and one less for what has none;
    and how many words match in it."""
    scores = {(i, j): -max(i, j) for i in range(len(one) + 1) for j in range(len(other) + 1) if not i or not j}
    matches = dict.fromkeys(scores, 0)
    for i, x in enumerate(one, 1):
        for j, y in enumerate(other, 1):
            ways = [(i - 1, j - 1, 1)] if x == y else []
            ways += [(i - 1, j, -1), (i, j - 1, -1)] + ([] if x == y else [(i - 1, j - 1, -1)])
            way = max(ways, key=lambda way: scores[way[:2]] + way[2])  # the first of equals
            scores[i, j], matches[i, j] = scores[way[:2]] + way[2], matches[way[:2]] + (way[2] > 0)
    best = max(sorted(scores), key=lambda place: scores[place])
    return *best, matches[best]
