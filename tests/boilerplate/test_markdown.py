"""Markdown of a page: a CommonMark reader finds in it the words that were kept, and the structure of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

import cleanse

READER = MarkdownIt("commonmark").enable("table")
PAGES = sorted((Path(__file__).parent.parent.parent / "fixtures" / "pages").glob("*.html"))
PROSE = "The harbour was closed on Monday, and nobody could say when the ferries would sail again."
#: Text full of what Markdown takes for markup.
TRICKY = st.lists(st.sampled_from([*"ab *_`[]()<>#+-=.!|\\&~1\n", "&amp;lt;", "x_y"]), max_size=30).map("".join)


def whole(body: str) -> str:
    """A page whose text is all kept."""
    return f"<html><body><article><h1>Ferries</h1><p>{PROSE}</p>{body}<p>{PROSE[::-1]}</p></article></body></html>"


def markdown(body: str, url: str | None = "https://x.example/a/") -> str:
    """What becomes of a body."""
    lines = cleanse.strip(whole(body), url, markdown=True, keep=list(all_reasons())).markdown
    inner = lines.removeprefix(f"# Ferries\n\n{PROSE}\n\n").removesuffix(PROSE[::-1])
    assert len(inner) < len(lines)
    return inner.strip("\n")


def all_reasons() -> list[str]:
    """All reasons that a block can be dropped for."""
    from cleanse.schema import BLOCK_REASONS

    return [reason.value for reason in BLOCK_REASONS]


def read(text: str) -> str:
    """The words of Markdown as a reader shows them, without white space."""
    shown = lxml_html.fromstring(f"<div>{READER.render(text)}</div>").text_content()
    return re.sub(r"\s", "", shown)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_reader_finds_all_that_was_kept(path: Path) -> None:
    page = cleanse.strip(path.read_text(encoding="utf-8"), markdown=True)
    assert read(page.markdown) == re.sub(r"\s", "", page.text)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>a <b>bold </b>and <i>light</i> word</p>", "a **bold** and *light* word"),
        ("<p>see <a href='../b?q=(1)'>this <em>page</em></a></p>", "see [this *page*](https://x.example/b?q=%281%29)"),
        ("<p>run <code>a_b*`c`</code> twice</p>", "run `` a_b*`c` `` twice"),
        ("<p>one<br>two</p>", "one\\\ntwo"),
        ("<h3>Half <b>bold</b></h3>", "### Half **bold**"),
        ("<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>", "- one\n  - inner\n- two"),
        ("<ol><li><p>one</p><p>more</p></li><li>two</li></ol>", "1. one\n\n   more\n\n2. two"),
        ("<blockquote><p>one</p><p>two</p></blockquote>", "> one\n>\n> two"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<pre>```\ncode</pre>", "````\n```\ncode\n````"),
        (
            "<table><tr><th>a<th>b|c<tr><td><b>d</b><td>e</table>",
            "| a | b\\|c |\n| --- | --- |\n| **d** | e |",
        ),
        ("<table><tr><td>only row</td><td>of a layout</td></tr></table>", "only row of a layout"),
        ("<p># no heading *or* [link](x) &amp;lt; 1</p>", "\\# no heading \\*or\\* \\[link\\](x) \\&lt; 1"),
        ("<p>1. no list</p><p>- nor this</p>", "1\\. no list\n\n\\- nor this"),
        ("<p><a href='#part'>here</a> and <a>there</a></p>", "here and there"),
    ],
)
def test_structure(body: str, expected: str) -> None:
    assert markdown(body) == expected


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "JaVa&#10;Script:alert(1)", " data:text/html,x", "vbscript:x", "//[", "file:///etc/passwd"],
)
def test_an_address_that_a_program_would_run_or_read_is_left_out(href: str) -> None:
    assert markdown(f'<p>a <a href="{href}">b</a> c</p>', None) == "a b c"


def test_an_address_cannot_end_its_link() -> None:
    found = markdown('<p><a href="/x)](javascript:alert(1)) <b> &quot;t&quot;">b</a> c</p>')
    links = [child for token in READER.parse(found) for child in token.children or () if child.type == "link_open"]
    assert [str(link.attrs["href"]).startswith("https://x.example/x%29%5D%28javascript:alert") for link in links] == [
        True
    ]


@given(TRICKY, TRICKY, st.sampled_from(["b", "a href=/x", "code", "i", "u"]))
@settings(max_examples=60)
def test_what_looks_like_markup_is_text(one: str, two: str, tag: str) -> None:
    def escaped(text: str) -> str:
        return text.replace("<", "&lt;")

    body = f"<p>x{escaped(one)}<{tag}>{escaped(two)}</{tag.split()[0]}>x</p>"
    page = cleanse.strip(whole(body), markdown=True, keep=all_reasons())
    assert read(page.markdown) == re.sub(r"\s", "", page.text)


def test_text_is_its_own_markdown() -> None:
    page = cleanse.strip(f"{PROSE}\n\n{PROSE[::-1]}", markdown=True)
    assert page.markdown == page.text
    assert cleanse.strip(PROSE).markdown == ""
