"""Features of the second look: what the first one thought of a block's neighbours, its path, its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.features.columns import Column, Columns, around, logit, neighbour, over_page, per_group
from cleanse.boilerplate.operating import best_threshold

if TYPE_CHECKING:
    from numpy.typing import NDArray


def second_features(first: Column, words: Column, groups: NDArray[np.intp] | None) -> Columns:
    """``first``: the first look's probability that each block is content; ``words`` of each block; ``groups``: the path
    of each (None: text has none)."""
    f: Columns = {}
    n, words = len(first), np.maximum(words, 0.5)
    sure, kept = logit(first), first * words
    total, everything = max(float(kept.sum()), 1e-9), float(words.sum())
    f["first"] = sure
    for step in (1, 2, 3, 4):
        f[f"first+{step}"], f[f"first-{step}"] = neighbour(sure, step, -7.0), neighbour(sure, -step, -7.0)
    for reach in (2, 5, 12):
        near = around(kept, reach)
        f[f"first_{reach}"], f[f"first_words_{reach}"] = near / around(words, reach), np.log1p(near)
    if groups is not None:
        f["first_path"] = per_group(groups, kept) / per_group(groups, words)
    before = np.cumsum(kept)
    f["first_before"], f["first_after"] = (before - kept) / total, 1 - before / total
    threshold, expected = best_threshold(first, words)
    f["over_threshold"] = sure - logit(np.array([threshold]))[0]
    unsure = float((words * np.minimum(first, 1 - first)).sum())
    for name, value in (
        ("threshold", threshold),
        ("expected", expected),
        ("share", total / everything),
        ("content", np.log1p(total)),
        ("unsure", unsure / everything),
        ("unsure_content", unsure / total),
        ("most", first.max()),
        ("turns", np.log1p(np.count_nonzero(np.diff(first >= 0.5)))),
        *((f"above_{share}", words[first >= share].sum() / everything) for share in (0.3, 0.5, 0.7, 0.9)),
    ):
        f[f"page_first_{name}"] = over_page(float(value), n)
    return f
