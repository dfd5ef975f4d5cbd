"""Meetings: pairs of documents that share enough keys to be compared, one of which at least has just arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.dedup.pairs import pairs
from cleanse.dedup.pairstore import closest_of_many, counted
from cleanse.index.segments import find_entries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.index.file import IndexFile

#: Rows that are paired at once.
_PAIRED_ROWS = 2**21


def meetings(
    file: IndexFile, docs: NDArray[np.int64], keys: NDArray[np.uint64], settings: Dedup, *, among: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Documents a < b that meet, b one of ``docs``, which ascend and are numbered after those of the index.

    Each meets the first and the last ``dedup.band_members / 2`` documents before it that have a key of its own, and is
    paired with as many of those that it meets most often, the first come where they meet as often: a rule that sees only
    what came before, so that it is no matter in how many batches documents come. Without the second part each would be
    compared with what it meets by chance, which grows with the index; of the planted copies it loses none
    (`bench/index.py`; half as many pairs lose .001). Without ``among`` documents of the index only.
    """
    half = max(settings.band_members // 2, 1)
    old_keys, old_docs = _ends(*find_entries(file, keys), half)
    held: list[NDArray[np.int64]] = []
    parts = 1
    while len(keys) > _PAIRED_ROWS * parts:
        parts *= 2
    for part in range(parts):
        old, new = (np.flatnonzero(some & np.uint64(parts - 1) == part) for some in (old_keys, keys))
        rows = np.concatenate([old_docs[old], docs[new]])
        a, b = pairs(
            np.concatenate([old_keys[old], keys[new]]), rows, settings.band_members, known=len(old), thinned=False
        )
        both = rows[a] << 32 | rows[b]
        held.append(both if among else both[a < len(old)])
    both, hits = closest_of_many(counted(np.empty((2, 0), np.int64), held), half)
    both = both[hits >= settings.band_hits]
    return both >> 32, both & 0xFFFFFFFF


def _ends(keys: NDArray[np.uint64], docs: NDArray[np.int64], half: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The first and last ``half`` documents of each key, by document."""
    order = np.lexsort((docs, keys))
    keys, docs = keys[order], docs[order]
    rows = np.arange(len(keys))
    first = np.searchsorted(keys, keys, side="left")
    last = np.searchsorted(keys, keys, side="right")
    kept = (rows < first + half) | (rows >= last - half)
    keys, docs = keys[kept], docs[kept]
    order = np.argsort(docs, kind="stable")
    return keys[order], docs[order]
