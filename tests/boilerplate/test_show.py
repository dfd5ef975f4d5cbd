"""`cleanse strip` for people: the page in colours, options of the judge, a word when it is not sure."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cleanse.cli import main

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"


def strip(*args: str, given: str | None = None) -> tuple[str, str]:
    result = CliRunner().invoke(main, ["strip", *args], input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout, result.stderr


def test_show_prints_every_block_with_its_verdict() -> None:
    shown, _ = strip(str(PAGES / "news_de.txt"), "--show")
    for line in (PAGES / "news_de.txt").read_text(encoding="utf-8").splitlines():
        assert line.strip() in shown
    assert "title 0." in shown
    assert "confidence of the page" in shown


def test_nothing_of_a_page_steers_the_terminal() -> None:
    page = "<p>It \x1b[31mrained\x1b[0m all day, and no \u202eship left the town.</p>" * 3
    for shown in strip("-", "--show", given=f"<html><body>{page}</body></html>"):
        assert "\x1b[31mrained" not in shown
        assert "\u202e" not in shown


def test_favour_recall_keeps_at_least_what_precision_keeps() -> None:
    page = str(PAGES / "forum_es.html")
    words = [len(strip(page, *args)[0].split()) for args in (("--favor", "recall"), (), ("--favor", "precision"))]
    assert words[0] >= words[1] >= words[2] > 0
    assert words[0] > words[2]


def test_kinds_can_be_kept_as_reasons_can() -> None:
    html = (PAGES / "news_ko.html").read_text(encoding="utf-8")
    without, kept = strip("-", given=html)[0], strip("-", "--keep", "list_item", given=html)[0]
    assert len(kept) > len(without)


@pytest.mark.parametrize("page", ["<html><body><a href='/a'>Home</a> <a href='/b'>News</a></body></html>", "<p></p>"])
def test_strip_says_when_a_page_hardly_has_a_text(page: str) -> None:
    assert "not sure what this page's text is" in strip("-", given=page)[1]
    assert strip(str(PAGES / "news_ru.html"))[1] == ""
