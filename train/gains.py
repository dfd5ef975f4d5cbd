"""What the word F1 of a page gains by another beta than the usual: boosted trees over features of whole pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
from train.fit import Weight, trees_of
from train.pages import FOLDS, Example, word_f1

from cleanse.boilerplate.betas import BETAS, USUAL
from cleanse.boilerplate.features.whole import page_features
from cleanse.boilerplate.operating import best_threshold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

#: A page has one row, so that there are few: small trees, and many pages to a leaf.
_BOOSTING = {
    "objective": "l2",
    "learning_rate": 0.05,
    "num_leaves": 6,
    "min_data_in_leaf": 100,
    "lambda_l2": 20.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
_ROUNDS = 100
_OTHERS = [at for at in range(len(BETAS)) if at != USUAL]

Betas = dict[str, float]


def learn_gains(
    pages: Sequence[Example],
    answers: Mapping[str, NDArray[np.float64]],
    rows: Callable[[Example], NDArray[np.float32]],
    weight: Weight,
    threads: int,
) -> tuple[list[list[dict[str, list[float]]]], Betas]:
    """(trees of each beta but the usual, the beta of each page by trees that have not seen its site).

    ``answers`` are those of a model that has not seen the page's site."""
    pages = [page for page in pages if page.gold is not None]
    features = np.stack([_features(page, answers[page.key], rows(page)) for page in pages])
    scores = np.array([_scores(page, answers[page.key]) for page in pages])
    gains = scores - scores[:, [USUAL]]
    weights = np.array([weight(page) for page in pages])
    folds = np.array([page.fold for page in pages])

    def fit(which: NDArray[np.bool_], beta: int) -> lightgbm.Booster:
        settings: dict[str, Any] = _BOOSTING | {"num_threads": threads}
        data = lightgbm.Dataset(features[which], gains[which, beta], weight=weights[which])
        return lightgbm.train(settings, data, _ROUNDS)

    expected = np.zeros_like(gains)
    for fold in range(FOLDS):
        for beta in _OTHERS:
            expected[folds == fold, beta] = fit(folds != fold, beta).predict(features[folds == fold])
    chosen = expected.argmax(axis=1).tolist()
    everything = np.ones(len(pages), bool)
    trees = [trees_of(fit(everything, beta)) for beta in _OTHERS]
    return trees, {page.key: BETAS[beta] for page, beta in zip(pages, chosen, strict=True)}


def _features(page: Example, content: NDArray[np.float64], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    offsets = np.array([0, len(content)])
    found: NDArray[np.float32] = page_features(content, page.words, offsets, rows.T)[:, 0]
    return found


def _scores(page: Example, content: NDArray[np.float64]) -> list[float]:
    """The word F1 of a page at each beta."""
    words = page.words.astype(float)
    return [word_f1(page, content >= best_threshold(content, words, beta)[0]) for beta in BETAS]
