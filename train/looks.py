"""Two looks, trained: answers of the first for pages it has not seen are what the second learns from."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from train.fit import FIRST, SECOND, Weight, boost, second_names, second_rows, trees_of
from train.pages import FOLDS, Example

from cleanse.boilerplate.blocks import words_of
from cleanse.boilerplate.operating import best_threshold

if TYPE_CHECKING:
    from pathlib import Path

Answers = Mapping[str, NDArray[np.float64]]

#: Columns of the first look that the second sees again: those that tell of the page, and a block's own shape.
_AGAIN = (
    *("size", "terminal", "says_noise", "says_byline", "heading", "list_item", "date", "run", "place", "words_before"),
    *("prose_before", "prose_after", "in_title", "since_title", "copies", "links", "hinted", "votes", "names"),
    *("path_blocks", "path_size", "path_share", "path_links", "inner", "outer", "resiliparse", "readability"),
    *("section_size", "prose_5", "until_paragraph", "since_paragraph"),
)


def train_looks(
    pages: Sequence[Example],
    weight: Weight,
    columns: NDArray[np.intp],
    names: Mapping[str, Mapping[str, float]],
    path: Path,
    threads: int,
) -> Answers:
    """Train, cross-validate over sites, write the model. Returns each page's answers by a model that has not seen it."""

    def rows(example: Example) -> NDArray[np.float32]:
        seen: NDArray[np.float32] = example.rows[:, columns]
        return seen

    first: dict[str, NDArray[np.float64]] = {}
    for fold in range(FOLDS):
        look = boost([e for e in pages if e.fold != fold], rows, weight, FIRST, threads)
        for example in pages:
            if example.fold == fold:
                first[example.key] = np.asarray(look.predict(rows(example)))
        print(f"  first look, fold {fold}", flush=True)
    own = [pages[0].names[at] for at in columns]
    again = np.array([at for at in columns if pages[0].names[at] in _AGAIN or pages[0].names[at].startswith("page_")])

    def looked(example: Example) -> NDArray[np.float32]:
        return second_rows(example, first[example.key], again)

    second: dict[str, NDArray[np.float64]] = {}
    for fold in range(FOLDS):
        look = boost([e for e in pages if e.fold != fold], looked, weight, SECOND, threads)
        for example in pages:
            if example.fold == fold:
                second[example.key] = np.asarray(look.predict(looked(example)))
    for name, answers in (("first look", first), ("both looks", second)):
        print(f"{path.name}: {name}: {cross_validated(pages, answers)}", flush=True)
    model = {
        "names": names,
        "first": {"features": own, "trees": trees_of(boost(pages, rows, weight, FIRST, threads))},
        "second": {
            "features": [pages[0].names[at] for at in again] + second_names(pages[0]),
            "trees": trees_of(boost(pages, looked, weight, SECOND, threads)),
        },
    }
    path.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    return second


def cross_validated(pages: Sequence[Example], answers: Answers) -> str:
    """Mean word F1 by set, and by kind of page where a set has kinds; and at a fixed threshold beside it."""
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
