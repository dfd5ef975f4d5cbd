"""Pages made to hurt a parser keep their text, and cost what ordinary pages of their size do."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse.boilerplate import finding, forest, phrases, soup, text, votes
from tests.hostile.limits import python
from tests.hostile.pages import PAGES, SENTENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from cleanse.boilerplate.page import Stripped

_SIZE = 6_000
#: Four times the page may take five times the steps: some, as sorting, grow a little faster than the page.
_GROWTH = 5


@pytest.mark.parametrize("name", PAGES)
def test_blocks_rebuild_the_page(name: str) -> None:
    check(cleanse.strip(PAGES[name](_SIZE)))


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_steps_grow_with_the_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "_extracted", lambda *_: "")  # others' code is not ours to count
    for module, name_of_bound in ((forest, "_COMPILES"), (phrases, "_SIEVED")):
        monkeypatch.setattr(module, name_of_bound, 10**9)  # nor what is made once, when pages enough have been seen
    cleanse.strip(PAGES[name](2 * _SIZE))  # what is loaded or learned once
    some, many = (steps(partial(cleanse.strip, PAGES[name](size))) for size in (_SIZE // 2, 2 * _SIZE))
    # fewer steps are mostly those that every page takes
    assert many <= _GROWTH * max(some, 6_000)


def test_steps_are_counted() -> None:
    """The measure itself: a loop in a loop is seen to be one."""

    def squares(n: int) -> int:
        return sum(1 for _ in range(n) for _ in range(n))

    assert steps(lambda: squares(80), __file__) > 10 * steps(lambda: squares(20), __file__)


@pytest.mark.parametrize(
    "source",
    [
        "<p>" * 300_000 + SENTENCE,
        "<p" + "".join(f" a{n}" for n in range(20_000)) + f">{SENTENCE}",
        f"<p x='>'{' b' * 40_000}>{SENTENCE}",
        f"<div>{'<p>x</p>' * 60_000}<p>{SENTENCE}",
        f"<div>{'<b>' * 1_500}{SENTENCE}",
    ],
    ids=["tags", "attributes", "attributes after a quote", "blocks", "depth"],
)
def test_what_no_tree_is_made_of_keeps_its_text(source: str) -> None:
    page = check(cleanse.strip(source))
    assert SENTENCE.strip() in page.page
    assert len(page.blocks) <= text.MOST_LINES


def test_a_long_value_in_quotes_is_no_crowd_of_attributes() -> None:
    for value in ("data:image/png;base64," + "A" * 200_000, "{&quot;a&quot;: 1} " * 20_000):
        assert not soup.is_soup(f"<html><body><img src='{value}'><p title=\"{value}\">{SENTENCE}</body></html>")


@pytest.mark.parametrize("digits", [8, 5_000, 100_000])
def test_a_character_reference_beyond_unicode_is_a_replacement_character(digits: int) -> None:
    page = cleanse.strip(f"<p>a&#{'9' * digits};b {SENTENCE}")
    assert page.page.startswith("a\ufffdb")


def test_lines_of_a_very_long_text_stand_together() -> None:
    lines = [f"Line number {n} of the long text." for n in range(2 * text.MOST_LINES + 1)]
    pages = text.find_text_blocks(["\n".join(lines)])
    assert len(pages.blocks) == -(-len(lines) // 3)
    assert "\n".join(pages.texts()) == "\n".join(lines)


def test_extractors_are_not_asked_of_trees_they_would_take_minutes_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(finding, "votes", lambda *given: asked.extend(given[-1]) or {})
    for source in ("<i>x</i>" * 60_000, f"{'<div>' * 900}{'<p>of words' * 3_000}"):
        finding.find_pages([(f"<html><body>{source}", "html", None)], "best")
    assert not asked


def test_long_pages_are_not_aligned_in_more_memory_than_64_megabytes() -> None:
    words = " ".join(f"w{n}" for n in range(30_000))
    pages = text.find_text_blocks([words])
    assert votes.PageWords(pages).shares(words, votes._MOST_PAIRS).sum() == 0
    assert votes.PageWords(pages).shares("w1 w2", votes._MOST_PAIRS).sum() > 0


#: As large as they come, generated: how many characters, and how many megabytes they may take.
_LARGE = {
    "nested tags": (1_000_000, 600),
    "one line": (10_000_000, 600),
    "one token": (10_000_000, 600),
    "one word": (5_000_000, 600),
    "paragraphs": (20_000_000, 1_500),
    "tiny tags": (40_000_000, 1_500),
    "returns": (10_000_000, 1_000),
    "attributes": (10_000_000, 600),
    "nested forms": (10_000_000, 600),
    "entity bomb": (10_000_000, 900),
    "unclosed comments": (10_000_000, 600),
    "spaces": (10_000_000, 600),
    "newlines": (10_000_000, 600),
    "hub below nested tags": (1_000_000, 600),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _LARGE)
def test_large_pages_end_within_bounds(name: str) -> None:
    size, memory = _LARGE[name]
    done = python(
        "import sys; from tests.hostile.pages import PAGES; from tests.hostile.test_pages import check; import cleanse\n"
        "check(cleanse.strip(PAGES[sys.argv[1]](int(sys.argv[2]))))",
        name,
        size,
        seconds=180,
        memory=memory * 2**20,
    )
    assert done.returncode == 0, done.stderr[-500:]


def check(page: Stripped) -> Stripped:
    """Blocks and the white space between them are the page, in order; what is kept is in the text."""
    end = 0
    for block in page.blocks:
        assert _is_blank(page.page[end : block.start])
        assert page.page[block.start : block.end] == block.text
        assert block.kept or block.reason
        end = block.end
    assert _is_blank(page.page[end:])
    assert [b.text for b in page.blocks if b.kept and b.text not in page.text] == []
    return page


def _is_blank(gap: str) -> bool:
    return all(c.isspace() or c in "\u200b\ufeff" for c in gap)


def steps(work: Callable[[], Any], within: str = "cleanse") -> int:
    """How many lines of code some work runs, in the files whose path has a name."""
    count = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, event: str, _: Any) -> Any:
        return line if within in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
