"""Boosted decision trees, evaluated: the sum of one leaf of each tree.

A tree is not walked. Each of its nodes has a mask of the leaves that are left when a row goes right there; the leaf that the
row ends in is the first one that all such masks leave (QuickScorer: Lucchese and others 2015). No step depends on the one
before it, so that many rows take it at once.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from cleanse.compiled import kernel, uncompiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

#: After so many rows it pays to load a compiled kernel, which takes as long as to score them.
_COMPILES = 1_000
#: Rows scored at once, so that what they need stays in the cache; by vector instructions, which take so many in a loop.
_ROWS = 256
_WIDTH = 64
#: A tree's leaves are the bits of a mask.
_LEAVES = 32
_EVERY = np.uint32(0xFFFFFFFF)
#: A de Bruijn sequence: the highest five bits of its product with a power of two tell the power.
_SEQUENCE = np.uint32(0x077CB531)
_HIGHEST = np.uint32(27)
_ONE = np.uint32(1)


class Forest:
    """Trees of at most 32 leaves in flat arrays, one entry a node, tree by tree. A node sends a row right where its feature
    is more than the threshold; a negative child ``~k`` is the tree's leaf ``k``."""

    def __init__(self, trees: Sequence[Mapping[str, Sequence[float]]]) -> None:
        """``trees``: each with ``feature``, ``threshold``, ``left``, ``right`` (one entry a node) and ``leaf`` (values)."""
        nodes = np.cumsum([0, *(len(tree["feature"]) for tree in trees)]).astype(np.int32)
        mask = np.zeros(nodes[-1], np.uint32)
        leaf = np.zeros((len(trees), _LEAVES))
        for at, tree in enumerate(trees):
            order = _from_left(tree, mask[nodes[at] : nodes[at + 1]])
            leaf[at, _turned(_ONE << np.arange(len(order), dtype=np.uint32))] = np.asarray(tree["leaf"], float)[order]
        feature, threshold = (np.concatenate([tree[part] for tree in trees]) for part in ("feature", "threshold"))
        self.parts = feature.astype(np.int32), threshold.astype(np.float32), mask, nodes, leaf
        self._seen = 0

    def margins(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum over all trees for each row, ``rows[feature, row]``; the same in both ways of scoring them."""
        self._seen += rows.shape[1]
        sums = np.zeros(rows.shape[1])
        if self._seen > _COMPILES and not uncompiled():
            _compiled()(rows, *self.parts, sums)
        else:
            for start in range(0, len(sums), _WIDTH):
                sums[start : start + _WIDTH] = _score_some(rows[:, start : start + _WIDTH], *self.parts)
        return sums


def _score_some(
    rows: NDArray[np.float32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float32],
    mask: NDArray[np.uint32],
    nodes: NDArray[np.int32],
    leaf: NDArray[np.float64],
) -> NDArray[np.float64]:
    left = np.where(rows[feature] > threshold[:, None], mask[:, None], _EVERY)
    left = np.bitwise_and.reduceat(left, nodes[:-1], axis=0)
    # one after the other, as the kernel adds them
    sums: NDArray[np.float64] = np.cumsum(leaf[np.arange(len(leaf))[:, None], _turned(left & (~left + _ONE))], axis=0)[
        -1
    ]
    return sums


def score(
    rows: NDArray[np.float32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float32],
    mask: NDArray[np.uint32],
    nodes: NDArray[np.int32],
    leaf: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    """Add the leaves of all trees to the sum of each row, some rows at a time and node by node: a kernel."""
    left = np.empty(_ROWS, np.uint32)
    some = np.zeros((len(rows), _ROWS), np.float32)
    for start in range(0, len(sums), _ROWS):
        many = min(_ROWS, len(sums) - start)
        width = (many + _WIDTH - 1) // _WIDTH * _WIDTH
        for column in range(len(rows)):
            for row in range(many):
                some[column, row] = rows[column, start + row]
        for tree in range(len(nodes) - 1):
            for row in range(width):
                left[row] = _EVERY
            for node in range(nodes[tree], nodes[tree + 1]):
                column, bar, leaves = feature[node], threshold[node], mask[node]
                for row in range(width):
                    left[row] &= leaves if some[column, row] > bar else _EVERY
            for row in range(many):
                first = left[row] & (~left[row] + _ONE)
                sums[start + row] += leaf[tree, np.uint32(first * _SEQUENCE) >> _HIGHEST]


@functools.cache
def _compiled() -> Callable[..., None]:
    # it takes a while, and a page or two are scored sooner
    compiled: Callable[..., None] = kernel(score)
    return compiled


def _turned(power: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The place of a leaf, which is a power of two, in the table of values."""
    return power * _SEQUENCE >> _HIGHEST


def _from_left(tree: Mapping[str, Sequence[float]], mask: NDArray[np.uint32]) -> list[int]:
    """The leaves of a tree from left to right; fill in what each node leaves of them."""
    leaves: list[int] = []

    def descend(node: int) -> None:
        if node < 0:
            leaves.append(~node)
            return
        first = len(leaves)
        descend(int(tree["left"][node]))
        mask[node] = ~np.uint32((1 << len(leaves)) - (1 << first))
        descend(int(tree["right"][node]))

    descend(0)
    if len(leaves) > _LEAVES:
        raise ValueError(f"a tree has {len(leaves)} leaves, more than {_LEAVES}")
    return leaves
