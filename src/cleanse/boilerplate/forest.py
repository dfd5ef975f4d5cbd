"""Boosted decision trees, evaluated: the sum of one leaf of each tree."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray


class Forest:
    """Trees in flat arrays. A node sends a row left where its feature is at most the threshold; a negative child ``~k`` is
    the tree's leaf ``k``."""

    def __init__(self, trees: Sequence[Mapping[str, Sequence[float]]]) -> None:
        """``trees``: each with ``feature``, ``threshold``, ``left``, ``right`` (one entry a node) and ``leaf`` (values)."""
        self._feature = _joined(trees, "feature").astype(np.int32)
        self._threshold = _joined(trees, "threshold").astype(np.float32)
        self._left, self._right = _joined(trees, "left").astype(np.int32), _joined(trees, "right").astype(np.int32)
        self._leaf = _joined(trees, "leaf")
        self._nodes = np.cumsum([0, *(len(tree["feature"]) for tree in trees)])[:-1].astype(np.int32)
        self._leaves = np.cumsum([0, *(len(tree["leaf"]) for tree in trees)])[:-1].astype(np.int32)

        self._seen = 0

    def margins(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum over all trees for each row; the same in both ways of walking them."""
        self._seen += len(rows)
        if self._seen > _COMPILES:
            return _compiled()(
                rows,
                *(self._feature, self._threshold, self._left, self._right, self._leaf, self._nodes, self._leaves),
            )
        sums = np.zeros(len(rows))
        for start in range(0, len(rows), _ROWS):
            sums[start : start + _ROWS] = self._some(rows[start : start + _ROWS])
        return sums

    def _some(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        # all rows walk down all trees at once, a level a step; those that have reached a leaf wait
        at = np.zeros((len(rows), len(self._nodes)), np.int32)
        flat = at.reshape(-1)
        open_ = np.arange(flat.size)
        row, tree = np.divmod(open_, len(self._nodes))
        base = self._nodes[tree]
        while open_.size:
            node = base + flat[open_]
            right = rows[row, self._feature[node]] > self._threshold[node]
            child = np.where(right, self._right[node], self._left[node])
            flat[open_] = child
            going = child >= 0
            open_, row, base = open_[going], row[going], base[going]
        # one after the other, as the compiled walk adds them
        sums: NDArray[np.float64] = np.cumsum(self._leaf[self._leaves + ~at], axis=1)[:, -1]
        return sums


def walk(
    rows: NDArray[np.float32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    leaf: NDArray[np.float64],
    nodes: NDArray[np.int32],
    leaves: NDArray[np.int32],
) -> NDArray[np.float64]:
    """The same, row by row and tree by tree: a kernel."""
    sums = np.zeros(len(rows))
    for tree in range(len(nodes)):
        base = nodes[tree]
        for row in range(len(rows)):
            at = 0
            while at >= 0:
                node = base + at
                at = right[node] if rows[row, feature[node]] > threshold[node] else left[node]
            sums[row] += leaf[leaves[tree] + ~at]
    return sums


@functools.cache
def _compiled() -> Callable[..., NDArray[np.float64]]:
    # numba takes half a second to import, which a page or two do not need
    import numba

    from cleanse.compiled import keep_kernels

    keep_kernels()
    compiled: Callable[..., NDArray[np.float64]] = numba.njit(cache=True, nogil=True)(walk)
    return compiled


#: After so many rows it pays to compile.
_COMPILES = 5_000
#: Rows walked at once: what they need stays in the cache.
_ROWS = 128


def _joined(trees: Sequence[Mapping[str, Sequence[float]]], part: str) -> NDArray[np.float64]:
    return np.concatenate([np.asarray(tree[part], float) for tree in trees])
