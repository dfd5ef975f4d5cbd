"""What elements are called: tag, names, role, and what of them is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cleanse.boilerplate import called
from cleanse.boilerplate.blocks import NONE, REASON
from cleanse.boilerplate.html import find_html_blocks
from cleanse.schema import Reason

if TYPE_CHECKING:
    from cleanse.boilerplate.tree import Tree

NAVIGATION = REASON[Reason.NAVIGATION]


def tree_of(source: str) -> Tree:
    tree = find_html_blocks(source).pages[0].tree
    assert tree is not None
    return tree


def row_of(source: str) -> list[int]:
    """What the element of the page's first text says."""
    tree = tree_of(source)
    row: list[int] = tree.called.rows[tree.name[int(tree.element[0])]].tolist()
    return row


@pytest.mark.parametrize(
    ("markup", "by_names", "by_tag"),
    [
        ("<div class='x nav'>", NAVIGATION, NONE),
        ("<div class='x\n\tNAV'>", NAVIGATION, NONE),
        ("<div class='x&#10;nav'>", NAVIGATION, NONE),
        ("<div class='x&nbsp;n&#97;v'>", NAVIGATION, NONE),
        ("<div class='x\u200bnav\0'>", NAVIGATION, NONE),
        ("<div class='xnav&#0;'>", NONE, NONE),
        ("<div class=x id=nav>", NAVIGATION, NONE),
        ("<div class='&' id='amp;nav'>", NAVIGATION, NONE),
        (f"<div class='{'a' * 390} nav'>", NAVIGATION, NONE),
        (f"<div class='{'a' * 400} nav'>", NONE, NONE),
        ("<NAV class=x>", NONE, NAVIGATION),
        ("<div role='&#110;avigation '>", NONE, NAVIGATION),
        ("<my-nav>", NONE, NONE),
    ],
)
def test_what_names_tag_and_role_say(markup: str, by_names: int, by_tag: int) -> None:
    row = row_of(f"{markup}Some text")
    assert (row[called.BY_NAMES], row[called.BY_TAG]) == (by_names, by_tag)


def test_the_first_name_is_what_stands_before_any_white_space() -> None:
    tree = tree_of(
        "<div class='x y'>a</div><div class='x\ny'>b</div><div class=' \tx2'>c</div><div class='y x'>d</div>"
    )
    spaced, broken, leading, other = tree.path[tree.element].tolist()
    assert spaced == broken == leading != other


def test_names_of_one_element_leave_those_of_the_next_alone() -> None:
    tree = tree_of(
        "<div class='a&#0;b' id='&#0;'>a</div><div role='&#0;' class=nav>b</div><div id=c itemtype=//>d</div>"
    )
    names = [tree.called.names[way] for way in tree.name[tree.element].tolist()]
    assert names == ["a\ufffdb \ufffd", "role=\ufffd nav", "c"]


def test_nothing_long_is_remembered() -> None:
    """Thousands of pages with a tag or role of a megabyte would fill the memory."""
    long = "x" * 5_000
    tree = tree_of(f"<{long} role='{long}' class='{long}'>text")
    way = tree.name[int(tree.element[0])]
    assert tree.called.tags[way] == tree.called._roles[way] == "x" * called._LONGEST
    assert tree.called.names[way] == f"role={long} {long}"
