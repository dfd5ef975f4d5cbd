"""A model, trained: cross-validated over sites, and written with all pages learned from."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
from train.fit import Weight, boost, trees_of
from train.pages import FOLDS, Example

from cleanse.boilerplate.blocks import words_of
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
) -> Answers:
    """Write the model that sees these columns. Returns each page's answers by one that has not seen its site."""

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
    model = {
        "names": names,
        "features": [pages[0].names[at] for at in columns],
        "trees": trees_of(boost(pages, rows, weight, threads)),
    }
    path.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    return answers


def cross_validated(pages: Sequence[Example], answers: Answers) -> str:
    """Mean word F1 by set, and by kind of page where a set has kinds; in brackets at a fixed threshold of .5."""
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for example in pages:
        if example.gold is None:
            continue
        content = answers[example.key]
        threshold, _ = best_threshold(content, example.words.astype(float))
        pair = (word_f1(example, content >= threshold), word_f1(example, content >= 0.5))
        data = example.key.partition("/")[0]
        scores[data].append(pair)
        if example.kind:
            scores[f"{data}:{example.kind}"].append(pair)
    return ", ".join(
        f"{name} {np.mean([one for one, _ in pairs]):.4f} ({np.mean([other for _, other in pairs]):.4f})"
        for name, pairs in sorted(scores.items())
    )


def word_f1(example: Example, kept: NDArray[np.bool_]) -> float:
    """F1 of the multisets of words of what is kept and of the gold."""
    want = Counter(words_of((example.gold or "").lower()))
    got: Counter[str] = Counter()
    for text, keep in zip(example.texts, kept, strict=True):
        if keep:
            got.update(words_of(text.lower()))
    same = sum((want & got).values())
    return 2 * same / (sum(want.values()) + sum(got.values())) if same else float(not want and not got)
