"""Pages made to hurt a parser cost little, and their text is not lost."""

from __future__ import annotations

import pytest

import cleanse
from cleanse.errors import UsageError

SENTENCE = "Hello world, this is the text of the page, and it is long enough to be one."


@pytest.mark.parametrize("depth", [300, 1_500, 5_000, 20_000])
def test_text_below_many_nested_tags_is_not_lost(depth: int) -> None:
    page = cleanse.strip("<html><body>" + "<div>" * depth + SENTENCE + "</div>" * depth + f"<p>{SENTENCE}</p>")
    assert page.page.count(SENTENCE) == 2


@pytest.mark.parametrize(
    "source",
    [
        "x" * 500_000,
        "a@" * 100_000,
        "1 " * 200_000,
        "." * 300_000,
        "word " * 300_000,
        "same line here\n" * 10_000,
        "Most read\n" * 5_000,
        "<html><body>" + "<b>x</b>" * 100_000,
        "<html><body><p " + " ".join(f"a{n}='{n}'" for n in range(20_000)) + ">" + SENTENCE,
        "<html><body><!-- " + SENTENCE,
    ],
    ids=["token", "mails", "numbers", "stops", "words", "lines", "headings", "tags", "attributes", "comment"],
)
def test_long_runs_of_one_thing_take_linear_time(source: str) -> None:
    page = cleanse.strip(source)
    visible = "".join(page.page.split())
    assert visible == "".join("".join(block.text.split()) for block in page.blocks)


def test_only_strings_are_pages() -> None:
    for wrong in (None, b"bytes", 3):
        with pytest.raises(UsageError, match="takes a string"):
            cleanse.strip(wrong)  # type: ignore[arg-type]
