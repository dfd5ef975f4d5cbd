"""Meetings: pairs of documents that share enough keys to be compared, one of which at least has just arrived."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cleanse.dedup.pairs import MAX_DOCUMENTS, group_pairs, groups
from cleanse.dedup.pairstore import PairStore
from cleanse.index.keys import KEY_BITS
from cleanse.index.likeness import likely
from cleanse.index.segments import find_entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.index.file import IndexFile
    from cleanse.index.keys import Keyed

#: Keys of the documents that arrive which are looked up and paired at once, about: with what an index of a million
#: documents has of them, in some hundreds of megabytes.
_PAIRED_KEYS = 2**20
#: Documents that a key may have and be rare: two that share one such key may be alike, as may two that share two other keys.
#: Of texts of a large index nearly all that share a single key have it by chance, from a phrase that many have: a third of
#: the pairs is left with 8, and of the planted copies no fewer are found; with 2, .006 fewer.
_RARE = 8


def meetings(
    file: IndexFile, keyed: Keyed, folder: Path, check: Callable[[], None], *, among: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Documents a < b that meet, b one of those with the keys ``keyed``, which are numbered after those of the index.

    Each meets the first and the last ``dedup.band_members / 2`` documents before it that have a key of its own, and is
    paired with as many of those that it meets most often, the first come where they meet as often: a rule that sees only
    what came before, so that it is no matter in how many batches documents come. Without the second part each would be
    compared with what it meets by chance, which grows with the index; of the planted copies it loses none
    (`bench/index.py`; half as many pairs lose .001). Enough keys are `dedup.band_hits` rare ones, of which each is worth two
    others; where they are just enough, the documents' sketches must be alike, too (`likeness`). In the classic profile, whose
    bands have more rows, all keys are rare and enough. Without ``among`` documents of the index only. Pairs wait on disk, in
    ``folder``, until they are counted; ``check`` is called now and then.
    """
    settings, docs, keys = file.settings, keyed.docs + file.documents, keyed.keys
    half = max(settings.band_members // 2, 1)
    # fewer than are kept of a key, so that as many are seen in one batch as in many
    rare = MAX_DOCUMENTS if settings.profile == "classic" else min(_RARE, 2 * half - 1)
    bits = min(16, max(0, math.ceil(math.log2(max(len(keys), 1) / _PAIRED_KEYS))))
    prefixes = (keys >> np.uint64(KEY_BITS - bits)).astype(np.uint16)
    order = np.argsort(prefixes, kind="stable")
    ends = np.cumsum(np.bincount(prefixes, minlength=1 << bits))
    with PairStore(folder, half, all_kept=True) as met:
        for mine in np.split(order, ends[:-1]):
            old_keys, old_docs = _ends(*find_entries(file, keys[mine]), half)
            rows = np.concatenate([old_docs, docs[mine]])
            # the first bits of 64 are to differ: those of the prefix do not
            both = np.concatenate([old_keys, keys[mine]]) << np.uint64(64 - KEY_BITS + bits)
            members, sizes = groups(both, rows)
            known = len(old_keys)
            for a, b in group_pairs(members, sizes, settings.band_members, known=known, rare=rare, thinned=False):
                wanted = slice(None) if among else a < known
                met.append(rows[a[wanted]], rows[b[wanted]])
            check()
        enough = 2 * settings.band_hits
        pairs, hits = np.concatenate([np.empty((2, 0), np.int64), *met.met(enough)], axis=1)
    order = np.argsort(pairs)
    a, b, hits = pairs[order] >> 32, pairs[order] & 0xFFFFFFFF, hits[order]
    if settings.profile == "classic":
        return a, b
    kept = hits >= enough + 2
    kept[~kept] = likely(file, a[~kept], b[~kept], keyed.sketches, keyed.words)
    return a[kept], b[kept]


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
