"""How likely each block of a page is content, by the learned model."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cleanse.boilerplate.betas import BETA, BETAS, USUAL
from cleanse.boilerplate.features.lines import Lines
from cleanse.boilerplate.features.names import Names
from cleanse.boilerplate.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Pages
    from cleanse.boilerplate.counts import Counts
    from cleanse.boilerplate.features.columns import Columns

Mode = Literal["best", "fast", "text"]


class Model:
    """What training has learned for one mode: weights of names, boosted trees over the features they ask for, and trees of what
    the F1 of a page gains by each beta but the usual."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._names = Names(data["names"]["near"], data["names"]["far"])
        self._features: list[str] = data["features"]
        self._forest = Forest(data["trees"])
        self._gains = [Forest(trees) for trees in data.get("gains", [])]

    def estimate(
        self, pages: Pages, votes: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(for each block of some pages the probability to be content, for each page the beta that promises the best F1).

        ``votes``: see `cleanse.boilerplate.votes`.
        """
        usual = np.full(len(pages.pages), BETA)
        if pages.counts is None:
            return np.zeros(0), usual
        columns = features(pages, pages.counts, votes, self._names)
        rows = np.empty((len(self._features), len(pages.blocks)), np.float32)
        for row, name in zip(rows, self._features, strict=True):
            row[:] = columns[name]
        content: NDArray[np.float64] = 1 / (1 + np.exp(-self._forest.margins(rows)))
        return content, self._betas(pages, content, rows) if self._gains else usual

    def _betas(self, pages: Pages, content: NDArray[np.float64], rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The usual beta, or the one of the others that is expected to gain most."""
        from cleanse.boilerplate.features.whole import page_features  # kernels of texts, which HTML does without

        whole = page_features(content, pages.blocks.words, pages.blocks.offsets, rows)
        gains = [forest.margins(whole) for forest in self._gains]
        gains.insert(USUAL, np.zeros(len(pages.pages)))
        found: NDArray[np.float64] = np.array(BETAS)[np.argmax(gains, axis=0)]
        return found


def features(pages: Pages, counts: Counts, votes: Mapping[str, NDArray[np.float64]], names: Names) -> Columns:
    """The columns of some pages: those of their lines, and of the tree of a single one that has one."""
    lines = Lines(pages, counts)
    (page, *others) = pages.pages
    if others or not page.tree:
        return lines.columns
    from cleanse.boilerplate.features.tree import tree_features  # kernels of HTML, which texts do without

    return lines.columns | tree_features(lines, names, votes)


@functools.cache
def model(mode: Mode) -> Model:
    """The model of a mode, as it was trained."""
    return Model(
        json.loads(resources.files(__package__).joinpath("models", f"{mode}.json").read_text(encoding="utf-8"))
    )
