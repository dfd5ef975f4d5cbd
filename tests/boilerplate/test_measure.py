"""What is measured of a page at once is what the patterns say of each block; blocks survive the table between the stages."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleanse import schema
from cleanse.boilerplate.blocks import UNSPACED, UNSPACED_WEIGHT, Block, Page, words_of
from cleanse.boilerplate.characters import Characters
from cleanse.boilerplate.found import FOUND, found_batch, found_pages
from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.lines import ends_sentence, has_date, has_marker, is_terminal, trails
from cleanse.boilerplate.phrases import phrases
from cleanse.boilerplate.stages import FindBlocks, JudgePages
from cleanse.boilerplate.text import find_text_blocks
from cleanse.config import Strip

SAID = (
    *(
        "12 Comments",
        "3) Share on Facebook",
        "• item",
        "Home › News › 9:05",
        "He said: “No.”1",
        "© 2020 Post",
        "-- 5:30 !",
    ),
    *(
        "All rights reserved. Terms",
        "最新评论",
        "Credit : Reuters",
        "2020年3月4日 发布",
        "a - b – c",
        "Σίσυφος ΟΔΟΣ",
        "x/y > z",
    ),
    *(
        "[LATEST] Latest Stories",
        "a_b2c Comments2",
        "e\u0301te\u0301 12.",
        "\u200bzero\u200b",
        "İstanbul",
        "\U0003d000",
    ),
)
LINES = st.lists(st.one_of(st.sampled_from(SAID), st.text(max_size=40)), max_size=12)


def check(block: Block) -> None:
    """Its fields against the plain functions."""
    words = words_of(block.text)
    unspaced = len(UNSPACED.findall(block.text))
    assert block.words == len(words)
    assert block.size == pytest.approx(len(words) - unspaced * (1 - UNSPACED_WEIGHT))
    assert block.key() == " ".join(words).lower()
    assert block.marker == has_marker(block.text)
    assert block.terminal == is_terminal(block.text)
    assert block.stops == ends_sentence(block.text)
    assert block.dated == has_date(block.text)
    assert block.trails == trails(block.text)
    assert block.said == phrases().find(block.text, block.words)


@given(LINES)
@example(["1.\u00a0One", "2)\tTwo", "x. y", "x."])
@settings(deadline=None)
def test_blocks_of_a_text_are_what_the_patterns_say(lines: list[str]) -> None:
    for block in find_text_blocks("\n\n".join(lines)).blocks:
        check(block)


@given(LINES)
@settings(deadline=None)
def test_blocks_of_html_are_what_the_patterns_say(lines: list[str]) -> None:
    source = "".join(f"<p>{line.replace('&', '&amp;').replace('<', '&lt;')}</p>" for line in lines)
    for block in find_html_blocks(f"<body>{source}</body>").blocks:
        check(block)


@given(st.text(max_size=200))
def test_words_are_runs_of_characters(text: str) -> None:
    words, begins = Characters(text).words()
    assert words == words_of(text)
    assert [text[at : at + len(word)] for at, word in zip(begins.tolist(), words, strict=True)] == words


def test_blocks_come_back_from_the_table() -> None:
    sources = [
        "<body><nav class='menu'><a href='/'>Home</a> › News</nav><h2>A storm</h2><p>It rained. <i>Much.</i></p></body>",
        "",
        "<body><ul><li>• 9:05 Live</li></ul><h3>12 Comments</h3><div hidden>Nothing to see</div></body>",
    ]
    documents = [dict.fromkeys(schema.CARRIED) | {"order": at, "format": "html"} for at in range(len(sources))]
    pages = [find_html_blocks(source) for source in sources]
    batch = found_batch(documents, pages)
    assert batch.schema == FOUND
    back = list(found_pages(batch))
    assert [row["order"] for row, _ in back] == [0, 1, 2]
    for page, (_, again) in zip(pages, back, strict=True):
        assert again.text == page.text
        assert [plain(block) for block in again.blocks] == [plain(block) for block in page.blocks]


def plain(block: Block) -> Block:
    """As the table has it: floats of 32 bits, no key."""
    narrow = {name: float(np.float32(getattr(block, name))) for name in ("links", "content", "size")}
    return replace(block, known_key="", **narrow)


def test_a_slice_of_a_batch_has_its_own_blocks() -> None:
    documents = [dict.fromkeys(schema.CARRIED) | {"order": at, "format": "text"} for at in range(3)]
    pages = [find_text_blocks(f"Page {at}\n\nIt has lines.") for at in range(3)]
    assert [page.text for _, page in found_pages(found_batch(documents, pages)[1:])] == [
        page.text for page in pages[1:]
    ]
    assert list(found_pages(found_batch([], []))) == []


def test_the_kernels_can_be_given_to_another_process() -> None:
    row = dict.fromkeys(schema.DOCUMENT.names) | {"order": 1, "id": "a", "source": "s", "path": "p", "format": "text"}
    batch = pa.RecordBatch.from_pylist(
        [row | {"content": "Home\n\nA storm broke over the island on Monday."}], schema.DOCUMENT
    )
    find, judge = (pickle.loads(pickle.dumps(kernel)) for kernel in (FindBlocks(Strip()), JudgePages(Strip(), {})))
    (page,) = judge(find(iter([batch])))
    (same,) = JudgePages(Strip(), {})(FindBlocks(Strip())(iter([batch])))
    assert page.schema == schema.PAGE
    assert page.equals(same)


@pytest.mark.parametrize("control", ["\x00", "\x0b", "\x1f"])
def test_control_characters_of_a_page_are_replaced(control: str) -> None:
    assert find_html_blocks(f"<p>one{control}two</p>").text == "one\ufffdtwo"


def test_a_page_without_blocks_is_measured() -> None:
    assert find_text_blocks("").counts is None
    assert isinstance(find_text_blocks(" \n\u200b"), Page)
