"""The scan nests elements as browsers do; lxml is the oracle for what is well nested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.scan import DEPTH
from cleanse.boilerplate.tokeniser import raw_end, read_attributes, read_name

if TYPE_CHECKING:
    from cleanse.boilerplate.tree import Tree

BLOCKS = st.sampled_from(["div", "section", "article", "ul", "blockquote", "nav", "aside", "x-card"])
WORDS = st.text("abcdefghijklm", min_size=1, max_size=6)
LEAVES = st.one_of(
    WORDS.map(lambda word: f"<p>{word}</p>"),
    WORDS.map(lambda word: f"<p class='{word}'><b>{word}</b> and <a href='/'>{word}</a></p>"),
    WORDS.map(lambda word: f"<h2>{word}</h2>"),
    WORDS.map(lambda word: f"<!-- {word} --><script>'<p>{word}'</script>"),
)
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.tuples(BLOCKS, st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]} id='{pair[0]}'>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


def tree_of(source: str) -> tuple[Tree, list[str]]:
    pages = find_html_blocks(source)
    tree = pages.pages[0].tree
    assert tree is not None
    return tree, pages.texts()


def above(tree: Tree, block: int) -> list[str]:
    """The tags around a block, from the inside out."""
    element, found = int(tree.element[block]), []
    while element > 0:
        found.append(tree.called.tags[tree.name[element]])
        element = int(tree.parent[element])
    return found


@settings(deadline=None, max_examples=100)
@given(st.lists(NESTED, min_size=1, max_size=4).map("".join))
def test_well_nested_elements_are_where_lxml_has_them(body: str) -> None:
    source = f"<html><head><title>t</title></head><body>{body}</body></html>"
    tree, texts = tree_of(source)
    wanted = [
        [element.tag, *(parent.tag for parent in element.iterancestors())]
        for element in html.document_fromstring(source).iter("p", "h2")
    ]
    # the text of <p><b>word</b> ... begins inside <b>
    found = [[tag for tag in above(tree, block) if tag != "b"] for block in range(len(texts))]
    assert found == wanted


@settings(deadline=None, max_examples=100)
@given(st.lists(NESTED, min_size=1, max_size=4).map("".join))
def test_each_element_has_the_range_of_its_blocks(body: str) -> None:
    tree, texts = tree_of(f"<body>{body}")
    for element in range(1, len(tree.parent)):
        inside = []
        for block in range(len(texts)):
            at = int(tree.element[block])
            while at > element:
                at = int(tree.parent[at])
            if at == element:
                inside.append(block)
        assert inside == list(range(tree.first[element], tree.last[element])) or not inside


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("<p>one<p>two", ["p", "p"]),
        ("<p>one<div>two</div>", ["p", "div"]),
        ("<ul><li>one<li>two<ul><li>three</ul></ul>", ["li ul", "li ul", "li ul li ul"]),
        ("<dl><dt>one<dd>two<dt>three</dl>", ["dt dl", "dd dl", "dt dl"]),
        ("<select><option>one<option>two</select>", ["option select", "option select"]),
        ("<table><tr><td><p>one<td><p>two<tr><td><p>three</table>", ["p td tr table"] * 3),
        ("<div><b>one</div><p>two", ["b div", "p"]),
        ("<table><tr><td><div>one</td></table></div><p>two", ["div td tr table", "p"]),
        ("<a href='/'><div>one</a></div><p>two", ["div a", "p"]),
        ("<h2>one<h3>two</h2>", ["h2", "h3"]),
        ("<title>no</title><p>one", ["p"]),
        ("<head><meta name=a content=b><p>one", ["p"]),
        ("<head><title>no</title><html><head><title>no</title></head><body><p>one", ["p"]),
        ("<body><script>'</p><p>no'</script><p>one", ["p"]),
        ("<svg><title>no</title><path/></svg><p>one", ["p"]),
        ("<textarea>one</textarea><p>two", ["textarea", "p"]),
        ("one</p></div></table><p>two</body></html><p>three", ["", "p", "p"]),
        ("<p>one</p><!-- <p>no --><p>two<!-- ", ["p", "p"]),
        ("<P CLASS=a ID='b'>one</P><o:p/><p>two", ["p", "p"]),
        ("<p a=\"<p>no'>\" b='\">'>one", ["p"]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_implied_and_what_is_misplaced_does_little(source: str, wanted: list[str]) -> None:
    tree, texts = tree_of(source)
    assert texts == ["one", "two", "three"][: len(texts)]
    assert [
        " ".join(tag for tag in above(tree, at) if tag not in ("", "html", "body")) for at in range(len(texts))
    ] == wanted


def test_elements_beyond_the_depth_stand_beside_those_above() -> None:
    tree, texts = tree_of("<div>" * (2 * DEPTH) + "<p>one</p>" + "</div>" * (2 * DEPTH) + "<p>two")
    assert texts == ["one", "two"]
    assert tree.depth.max() == DEPTH
    assert above(tree, 1)[0] == "p"


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_kernels_of_the_tokeniser_stay_inside_the_page(data: bytes) -> None:
    page, found = np.frombuffer(data + b"<", np.uint8), np.zeros(22, np.int32)
    for at in range(len(page)):
        name, after = read_name(page, at)
        assert at <= after <= len(page)
        assert at <= read_attributes(page, at, found)[0] <= len(page)
        assert (found >= 0).all()
        assert (found <= len(page)).all()
        assert at <= raw_end(page, at, np.uint64(name)) <= len(page)


def test_the_first_of_two_attributes_counts_and_names_have_no_case() -> None:
    tree, _ = tree_of("<div CLASS='one two' class=three id=four role=main itemprop=name>text")
    way = tree.name[int(tree.element[0])]
    assert (tree.called.tags[way], tree.called.names[way]) == ("div", "itemprop=name role=main one two four")
