"""Blocks rebuild their page: nothing skipped, nothing twice, whatever the input looks like."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cleanse
from cleanse.boilerplate.blocks import COLUMNS, KINDS, REASONS, Blocks
from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.text import find_text_blocks
from cleanse.schema import Kind, Reason

TAGS = [
    "p",
    "div",
    "span",
    "a href='/x'",
    "b",
    "li",
    "ul",
    "table",
    "tr",
    "td",
    "h1",
    "h2",
    "pre",
    "br",
    "nav",
    "script",
    "td",
    "noscript",
]
FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag.split()[0]}>" for tag in TAGS]),
        st.text(st.characters(exclude_characters="<>&", exclude_categories=["Cs", "Cc"]), max_size=30),
        st.sampled_from(
            ["One sentence stands here, and it is long enough.", "News", "12 Comments", "&nbsp;", "\n", "汉字文本。"]
        ),
    ),
    max_size=40,
)


def is_blank(text: str) -> bool:
    return not text.replace("\ufeff", "").replace("\u200b", "").strip()


def check_rebuilds(page: cleanse.Stripped) -> None:
    at = 0
    for block in page.blocks:
        assert is_blank(page.page[at : block.start])
        assert page.page[block.start : block.end] == block.text
        assert block.text.strip()
        at = block.end
        assert block.kept == (block.reason is None)
        assert 0 <= block.confidence <= 1
        assert block.evidence
    assert is_blank(page.page[at:])
    kept = "".join("".join(block.text.split()) for block in page.blocks if block.kept)
    assert "".join(page.text.split()) == kept


@given(st.text(max_size=400))
@example("a\x85b\u2028c\x1cd\r\ne\x0bf")
@example("\ufeff \u200b\u00a0")
def test_blocks_of_any_text_rebuild_it(text: str) -> None:
    pages = find_text_blocks([text])
    at = 0
    for start, end in zip(pages.blocks.start, pages.blocks.end, strict=True):
        assert is_blank(text[at:start])
        assert text[start:end].strip()
        at = end
    check_rebuilds(cleanse.strip(text))


@given(st.lists(st.text(max_size=60), max_size=5))
def test_texts_that_are_taken_apart_together_have_the_blocks_of_each_by_itself(texts: list[str]) -> None:
    together = find_text_blocks(texts).blocks
    alone = Blocks.joined([find_text_blocks([text]).blocks for text in texts])
    for name in ("offsets", *COLUMNS):
        assert getattr(together, name).tolist() == getattr(alone, name).tolist(), name


@settings(deadline=None, max_examples=150)
@given(FRAGMENTS)
def test_blocks_of_any_markup_rebuild_its_page(fragments: list[str]) -> None:
    check_rebuilds(cleanse.strip("<html><body>" + "".join(fragments)))


@settings(deadline=None, max_examples=100)
@given(FRAGMENTS)
def test_every_visible_character_of_a_body_is_in_one_block(fragments: list[str]) -> None:
    from lxml import html

    source = "<html><body>" + "".join(fragments) + "</body></html>"
    (page,) = find_html_blocks(source).pages
    plain = html.document_fromstring(source)
    for skipped in plain.xpath("//script|//head"):
        skipped.drop_tree()
    assert "".join(page.text.split()) == "".join(plain.text_content().split())


@pytest.mark.parametrize(
    "source",
    [
        "",
        " ",
        "<",
        "<html>",
        "<html></html>",
        "<!doctype html><body></body>",
        "<p>",
        "<!-- only a comment -->",
        "\x00",
        "<html>\x00</html>",
    ],
)
def test_a_page_without_text_is_an_empty_page(source: str) -> None:
    page = cleanse.strip(source)
    assert page.text.strip("\ufffd\x00<") == ""


def test_an_xml_declaration_and_a_lone_surrogate_do_no_harm() -> None:
    page = cleanse.strip(
        '<?xml version="1.0" encoding="latin-1"?><html><body><p>Häuser und Bäume \ud800 stehen am Fluss.</p></body></html>'
    )
    assert "Häuser und Bäume" in page.text


def test_line_breaks_of_the_source_are_spaces_and_br_breaks_the_line() -> None:
    pages = find_html_blocks("<p>one\ntwo<br>three</p><p>four<br><br>five</p>")
    assert pages.texts() == ["one two\nthree", "four", "five"]


def test_kinds_links_and_hints_come_from_the_markup() -> None:
    pages = find_html_blocks(
        "<h2>Head</h2><ul><li><a href='/a'>Link</a></li></ul><pre>a  b</pre><table><tr><td>x</td><td>y</td></tr></table>"
        "<figure><figcaption>Seen from above</figcaption></figure><nav>Home</nav><p style='display: none'>Not shown</p>"
        "<div class='related-posts'><p>More</p></div><p>Text that is much longer than all that stands around it here.</p>"
    )
    blocks, place = pages.blocks, {text: at for at, text in enumerate(pages.texts())}
    kinds = {text: KINDS[blocks.kind[at]] for text, at in place.items()}
    assert kinds["Head"] is Kind.HEADING
    assert kinds["Link"] is Kind.LIST_ITEM
    assert kinds["a  b"] is Kind.CODE
    assert kinds["x y"] is Kind.TABLE_ROW
    assert kinds["Seen from above"] is Kind.CAPTION
    assert blocks.links[place["Link"]] == 1.0
    assert REASONS[blocks.hint[place["Home"]]] is Reason.NAVIGATION
    assert REASONS[blocks.hint[place["More"]]] is Reason.RELATED_LINKS
    assert blocks.hidden[place["Not shown"]]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The ferry left the harbour late in the evening and did not come\n"
        "back before the morning, because the wind had turned and the\n"
        "captain would not risk the narrow passage between the islands\n"
        "in the dark.\n\n"
        "Nobody in the town had heard of it until the fishermen came home\n"
        "and told the story in the tavern by the market, where the mayor\n"
        "was sitting with his brother, who had lent the captain the money\n"
        "for the ship.\n"
    )
    assert len(find_text_blocks([wrapped]).blocks) == 2


def test_lines_broken_at_inline_tags_are_one_paragraph() -> None:
    text = "The minister said on Monday that the\nferry\n, which was built in 1962, would be sold to the highest bidder.\nAnother line."
    assert find_text_blocks([text]).texts()[-1] == "Another line."
    assert len(find_text_blocks([text]).blocks) == 2
