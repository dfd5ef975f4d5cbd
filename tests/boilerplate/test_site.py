"""What repeats over a site's pages is template; what an article repeats is not."""

from __future__ import annotations

import pytest

import cleanse
from tests.conftest import article

NOTICE = "The Harbour Post is printed on Mondays and Thursdays by the cooperative of the island."


def test_a_line_on_many_pages_of_a_site_is_its_template() -> None:
    pages = [{"text": f"{article(f'word{n}')}\n\n{NOTICE}", "url": f"https://post.example/{n}"} for n in range(6)]
    alone = cleanse.strip(pages[0]["text"])
    assert NOTICE in alone.text
    for page in cleanse.strip_all(pages):
        assert NOTICE not in page.text
        assert [block.reason for block in page.dropped] == ["site_template"]


def test_copies_of_one_article_are_not_a_template() -> None:
    text = article("alpha")
    others = [{"text": article("other" + chr(98 + n)), "source": "post"} for n in range(4)]
    copies = [{"text": text, "source": "post"} for _ in range(4)]
    stripped = cleanse.strip_all([*copies, *others])
    assert all(page.text == text for page in stripped[:4])


def test_lines_of_different_sites_are_no_template() -> None:
    pages = [{"text": f"{article(f'word{n}')}\n\n{NOTICE}", "source": f"site{n}"} for n in range(6)]
    assert all(NOTICE in page.text for page in cleanse.strip_all(pages))


def test_a_speaker_in_each_act_of_a_play_is_no_template() -> None:
    def act(n: int) -> str:
        spoken = [f"What do you say of the {word} that came on the ship to-night, sir?" for word in names(n)]
        return "\n\n".join(f"{'MERCADET.' if at % 2 else 'JULIE.'}\n\n{line}" for at, line in enumerate(spoken))

    def names(n: int) -> list[str]:
        return [f"{chr(97 + n) * 3}{chr(97 + at) * 4}" for at in range(12)]

    acts = [{"text": act(n), "source": "play"} for n in range(5)]
    assert [page.text.count("MERCADET.") for page in cleanse.strip_all(acts)] == [6] * 5


def test_notes_that_differ_in_a_page_are_no_template() -> None:
    def chapter(n: int) -> str:
        notes = [f"{at}. Ibid., vol. {n}, p. {10 * n + at}." for at in range(4)]
        return "\n\n".join([article(f"word{chr(97 + n)}"), *notes])

    chapters = cleanse.strip_all([{"text": chapter(n), "source": "book"} for n in range(6)])
    assert not [block for page in chapters for block in page.dropped if block.reason == "site_template"]


def test_results_come_in_the_order_of_the_documents() -> None:
    texts = [article(chr(98 + n) * 4, 3) for n in range(5)]
    assert [page.text for page in cleanse.strip_all(texts)] == texts


def test_lines_that_differ_in_a_count_are_one_line() -> None:
    pages = [{"text": f"{article(f'word{n}')}\n\nRead by {11 * n} people today", "source": "post"} for n in range(6)]
    for page in cleanse.strip_all(pages):
        assert "people today" not in page.text


@pytest.mark.parametrize("head", ["Chapter {}", "The Harbour\n\nChapter {}", "Chapter {}\n\nA night at sea"])
def test_titles_that_differ_in_a_number_are_no_template(head: str) -> None:
    pages = [{"text": f"{head.format(n + 1)}\n\n{article(f'word{n}')}", "source": "book"} for n in range(12)]
    for n, page in enumerate(cleanse.strip_all(pages)):
        assert f"Chapter {n + 1}" in page.text


def test_dates_above_prose_are_one_line() -> None:
    pages = [
        {"text": f"Last change: {n + 1} March 2019 at noon\n\n{article(f'word{n}')}", "source": "book"}
        for n in range(12)
    ]
    for page in cleanse.strip_all(pages):
        assert "Last change" not in page.text


def test_numbers_alone_are_no_template() -> None:
    tables = ["\n".join(f"{n * 37 + k}" for k in range(4)) for n in range(8)]
    lines = ["The harbour had this many boats in the four years after the storm, as the cooperative counted them."]
    pages = [{"text": f"{article(f'word{n}')}\n\n{lines[0]} {n}\n\n{tables[n]}", "source": "post"} for n in range(8)]
    for page in cleanse.strip_all(pages):
        assert all(block.reason != "site_template" or "boats" in block.text for block in page.dropped)
