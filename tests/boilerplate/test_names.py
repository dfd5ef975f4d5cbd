"""What names in markup say, by themselves, together, and when more were seen than are remembered."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cleanse
from cleanse.boilerplate import markup as rules
from cleanse.boilerplate import tree
from cleanse.boilerplate.features import names
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

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
        ("a" * 500 + " nav", None, ""),
    ],
)
def test_the_first_reason_that_a_name_has(said: str, reason: Reason | None, by: str) -> None:
    named = rules.markup().named(said)
    assert (named.reason, named.by) == (reason, by)


def test_names_looked_at_together_say_what_each_says() -> None:
    said = ["main-nav", "comments", "wp-caption", "sr-only", "post", "share-bar hot", "x"]
    together = rules.markup().learn(said)
    for one in said:
        assert rules.markup().named(one, together) == rules.markup().named(one)


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_MOST_SEEN", 3)
    monkeypatch.setattr(tree, "_MOST_KNOWN", 3)
    monkeypatch.setattr(names, "_MOST_KNOWN", 3)


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
