"""The learned judge: its trees, its operating point, its features; oracles in plain Python."""

from __future__ import annotations

import json
import statistics
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleanse
from cleanse.boilerplate.betas import BETA, BETAS, USUAL
from cleanse.boilerplate.estimate import Model, model
from cleanse.boilerplate.features.columns import Spans, per_group
from cleanse.boilerplate.features.lines import Lines
from cleanse.boilerplate.features.names import Names, elements_above, tokens
from cleanse.boilerplate.features.whole import page_features
from cleanse.boilerplate.forest import Forest
from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.operating import best_threshold, best_thresholds
from cleanse.boilerplate.text import find_text_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def grown(rng: np.random.Generator, features: int, depth: int) -> dict[str, Any]:
    """A random tree of uneven depth."""
    tree: dict[str, Any] = {"feature": [], "threshold": [], "left": [], "right": [], "leaf": []}

    def node(left: int) -> int:
        if left == 0 or (left < depth and rng.random() < 0.3):
            tree["leaf"].append(float(rng.normal()))
            return ~(len(tree["leaf"]) - 1)
        at = len(tree["feature"])
        for name, value in (("feature", int(rng.integers(features))), ("threshold", float(rng.normal()))):
            tree[name].append(value)
        tree["left"].append(0)
        tree["right"].append(0)
        tree["left"][at], tree["right"][at] = node(left - 1), node(left - 1)
        return at

    node(depth)
    return tree


def leaf_of(tree: dict[str, Any], row: np.ndarray) -> float:
    at = 0
    while at >= 0:
        side = "right" if row[tree["feature"][at]] > np.float32(tree["threshold"][at]) else "left"
        at = tree[side][at]
    return float(tree["leaf"][~at])


@pytest.mark.parametrize("rows", [0, 1, 300])
def test_a_forest_is_the_sum_of_its_trees_in_both_ways_of_scoring_it(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(rows)
    trees = [grown(rng, 7, depth) for depth in (1, 3, 5, 5, 2)]
    data = rng.normal(size=(7, rows)).astype(np.float32)
    forest = Forest(trees)
    wanted = []
    for row in data.T:
        total = 0.0
        for tree in trees:
            total += leaf_of(tree, row)
        wanted.append(total)
    assert forest.margins(data).tolist() == wanted
    monkeypatch.setattr("cleanse.boilerplate.forest.uncompiled", lambda: False)
    forest._seen = 1_000_000
    assert forest.margins(data).tolist() == wanted


@given(
    st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(1, 60)), min_size=1, max_size=12),
    st.sampled_from([0.5, 0.8, 1.0, 2.0]),
)
@settings(deadline=None)
def test_no_other_choice_of_blocks_has_a_better_expected_f(blocks: list[tuple[float, int]], beta: float) -> None:
    content, words = (np.array(column, float) for column in zip(*blocks, strict=True))
    threshold, expected = best_threshold(content, words, beta)
    whole = float((content * words).sum())

    def f(chosen: list[int], beta: float) -> float:
        right = sum(content[i] * words[i] for i in chosen)
        return float((1 + beta**2) * right / (sum(words[i] for i in chosen) + beta**2 * whole))

    choices = [[i for i in range(len(words)) if mask >> i & 1] for mask in range(1, 1 << len(words))]
    assert expected == pytest.approx(max(f(chosen, 1.0) for chosen in choices))
    kept = np.flatnonzero(content >= threshold).tolist()
    assert f(kept, beta) == pytest.approx(max(f(chosen, beta) for chosen in choices))


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(1, 60)), min_size=1, max_size=12))
def test_the_more_recall_counts_the_lower_is_the_threshold(blocks: list[tuple[float, int]]) -> None:
    content, words = (np.array(column, float) for column in zip(*blocks, strict=True))
    thresholds = [best_threshold(content, words, beta)[0] for beta in (2.0, 0.8, 0.5)]
    assert thresholds == sorted(thresholds)


def test_the_thresholds_of_pages_are_those_of_each_by_itself() -> None:
    rng = np.random.default_rng(3)
    content, words = rng.random(60).round(2), rng.integers(1, 40, 60).astype(float)
    offsets = np.array([0, 0, 7, 8, 30, 60, 60])
    betas = rng.choice(BETAS, len(offsets) - 1)
    thresholds, expected = best_thresholds(content, words, offsets, betas)
    for page in range(len(thresholds)):
        own = slice(offsets[page], offsets[page + 1])
        assert (thresholds[page], expected[page]) == best_threshold(content[own], words[own], betas[page])
    assert (thresholds[0], expected[0]) == (0.5, 0.0)


@given(st.lists(st.lists(st.integers(-5, 5), max_size=12), min_size=1, max_size=4).filter(any), st.integers(0, 14))
def test_moves_over_columns_do_what_they_say_and_stay_in_their_page(pages: list[list[int]], reach: int) -> None:
    column = np.array([value for page in pages for value in page])
    spans = Spans(np.cumsum([0, *map(len, pages)]))

    def each(found: Callable[[list[int], int], float]) -> list[float]:
        return [found(page, i) for page in pages for i in range(len(page))]

    def ago(page: list[int], i: int) -> int:
        return min([i - j for j in range(i + 1) if page[j] > 0] + [9])

    assert spans.around(column, reach).tolist() == each(lambda page, i: sum(page[max(0, i - reach) : i + reach + 1]))
    assert spans.before(column).tolist() == each(lambda page, i: sum(page[:i]))
    for step in (-reach, reach):
        if step:
            wanted = each(lambda page, i: page[i + step] if 0 <= i + step < len(page) else -1.0)  # noqa: B023
            assert spans.neighbour(column, step).tolist() == wanted
    assert spans.since(column > 0, 9).tolist() == each(ago)
    assert spans.until(column > 0, 9).tolist() == each(lambda page, i: ago(page[::-1], len(page) - 1 - i))
    full = [page for page in pages if page]
    assert spans.sums(column).tolist() == [*map(sum, full)]
    assert spans.medians(column).tolist() == [*map(statistics.median, full)]
    assert spans.over_pages(np.arange(len(full))).tolist() == [at for at, page in enumerate(full) for _ in page]
    groups = np.arange(len(column)) % 3
    assert per_group(groups, column).tolist() == [float(column[i % 3 :: 3].sum()) for i in range(len(column))]


def test_names_far_up_and_near_are_weighed_apart_and_each_element_once() -> None:
    html = (
        "<body><div class='page-9'><div class='side bar'><ul class='menu'><li><b>One</b></li></ul></div></div></body>"
    )
    (page,) = find_html_blocks(html).pages
    assert page.tree is not None
    above = list(elements_above(page.tree, int(page.tree.element[0])))
    assert [(near, tag) for near, tag, _ in above] == [
        (True, "b"), (True, "li"), (True, "ul"), (False, "div"), (False, "div")
    ]  # fmt: skip
    assert tokens("div", "page-9 sideBar") == {"<div>", "page-0", "page", "sidebar", "side", "bar"}
    names = Names({"menu": -2.0, "side": 100.0}, {"side": -1.0, "page": 0.5, "menu": 100.0, "bar": 0.25})
    near, far = names.of(page.tree)
    assert [column[0] for column in near] == [-2.0, -2.0, 0.0]
    assert [column[0] for column in far] == [-0.25, -1.0, 0.5]


@given(st.text(max_size=300))
@settings(deadline=None)
def test_features_of_any_text_are_finite_and_one_a_block(text: str) -> None:
    pages = find_text_blocks([text])
    if pages.counts is not None:
        for name, column in Lines(pages, pages.counts).columns.items():
            assert column.shape == (len(pages.blocks),), name
            assert np.isfinite(column).all(), name


#: A tree that says the same of every block.
STUMPS = [{"feature": [0], "threshold": [0.0], "left": [-1], "right": [-1], "leaf": [0.5]}]


def described(content: NDArray[np.float32], words: NDArray[np.int32], rows: NDArray[np.float32]) -> dict[int, float]:
    """Some features of one page, by their places."""
    likely, size = content.astype(float), words.astype(float)
    total = float(size.sum()) or 1.0
    found = {2: best_threshold(likely, size)[1], 3: (likely * size).sum() / total}
    for place, beta in enumerate(BETAS):
        kept = likely >= best_threshold(likely, size, beta)[0]
        found |= {6 + 3 * place: size[kept].sum() / total, 7 + 3 * place: kept.mean() if len(kept) else 0.0}
    bins = np.histogram(likely, [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01], weights=size)[0] / total
    found |= dict(zip(range(20, 32, 2), bins.tolist(), strict=True))
    kept = likely >= best_threshold(likely, size, BETAS[USUAL])[0]
    found[35] = sum(1 for stays, _ in groupby(kept.tolist()) if stays)
    for row, values in enumerate(rows):
        found[39 + row] = (values * size).sum() / total
        found[39 + len(rows) + row] = (values * size * likely).sum() / max((likely * size).sum(), 1e-6)
    return found


def test_features_of_whole_pages_are_those_of_each_by_itself() -> None:
    rng = np.random.default_rng(5)
    content, words = rng.random(90).astype(np.float32), rng.integers(0, 40, 90).astype(np.int32)
    rows = rng.normal(size=(3, 90)).astype(np.float32)
    offsets = np.array([0, 0, 9, 10, 50, 90])
    found = page_features(content, words, offsets, rows)
    assert found.shape == (39 + 2 * len(rows), 5)
    for page in range(5):
        own = slice(offsets[page], offsets[page + 1])
        alone = page_features(content[own], words[own], np.array([0, own.stop - own.start]), rows[:, own])
        assert found[:, page].tobytes() == alone[:, 0].tobytes()
        for place, value in described(content[own], words[own], rows[:, own]).items():
            assert found[place, page] == pytest.approx(value, rel=1e-5, abs=1e-6), place


def test_a_page_has_the_beta_that_promises_most(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = find_text_blocks(["Home\nA storm\nIt rained all day.", "Other\nIt was dry."])
    judge = Model({"names": {"near": {}, "far": {}}, "features": ["size"], "trees": STUMPS, "gains": [STUMPS] * 4})
    promised = iter([[-1.0, 0.2], [-1.0, 0.3], [-1.0, 0.1], [-1.0, 0.0]])
    content = Forest.margins
    monkeypatch.setattr(
        Forest, "margins", lambda self, rows: np.array(next(promised)) if rows.shape[1] == 2 else content(self, rows)
    )
    _, betas = judge.estimate(pages, {})
    assert betas.tolist() == [BETA, 0.65]


@pytest.mark.parametrize("mode", ["best", "fast", "text"])
def test_models_ask_for_features_that_exist_and_answer_with_probabilities(mode: Any) -> None:
    source = (
        "<body><nav><a href='/'>Home</a></nav><article><h1>A storm</h1><p>It rained, and no ship left.</p></article>"
    )
    pages = find_html_blocks(source) if mode != "text" else find_text_blocks(["Home\nA storm\nIt rained all day."])
    shares = {name: np.full(len(pages.blocks), 0.5) for name in ("readability", "resiliparse")}
    content, betas = model(mode).estimate(pages, shares)
    assert content.shape == (len(pages.blocks),)
    assert set(betas.tolist()) <= set(BETAS)
    assert betas.shape == (1,)
    assert ((content > 0) & (content < 1)).all()
    content, betas = model(mode).estimate(find_text_blocks([""]), {})
    assert content.shape == (0,)
    assert betas.tolist() == [BETA]


def test_models_are_plain_json_of_a_modest_size() -> None:
    folder = resources.files("cleanse.boilerplate").joinpath("models")
    for mode in ("best", "fast", "text"):
        text = folder.joinpath(f"{mode}.json").read_text(encoding="utf-8")
        assert set(json.loads(text)) - {"gains"} == {"names", "features", "trees"}
        assert len(text) < 1_500_000


def test_a_page_that_is_none_has_less_confidence_than_an_article() -> None:
    sentence = "The harbour was closed on Monday after the storm of the night before, and no ship left the town."
    article = (
        "<body><article><h1>Storm</h1>" + "".join(f"<p>{sentence} {n}.</p>" for n in range(12)) + "</article></body>"
    )
    index = "<body><div>" + "".join(f"<a href='/{n}'>Story {n}</a><br>" for n in range(40)) + "</div></body>"
    assert cleanse.strip(article).confidence > 0.8 > cleanse.strip(index).confidence
