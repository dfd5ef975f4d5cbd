"""Chains: runs that follow one another in both documents over small gaps, as an edited copy leaves them."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.sorting import sort

#: Least matched words of a span, in half words: a character of an unspaced script counts one, a word two.
LEAST: Final = 20
# ... and at least half of the longer side must match: less is chance, as where trigrams of letters stand for shingles.
#: Words between two runs of a chain, in either document: finds 99.7 % of the passages with 20 % edits ...
_GAP: Final = 16
#: ... or up to this many, if the gaps in the two documents differ by at most _DRIFT words (edited 40 %).
LONG_GAP: Final = 32
_DRIFT: Final = 6
#: Runs before a run that it can follow. Runs come in the order of the second document, so these reach well over a gap.
_BEFORE: Final = 32


@kernel
def chain(runs, count, width):
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
            if furthest[p] + LONG_GAP < j:
                break
            q = order[p] & 0xFFFFFFFF
            gap_a = i - (runs[q, 0] + runs[q, 2] + width - 1)
            gap_b = j - (runs[q, 1] + runs[q, 2] + width - 1)
            overlap = max(0, -gap_a, -gap_b)
            longest, drift = max(gap_a, gap_b) + overlap, abs(gap_a - gap_b)
            if overlap < words and (longest <= _GAP or (longest <= LONG_GAP and drift <= _DRIFT)):
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
        if scores[r] >= 0 and (before[r] >= 0 or 2 * (runs[r, 2] + width - 1) >= LEAST):
            while r >= 0 and scores[r] >= 0:
                chains[size] = r
                size += 1
                scores[r] = -1
                r = before[r]
            chains[size] = -1
            size += 1
    return chains[:size].copy()
