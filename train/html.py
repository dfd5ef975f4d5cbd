"""The models of HTML pages: `best` with the votes of readability and resiliparse, `fast` with none."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
from train.fit import fit_names, put_names
from train.models import Answers, cross_validated, train_model
from train.pages import FOLDS, VOTES, Example

from cleanse.boilerplate.finding import VOTERS, is_sure
from cleanse.boilerplate.operating import best_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.boilerplate.estimate import Mode

#: The sets, and what a page of each counts for: the gold of the last is a few snippets a page, and what extractors agree on.
SETS = {"wcxb_dev": 1.0, "aeb_dev": 1.0, "zhcontent_dev": 1.5, "trafilatura_eval": 0.7}
#: Sites that other sets are measured on.
KEPT_OUT = frozenset({"gazeta.pl", "wp.pl", "reuters.com", "gothamist.com", "dziennik.pl", "indiatimes.com"})
_KEPT, _LEFT = 0.8, 0.1
_ACROSS = ("votes", "least_vote", "most_vote", "page_agreement")


def train(sets: Mapping[str, Sequence[Example]], modes: Sequence[Mode], work: Path, models: Path, threads: int) -> None:
    """Write the models; what the best one keeps of each page goes to the work folder, for the text model."""
    weights: dict[str, float] = {}
    pages: list[Example] = []
    for name, found in sets.items():
        for example in found:
            if example.site in KEPT_OUT:
                continue
            example.key = f"{name}/{example.key}"
            weights[example.key] = SETS[name]
            if np.isnan(example.label).any():
                _agree(example)
            pages.append(example)
    gold = [example for example in pages if example.gold is not None]
    for fold in range(FOLDS):
        learned = fit_names([example for example in gold if example.fold != fold])
        for example in pages:
            if example.fold == fold:
                put_names(example, learned)
    names = fit_names(gold)
    each: dict[Mode, Answers] = {}
    for mode in modes:
        voters = VOTERS[mode]
        _combine(pages, voters)
        each[mode] = answers = train_model(
            pages,
            lambda example: weights[example.key],
            _columns(pages[0].names, voters),
            names,
            models / f"{mode}.json",
            threads,
        )
        if mode == "best":
            (work / "kept.pickle").write_bytes(pickle.dumps(_kept(pages, answers)))
    if {"best", "fast"} <= set(each):
        print(f"votes where they are asked for: {cross_validated(pages, _asked(pages, each))}", flush=True)


def _asked(pages: Sequence[Example], each: Mapping[Mode, Answers]) -> Answers:
    """The answers of a run, which asks for votes where it is not sure without them."""
    fast, best = each["fast"], each["best"]
    return {
        example.key: fast[example.key]
        if is_sure(fast[example.key], example.words)
        else (fast[example.key] + best[example.key]) / 2
        for example in pages
    }


def _agree(example: Example) -> None:
    """Where there is no gold, what trafilatura and readability agree on."""
    one, other = (example.rows[:, example.names.index(vote)] for vote in ("trafilatura", "readability"))
    agreed = np.where((one >= _KEPT) & (other >= _KEPT), 1.0, np.nan)
    agreed = np.where((one <= _LEFT) & (other <= _LEFT), 0.0, agreed)
    example.label = np.where(np.isnan(example.label), agreed, example.label).astype(np.float32)


def _columns(names: Sequence[str], voters: Sequence[str]) -> NDArray[np.intp]:
    """The columns that do not tell of other votes."""
    others = [vote for vote in VOTES if vote not in voters]
    dropped = set(_ACROSS) if len(voters) < 2 else set()
    return np.array(
        [at for at, name in enumerate(names) if name not in dropped and not any(vote in name for vote in others)]
    )


def _combine(pages: Sequence[Example], voters: Sequence[str]) -> None:
    """Set what the votes have in common to what these voters have."""
    if len(voters) < 2:
        return
    at = {name: i for i, name in enumerate(pages[0].names)}
    for example in pages:
        every = np.stack([example.rows[:, at[vote]] for vote in voters])
        size = np.expm1(example.rows[:, at["size"]])
        for name, column in (("votes", every.mean(0)), ("least_vote", every.min(0)), ("most_vote", every.max(0))):
            example.rows[:, at[name]] = column
        most = max(float((every.max(0) * size).sum()), 1.0)
        example.rows[:, at["page_agreement"]] = float((every.min(0) * size).sum()) / most


def _kept(pages: Sequence[Example], answers: Answers) -> dict[str, str]:
    """What F1 is best with, wherever the operating point lies: blocks likelier than half the F1 that can be expected."""
    texts = {}
    for example in pages:
        content = answers[example.key]
        _, expected = best_threshold(content, example.words.astype(float))
        least = content[(content >= expected / 2) & (example.words > 0)].min(initial=1.0)
        texts[example.key] = "\n".join(
            text for text, share in zip(example.texts, content, strict=True) if share >= least
        )
    return texts
