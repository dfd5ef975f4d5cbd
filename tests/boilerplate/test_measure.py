"""What is measured of a page at once is what the patterns say of each block; blocks survive the table between the stages."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleanse import schema
from cleanse.boilerplate.blocks import (
    COLUMNS,
    FIFTHS,
    NONE,
    REASONS,
    UNSPACED,
    UNSPACED_FIFTHS,
    Pages,
    words_of,
)
from cleanse.boilerplate.counts import count_words
from cleanse.boilerplate.found import FOUND, found_batch, found_pages
from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.phrases import FORMS, phrases
from cleanse.boilerplate.site import body_hashes
from cleanse.boilerplate.stages import FindBlocks, JudgePages
from cleanse.boilerplate.text import find_text_blocks
from cleanse.config import Strip
from tests.boilerplate import plain

SAID = (
    *(
        "12 Comments",
        "3) Share on Facebook",
        "• item",
        "Home › News › 9:05",
        "He said: “No.”1",
        "© 2020 Post",
        "CÃ´tÃ© Cafe©",
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


def check(pages: Pages) -> None:
    """Their blocks against the plain functions."""
    blocks = pages.blocks
    seen: list[str] = []
    for at, text in enumerate(pages.texts()):
        words = words_of(text)
        unspaced = len(UNSPACED.findall(text))
        assert blocks.words[at] == len(words)
        assert blocks.fifths[at] == FIFTHS * len(words) - unspaced * (FIFTHS - UNSPACED_FIFTHS)
        assert blocks.letters[at] == sum(map(str.isalpha, text))
        seen.append(" ".join(words).lower())
        assert pages.counts
        assert pages.counts.keys[at] == seen[-1]
        assert blocks.same[at] == seen.index(seen[-1])
        assert blocks.marker[at] == plain.has_marker(text)
        assert blocks.terminal[at] == plain.is_terminal(text)
        assert blocks.stops[at] == plain.ends_sentence(text)
        assert blocks.dated[at] == plain.has_date(text)
        assert blocks.trails[at] == plain.trails(text)
        assert blocks.shape[at] == plain.shape(text, len(words))
        said = phrases().find(text, len(words))
        found = (
            None if blocks.says[at] == NONE else (REASONS[blocks.says[at]], FORMS[blocks.form[at]], blocks.phrase[at])
        )
        assert found == (said and (said.reason, said.form, said.phrase))


@given(LINES)
@example(["1.\u00a0One", "2)\tTwo", "x. y", "x."])
@example(["-", "- -", "a - - b - c"])
@settings(max_examples=50)
def test_blocks_of_a_text_are_what_the_patterns_say(lines: list[str]) -> None:
    check(find_text_blocks(["\n\n".join(lines)]))


@given(LINES)
@settings(max_examples=30)
def test_blocks_of_html_are_what_the_patterns_say(lines: list[str]) -> None:
    source = "".join(f"<p>{line.replace('&', '&amp;').replace('<', '&lt;')}</p>" for line in lines)
    check(find_html_blocks(f"<body>{source}</body>"))


@pytest.mark.parametrize("at", range(0, 26_000, 250))
def test_no_phrase_falls_through_the_sieve(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanse.boilerplate.phrases._SIEVED", 0)
    monkeypatch.setattr("cleanse.boilerplate.phrases.uncompiled", lambda: False)
    known = phrases()
    lines = [
        *known.whole,
        *(f"{phrase} 3 x" for phrase in known.prefix),
        *(f"x. {phrase}, y" for phrase in known.contains),
    ]
    check(
        find_text_blocks(["\n\n".join(line.upper() if n % 2 else line for n, line in enumerate(lines[at : at + 25]))])
    )


def documents(many: int) -> pa.RecordBatch:
    rows = [dict.fromkeys(schema.DOCUMENT.names) | {"order": at, "format": "html"} for at in range(many)]
    return pa.RecordBatch.from_pylist(rows, schema.DOCUMENT)


def test_blocks_come_back_from_the_table() -> None:
    sources = [
        "<body><nav class='menu'><a href='/'>Home</a> › News</nav><h2>A storm</h2><p>It rained. <i>Much.</i></p></body>",
        "",
        "<body><ul><li>• 9:05 Live</li></ul><h3>12 Comments</h3><div hidden>Nothing to see</div></body>",
    ]
    pages = Pages.joined([find_html_blocks(source) for source in sources])
    batch = found_batch(documents(3), pages, body_hashes(pages.blocks))
    assert batch.schema == FOUND
    again = found_pages(batch)
    assert [page.text for page in again.pages] == [page.text for page in pages.pages]
    for name in ("offsets", *COLUMNS):
        column = getattr(pages.blocks, name)
        wanted = column.astype(np.float32) if column.dtype == float else column
        assert getattr(again.blocks, name).tolist() == wanted.tolist(), name


def test_a_slice_of_a_batch_has_its_own_blocks() -> None:
    pages = find_text_blocks([f"Page {at}\n\nIt has lines." for at in range(3)])
    again = found_pages(found_batch(documents(3), pages, body_hashes(pages.blocks))[1:])
    assert [page.text for page in again.pages] == [page.text for page in pages.pages[1:]]
    assert again.texts() == pages.texts()[2:]
    assert found_pages(found_batch(documents(0), Pages.joined([]), np.zeros((0, 2), np.int64))).pages == []


def test_a_page_that_cannot_be_taken_apart_goes_aside_between_others() -> None:
    text = "Home\n\nA storm broke over the island on Monday."
    rows = [dict.fromkeys(schema.DOCUMENT.names) | {"order": at, "format": "text", "content": text} for at in range(3)]
    batches = [pa.RecordBatch.from_pylist([row], schema.DOCUMENT) for row in rows]
    find = FindBlocks(Strip())
    first, last = find(iter([batches[0], batches[2]]))
    found = pa.Table.from_batches([first, find.rescue(batches[1], "it hung"), last]).combine_chunks().to_batches()[0]
    (pages,) = JudgePages(Strip(), {})(iter([found]))
    assert pages.schema == schema.PAGE
    first, aside, last = pages.to_pylist()
    assert first == last | {"order": 0}
    assert (aside["order"], aside["text"], aside["blocks"][0]["evidence"]) == (1, "", "it hung")
    assert first["text"]


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
    assert find_html_blocks(f"<p>one{control}two</p>").pages[0].text == "one\ufffdtwo"


def test_a_page_without_blocks_is_measured() -> None:
    for text in ("", " \n\u200b"):
        pages = find_text_blocks([text])
        assert (len(pages.pages), len(pages.blocks), pages.counts) == (1, 0, None)


@given(LINES)
def test_words_of_one_text_are_counted(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert count_words(text) == len(words_of(text))
