"""A model, trained: cross-validated over sites, and written with all pages learned from."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from train.fit import Weight, boost, trees_of
from train.gains import Betas, learn_gains
from train.pages import FOLDS, Example, word_f1

from cleanse.boilerplate.betas import BETA
from cleanse.boilerplate.operating import best_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Answers = dict[str, "NDArray[np.float64]"]


def train_model(
    pages: Sequence[Example],
    weight: Weight,
    columns: NDArray[np.intp],
    names: Mapping[str, Mapping[str, float]],
    path: Path,
    threads: int,
    *,
    gains: bool = False,
) -> Answers:
    """Write the model that sees these columns, with ``gains`` also what each beta but the usual gains.

    Returns each page's answers by a model that has not seen its site."""

    def rows(example: Example) -> NDArray[np.float32]:
        seen: NDArray[np.float32] = example.rows[:, columns]
        return seen

    answers: Answers = {}
    for fold in range(FOLDS):
        forest = boost([e for e in pages if e.fold != fold], rows, weight, threads)
        for example in pages:
            if example.fold == fold:
                answers[example.key] = np.asarray(forest.predict(rows(example)))
    print(f"{path.name}: {cross_validated(pages, answers)}", flush=True)
    model: dict[str, Any] = {
        "names": names,
        "features": [pages[0].names[at] for at in columns],
        "trees": trees_of(boost(pages, rows, weight, threads)),
    }
    if gains:
        model["gains"], betas = learn_gains(pages, answers, rows, weight, threads)
        print(f"with the beta of each page: {cross_validated(pages, answers, betas)}", flush=True)
    path.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    return answers


def cross_validated(pages: Sequence[Example], answers: Answers, betas: Betas | None = None) -> str:
    """Mean word F1 by set, and by kind of page where a set has kinds; in brackets at a fixed threshold of .5."""
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for example in pages:
        if example.gold is None:
            continue
        content = answers[example.key]
        threshold, _ = best_threshold(content, example.words.astype(float), (betas or {}).get(example.key, BETA))
        pair = (word_f1(example, content >= threshold), word_f1(example, content >= 0.5))
        data = example.key.partition("/")[0]
        scores[data].append(pair)
        if example.kind:
            scores[f"{data}:{example.kind}"].append(pair)
    return ", ".join(
        f"{name} {np.mean([one for one, _ in pairs]):.4f} ({np.mean([other for _, other in pairs]):.4f})"
        for name, pairs in sorted(scores.items())
    )
