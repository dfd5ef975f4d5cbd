"""What names in markup say, by themselves, together, and when more were seen than are remembered."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cleanse
from cleanse.boilerplate import markup as rules
from cleanse.boilerplate.blocks import NONE, REASON
from cleanse.boilerplate.features.names import Names, tokens
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

TOML = Path(rules.__file__).with_name("markup.toml")
PAGES = sorted((Path(__file__).parents[2] / "fixtures" / "pages").glob("*.html"))


@pytest.mark.parametrize(
    ("said", "reason", "by"),
    [
        ("post-12 main-nav", Reason.NAVIGATION, "nav"),
        ("nav comments", Reason.COMMENTS, "comments"),
        ("AD-box", Reason.ADVERT, "ad"),
        ("reader\tnav\nx", Reason.NAVIGATION, "nav"),
        ("canvas adder", None, ""),
        ("", None, ""),
    ],
)
def test_the_first_reason_that_a_name_has(said: str, reason: Reason | None, by: str) -> None:
    names = said.lower().split()
    (place,), _ = rules.markup().say([names])
    assert rules.markup().reasons[place] == (REASON[reason] if reason else NONE)
    assert rules.markup().by(names, place) == by


NAMES = st.lists(
    st.sampled_from(["main-nav", "comments", "wp-caption", "sr-only", "post", "share-bar", "hot", "x", "captions-ad"]),
    max_size=4,
)


@given(st.lists(NAMES, min_size=1, max_size=6))
def test_names_looked_at_together_say_what_each_says(names: list[list[str]]) -> None:
    places, flags = rules.markup().say(names)
    for own, place, flag in zip(names, places.tolist(), flags.tolist(), strict=True):
        (alone,), _ = rules.markup().say([own])
        assert place == min([alone, *(rules.markup().say([[name]])[0][0] for name in own)])
        assert bool(flag & rules.HIDES) == ("sr-only" in own)
        assert bool(flag & rules.CAPTIONS) == any("caption" in name for name in own)


@pytest.mark.parametrize("pattern", [pattern for _, pattern in [*rules.markup()._names, *rules.markup()._flags]])
def test_what_a_pattern_matches_has_one_of_its_strings(pattern: rules.Pattern) -> None:
    @settings(max_examples=200, deadline=None)
    @given(st.from_regex(pattern.expression, alphabet=st.characters(max_codepoint=127)))
    def holds(text: str) -> None:
        match = pattern.expression.search(text)
        assert match
        assert any(part in match[0] for part in pattern.has)

    holds()


def test_of_many_names_those_are_found_that_a_search_of_each_finds() -> None:
    names = [
        f"{one}{link}{two}"
        for one in ("x", "ad", "main", "post")
        for link in "-_:"
        for two in ("nav", "ads", "meta", "9")
    ]
    places, _ = rules.Markup(tomllib.loads(TOML.read_text(encoding="utf-8"))).say([[name] for name in names])
    for name, place in zip(names, places.tolist(), strict=True):
        matching = [at for at, (_, pattern) in enumerate(rules.markup()._names) if pattern.expression.search(name)]
        assert place == min([*matching, len(rules.markup()._names)])


WORDS = st.text(st.sampled_from("abYZ09-_ ßÄ١\t\xa0"), max_size=60)


@given(st.lists(st.tuples(st.sampled_from(["div", "p", "x-y"]), WORDS), min_size=1, max_size=5))
@example([("div", " ".join(f"a{k * 'b'}" for k in range(20)))])
@example([("p", "a" * 40), ("p", "a" * 41), ("p", "a" * 20 + "-" + "b" * 21), ("div", "aB1c23-04")])
def test_the_weights_of_elements_are_those_of_their_tokens(elements: list[tuple[str, str]]) -> None:
    weighed = {token: (len(token) - 4) / 7 for tag, said in elements[::2] for token in tokens(tag, said)}
    far = {token: -weight for token, weight in weighed.items() if "b" in token}
    found = Names(weighed, far).rows([tag for tag, _ in elements], [said for _, said in elements])
    for table, rows in zip((weighed, far), found, strict=True):
        for (tag, said), row in zip(elements, rows.tolist(), strict=True):
            weights = [table[token] for token in tokens(tag, said) if token in table]
            assert row == pytest.approx([sum(weights), min([0.0, *weights]), max([0.0, *weights])])


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_MOST_SEEN", 3)


def stripped(page: Path) -> str:
    return cleanse.strip(page.read_text(encoding="utf-8"), extractor="fast").text


@pytest.mark.usefixtures("forgetful")
def test_threads_that_forget_names_strip_as_one_that_does_not(request: pytest.FixtureRequest) -> None:
    found: dict[Path, list[str]] = {page: [] for page in PAGES}

    def work(turn: Callable[[list[Path]], list[Path]]) -> None:
        for page in turn(PAGES):
            found[page].append(stripped(page))

    threads = [threading.Thread(target=work, args=(turn,)) for turn in (list, lambda pages: pages[::-1]) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    request.getfixturevalue("monkeypatch").undo()
    for page, texts in found.items():
        assert texts == [stripped(page)] * 4
