"""Fitting: weights of names by logistic regression, blocks by gradient boosting, all by folds of sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from train.pages import Example, token_sets

from cleanse.boilerplate.features.columns import Spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A name must stand on so many sites to be learned.
_NAME_SITES = 6
_BOOSTING = {
    "objective": "cross_entropy",
    "lambda_l2": 5.0,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
SHAPE = {"learning_rate": 0.08, "num_leaves": 31, "rounds": 180}

#: Blocks of one page that are learned from at most.
_MOST_BLOCKS = 240

#: What a page counts for; a block counts by the root of its words, so that menus do not drown texts.
Weight = Callable[[Example], float]


def block_weights(example: Example) -> NDArray[np.float32]:
    """The weights of a page's blocks: they grow with the fourth root of the page's length."""
    roots = np.sqrt(np.minimum(example.words, 60))
    return (3 * roots / max(float(np.sqrt(roots.sum())), 1e-9)).astype(np.float32)


def fit_names(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Log-odds of names near a text and farther up: those that enough sites use."""
    sites: dict[str, set[str]] = {}
    for example in examples:
        for counts in {id(c): c for c in token_sets(example)}.values():
            for name in counts:
                sites.setdefault(name, set()).add(example.site)
    names = sorted(name for name, found in sites.items() if len(found) >= _NAME_SITES)
    numbers = {name: at for at, name in enumerate(names)}
    matrix = _counted(examples, numbers)
    labels = np.concatenate([example.label for example in examples]) >= 0.5
    weights = np.concatenate([block_weights(example) for example in examples])
    fitted = LogisticRegression(C=0.03, max_iter=40, tol=1e-3).fit(matrix, labels, weights / weights.mean())
    tables: dict[str, dict[str, float]] = {"n": {}, "f": {}}
    for name, weight in zip(names, fitted.coef_[0], strict=True):
        if abs(weight) >= 0.01:
            tables[name[0]][name[2:]] = round(float(weight), 3)
    return {"near": tables["n"], "far": tables["f"]}


def _counted(examples: Iterable[Example], numbers: dict[str, int]) -> csr_matrix:
    values: list[int] = []
    places: list[int] = []
    ends = [0]
    for example in examples:
        for counts in token_sets(example):
            for name, count in counts.items():
                if name in numbers:
                    places.append(numbers[name])
                    values.append(count)
            ends.append(len(places))
    shape = (len(ends) - 1, len(numbers))
    return csr_matrix((np.array(values, np.float32), np.array(places, np.int32), np.array(ends)), shape=shape)


def put_names(example: Example, weights: dict[str, dict[str, float]]) -> None:
    """Fill in the columns that learned weights of names make."""
    if not example.above:
        return
    memo: dict[int, tuple[float, ...]] = {}
    rows = []
    for counts in token_sets(example):
        if id(counts) not in memo:
            memo[id(counts)] = _name_row(counts, weights)
        rows.append(memo[id(counts)])
    found = np.array(rows, np.float32)
    at = {name: i for i, name in enumerate(example.names)}
    for i, name in enumerate(("near", "near_low", "near_high", "far", "far_low", "far_high")):
        example.rows[:, at[f"names_{name}"]] = found[:, i]
    total = found[:, 0] + found[:, 3]
    example.rows[:, at["names"]] = total
    spans = Spans(np.array([0, len(total)]))
    for step in (-1, 1):
        example.rows[:, at[f"names{step:+}"]] = spans.neighbour(total, step, 0.0)
    assert example.groups is not None
    members = np.bincount(example.groups)
    example.rows[:, at["path_names"]] = (np.bincount(example.groups, total) / members)[example.groups]


def _name_row(counts: dict[str, int], weights: dict[str, dict[str, float]]) -> tuple[float, ...]:
    row: list[float] = []
    for kind, table in (("n:", weights["near"]), ("f:", weights["far"])):
        found = [(table[n[2:]], count) for n, count in counts.items() if n.startswith(kind) and n[2:] in table]
        values = [weight for weight, _ in found]
        row += [sum(weight * count for weight, count in found), min([0.0, *values]), max([0.0, *values])]
    return tuple(row)


def boost(
    examples: Sequence[Example],
    rows: Callable[[Example], NDArray[np.float32]],
    weight: Weight,
    threads: int,
) -> lightgbm.Booster:
    """Boosted trees over the labelled blocks of all pages."""
    known = [_sample(example) for example in examples]
    data = np.concatenate([rows(example)[ok] for example, ok in zip(examples, known, strict=True)])
    labels = np.concatenate([example.label[ok] for example, ok in zip(examples, known, strict=True)])
    weights = np.concatenate(
        [weight(example) * block_weights(example)[ok] for example, ok in zip(examples, known, strict=True)]
    )
    settings: dict[str, Any] = _BOOSTING | SHAPE | {"num_threads": threads}
    rounds = int(settings.pop("rounds"))
    return lightgbm.train(settings, lightgbm.Dataset(data, labels, weight=weights), rounds)


def _sample(example: Example) -> NDArray[np.intp]:
    """The blocks of a page that are learned from: those with a label, so many at most, spread over the page."""
    known = np.flatnonzero(~np.isnan(example.label))
    if len(known) <= _MOST_BLOCKS:
        return known
    return known[np.linspace(0, len(known) - 1, _MOST_BLOCKS).astype(np.intp)]


def trees_of(booster: lightgbm.Booster) -> list[dict[str, list[float]]]:
    """The trees as `cleanse.boilerplate.forest` reads them."""
    trees = []
    for info in booster.dump_model()["tree_info"]:
        tree: dict[str, list[float]] = {"feature": [], "threshold": [], "left": [], "right": [], "leaf": []}
        if _add(info["tree_structure"], tree) < 0:
            # nothing was split: one node whose children are the same leaf
            tree |= {"feature": [0], "threshold": [0.0], "left": [-1], "right": [-1]}
        trees.append(tree)
    return trees


def _add(node: dict[str, Any], tree: dict[str, list[float]]) -> int:
    if "leaf_value" in node:
        tree["leaf"].append(round(node["leaf_value"], 5))
        return ~(len(tree["leaf"]) - 1)
    at = len(tree["feature"])
    tree["feature"].append(node["split_feature"])
    tree["threshold"].append(float(f"{node['threshold']:.6g}"))
    tree["left"].append(0)
    tree["right"].append(0)
    tree["left"][at] = _add(node["left_child"], tree)
    tree["right"][at] = _add(node["right_child"], tree)
    return at
