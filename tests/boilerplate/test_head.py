"""What a page says of itself."""

from __future__ import annotations

import pytest

import cleanse
from cleanse.boilerplate.head import Head, depth_of
from cleanse.boilerplate.html import find_html_blocks


def head(source: str) -> Head:
    return find_html_blocks(f"<html lang='ko-KR'><head>{source}</head><body><p>Text").pages[0].head


def test_meta_elements_tell_title_date_author_and_site() -> None:
    found = head(
        "<title>A &amp; B | Paper</title><meta property='og:site_name' content='The  Paper'>"
        '<META NAME=Author CONTENT="Kim Min-ji"><meta content="2024-05-06" name="date"><meta property="og:type" content="article">'
    )
    assert (found.title, found.date, found.byline, found.site, found.language) == (
        "A & B | Paper", "2024-05-06", "Kim Min-ji", "The Paper", "ko-KR"
    )  # fmt: skip
    assert found.types == {"og:article"}


@pytest.mark.parametrize(
    "author", ['{"@type": "Person", "name": "J\\u00f6rg"}', '[{"name": "J\\u00f6rg"}, {"name": "B"}]', '"J\\u00f6rg"']
)
def test_data_for_search_engines_tells_what_meta_elements_do_not(author: str) -> None:
    data = f'{{"@type": ["NewsArticle"], "datePublished": "2024-05-06", "author": {author}}}'
    found = head(
        f"<script type='application/ld+json'>{data}</script><meta name=author content='https://example.org/jorg'>"
    )
    assert (found.byline, found.date) == ("Jörg", "2024-05-06")
    assert "newsarticle" in found.types


@pytest.mark.parametrize(
    "data", ["{", '{"author": {"name": ' + '"' * 5_000, '{"author":{' * 5_000, '"author": "\\u12"']
)
def test_broken_data_says_nothing(data: str) -> None:
    assert head(f"<script type='application/ld+json'>{data}</script>").byline == ""


@pytest.mark.parametrize(
    ("address", "steps"), [("", -1), ("https://a.org", 0), ("https://a.org/b/c/?d=/e/", 2), ("http://[a", -1)]
)
def test_depth_is_counted_in_steps_of_the_path(address: str, steps: int) -> None:
    assert depth_of(address) == steps


def test_a_stripped_page_has_them() -> None:
    source = "<html lang=en><meta name=author content=Kim><meta name=date content=2024-05-06><p>One sentence of text stands here."
    alone = cleanse.strip(source)
    (page,) = cleanse.strip_all([{"html": source}])
    for stripped in (alone, page):
        assert (stripped.byline, stripped.date, stripped.language, stripped.site) == ("Kim", "2024-05-06", "en", "")
    assert cleanse.strip("One sentence of text stands here.").byline == ""
