"""Runs: where two documents have the same shingles in a row, found through a table of one document's shingles."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.compiled import kernel

#: Occurrences of a shingle in one document beyond which it seeds nothing; runs still extend over it.
_OCCURRENCES: Final = 8
#: Shingles of a run that settles where its words belong: inside it nothing else is looked for. What begins in it and
#: goes on after it is found from there, backwards.
_LONG_RUN: Final = 16
_ONE = np.uint64(1)
#: Words compared for runs, per word of the two documents.
_EFFORT: Final = 16


@kernel
def index(shingles, heads, nexts, present):
    """An open hash table of the first place of each shingle; ``nexts`` leads to its next place, or -1.

    ``present`` has a bit for each of many hashes: it turns away nearly all shingles that are not there, and the
    processor learns to expect it.
    """
    heads[:] = -1
    present[:] = 0
    mask = len(heads) - 1
    for k in range(len(shingles) - 1, -1, -1):
        slot = np.int64(shingles[k]) & mask
        while heads[slot] >= 0 and shingles[heads[slot]] != shingles[k]:
            slot = (slot + 1) & mask
        nexts[k] = heads[slot]
        heads[slot] = k
        bit = np.int64(shingles[k]) & (64 * len(present) - 1)
        present[bit >> 6] |= _ONE << np.uint64(bit & 63)


@kernel
def find_runs(shingles_a, shingles_b, heads, nexts, present, reached, runs):
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
            bit = np.int64(shingles_b[j]) & (64 * len(present) - 1)
            if j < beyond or (present[bit >> 6] >> np.uint64(bit & 63)) & _ONE == 0:
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
