"""How likely each block of a page is content, by the learned model: two looks, the second with the first one's answers."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cleanse.boilerplate.features.lines import Lines
from cleanse.boilerplate.features.names import Names
from cleanse.boilerplate.features.second import second_features
from cleanse.boilerplate.features.tree import path_groups, tree_features
from cleanse.boilerplate.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.case import Case
    from cleanse.boilerplate.features.columns import Columns

Mode = Literal["best", "fast", "text"]


@dataclass(frozen=True, slots=True)
class Look:
    """One forest with the features it asks for, in order, and the log-odds it starts from."""

    features: Sequence[str]
    forest: Forest

    def probabilities(self, columns: Columns) -> NDArray[np.float64]:
        """For each block the probability to be content."""
        rows = np.stack([columns[name] for name in self.features], axis=1).astype(np.float32)
        probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-self.forest.margins(rows)))
        return probabilities


class Model:
    """What training has learned for one mode: weights of names, and two looks."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.names = Names(data["names"]["near"], data["names"]["far"])
        self.first, self.second = (
            Look(data[look]["features"], Forest(data[look]["trees"])) for look in ("first", "second")
        )

    def content(self, case: Case, votes: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """For each block of a page the probability to be content."""
        if not case.blocks:
            return np.zeros(0)
        columns, groups = first_features(case, votes, self.names)
        first = self.first.probabilities(columns)
        words = np.array([block.words for block in case.blocks], float)
        return self.second.probabilities(columns | second_features(first, words, groups))


def first_features(
    case: Case, votes: Mapping[str, NDArray[np.float64]], names: Names
) -> tuple[Columns, NDArray[np.intp] | None]:
    """(the columns of the first look, the path of each block if the page has a tree)."""
    lines = Lines(case)
    if not case.page.places:
        return lines.columns, None
    return lines.columns | tree_features(lines, names, votes), path_groups(lines)


@functools.cache
def model(mode: Mode) -> Model:
    """The model of a mode, as it was trained."""
    data = resources.files(__package__).joinpath("models", f"{mode}.json").read_text(encoding="utf-8")
    return Model(json.loads(data))
