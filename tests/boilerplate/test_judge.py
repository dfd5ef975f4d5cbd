"""The judge keeps what a page is about and says why the rest goes."""

from __future__ import annotations

import numpy as np
import pytest

import cleanse
from cleanse.boilerplate.blocks import REASONS
from cleanse.boilerplate.judge import judge
from cleanse.boilerplate.phrases import Phrases, listed, normal, phrases
from cleanse.boilerplate.text import find_text_blocks
from cleanse.config import Strip
from cleanse.schema import Reason

PROSE = [
    "The harbour was closed on Monday after the storm of the night before, and no ship left the town.",
    "Fishermen said that they had not seen waves of such a height since the winter of 1987.",
    "The mayor promised that the pier would be repaired before the summer guests arrive.",
    "Insurers put the damage at several million, most of it in the old warehouses by the canal.",
]
LATER = [
    "Divers will look at the piles of the old bridge as soon as the water is clear enough to see them.",
    "Until then lorries have to take the road by the airport, which adds an hour to the way into town.",
]


def reasons(page: cleanse.Stripped) -> dict[str, str | None]:
    return {block.text: block.reason for block in page.blocks}


def test_stripping_twice_changes_nothing(fixture_pages: object) -> None:
    import pathlib

    assert isinstance(fixture_pages, pathlib.Path)
    for path in sorted(fixture_pages.glob("*.txt")):
        once = cleanse.strip(path.read_text(encoding="utf-8")).text
        twice = cleanse.strip(once).text
        lost = len(once.split()) - len(twice.split())
        assert lost <= 0.05 * len(once.split()), f"{path.name}: {lost} words lost the second time"


def test_a_count_of_comments_below_the_title_opens_no_section() -> None:
    page = cleanse.strip("\n".join(["Storm closes the harbour of Visby", "12 Comments", *PROSE]))
    assert all(reasons(page)[line] is None for line in PROSE)
    assert reasons(page)["12 Comments"] == "comments"


def test_comments_at_the_end_go_with_their_authors() -> None:
    page = cleanse.strip(
        "\n".join([*PROSE, "2 Comments", "Anna", "I was there and it was worse than they say here.", "Bo", "Sad."])
    )
    assert [block.reason for block in page.dropped] == ["comments"] * 5


def test_text_that_goes_on_below_the_link_to_its_comments_stays() -> None:
    page = cleanse.strip("\n".join([*PROSE[:2], "0 Comments", *PROSE[2:], *LATER]))
    assert page.text.split("\n\n") == ["\n".join(PROSE[:2]), "\n".join([*PROSE[2:], *LATER])]


@pytest.mark.parametrize("heading", ["2 Comments", "Comments (12)", "٢ تعليقات"])
def test_comments_that_are_counted_go_however_well_they_are_written(heading: str) -> None:
    page = cleanse.strip("\n".join([*PROSE, heading, *LATER]))
    assert page.text == "\n".join(PROSE)
    assert [block.reason for block in page.dropped] == ["comments"] * 3


def test_a_list_of_titles_in_the_middle_goes_and_the_text_goes_on() -> None:
    titles = ["Ten ships that never came home", "Why the mayor sold his boat", "A winter on the island"]
    after = [*PROSE[2:], *LATER]
    page = cleanse.strip("\n".join([*PROSE[:2], "Read also", *titles, *after, "© 2024 Northern Ledger"]))
    assert page.text.split("\n\n") == ["\n".join(PROSE[:2]), "\n".join(after)]
    assert {block.reason for block in page.dropped} == {"related_links", "footer"}


def test_a_page_of_lists_alone_is_not_emptied() -> None:
    page = cleanse.strip(
        "Latest stories\n" + "\n".join(f"The {n}th story of the harbour and its ships" for n in range(12))
    )
    assert page.text


def test_a_second_copy_of_a_caption_is_a_duplicate_and_a_refrain_is_not() -> None:
    refrain = "And the wind it blew, and the wind it blew, over the grey sea."
    song = [line for verse in PROSE for line in (verse, refrain)]
    page = cleanse.strip("\n".join(song))
    assert page.text.count(refrain) == 4
    caption = "The pier on Tuesday morning, seen from the lighthouse above the town"
    page = cleanse.strip("\n".join([caption, caption, *PROSE]))
    assert [block.reason for block in page.dropped] == ["duplicate_in_document"]


def verdicts(lines: list[str], content: list[float]) -> list[bool]:
    """What is kept of lines that are likely content, so much each."""
    pages = find_text_blocks(["\n\n".join(lines)])
    pages.blocks.content[:] = content
    kept: list[bool] = judge(pages, np.zeros(len(lines), bool), Strip()).open().tolist()
    return kept


def test_no_comments_are_below_a_heading_that_counts_none() -> None:
    for heading in ("Comments (0)", "0 Comments"):
        lines = [*PROSE, heading, LATER[0]]
        assert verdicts(lines, [*[0.95] * 4, 0.01, 0.6]) == [*[True] * 4, False, True]
    assert verdicts([*PROSE, "Comments (10)", LATER[0]], [*[0.95] * 4, 0.01, 0.6]) == [*[True] * 4, False, False]


@pytest.mark.parametrize("count", ["{} comments", "Comments ({})"])
def test_counts_of_comments_below_the_posts_of_a_blog_open_nothing(count: str) -> None:
    posts = [PROSE[0], *[line for n, post in enumerate([*PROSE[1:], *LATER]) for line in (count.format(n + 1), post)]]
    kept = [line in (*PROSE, *LATER) for line in posts]
    likely = [0.7 if prose else 0.01 for prose in kept]
    assert verdicts(posts, likely) == kept
    # two counts are those of a page and of its comments, and titles that are counted are a list
    page = [" ".join(PROSE[:2]), *posts[1:6]]
    assert verdicts(page, likely[:6]) == [True, *[False] * 5]
    titles = ["A storm", "Ferries wait", "The new pier"]
    listed = [*PROSE, *[line for title in titles for line in (title, "4 comments")], "4 comments", LATER[0]]
    assert verdicts(listed, [*[0.95] * 4, *[0.01] * 7, 0.6])[-1] is False


def test_what_stands_twice_between_title_and_text_is_a_caption() -> None:
    caption = "On October 4, cars queue at the pier, which the storm of the night has cut off from the road to town, "
    caption += "while fishermen look after what is left of their boats. / Northern Ledger photo"
    lines = ["Storm closes the harbour of the northern town", caption, caption, *PROSE]
    for first, second in [(0.2, 0.3), (0.3, 0.9), (0.9, 0.3)]:
        assert verdicts(lines, [0.2, first, second, *[0.95] * 4]) == [True, True, False, *[True] * 4]
    assert verdicts(lines, [0.2, 0.05, 0.05, *[0.95] * 4]) == [True, False, False, *[True] * 4]
    lines[1:3] = [caption.partition(",")[0]] * 2
    assert verdicts(lines, [0.2, 0.2, 0.3, *[0.95] * 4])[1:3] == [False, False]


def test_prose_below_content_need_be_less_likely() -> None:
    assert verdicts([*PROSE, LATER[0]], [*[0.95] * 4, 0.49]) == [True] * 5
    assert verdicts([*PROSE, LATER[0][:-1]], [*[0.95] * 4, 0.49]) == [*[True] * 4, False]
    # one of them, and what is below it no more
    assert verdicts([*PROSE, *LATER[:2]], [*[0.95] * 4, 0.49, 0.49]) == [*[True] * 5, False]
    # and none below a line that is dropped
    assert verdicts([*PROSE, "Menu", LATER[0]], [*[0.95] * 4, 0.01, 0.49]) == [*[True] * 4, False, False]


@pytest.mark.parametrize("sign", ["© 1962", "Copyright 1962", "(c) 1962"])
def test_prose_that_only_has_a_copyright_in_it_is_judged_as_other_prose(sign: str) -> None:
    book = f"The most complete of these books, of 186 pages, {sign}, explains all scales of the rule."
    assert verdicts([*PROSE, book], [0.95] * 5) == [True] * 5
    assert verdicts([*PROSE, book], [*[0.95] * 4, 0.4]) == [*[True] * 4, False]
    assert verdicts([*PROSE, f"{sign}, Northern Ledger"], [0.95] * 5) == [*[True] * 4, False]


@pytest.mark.parametrize("name", ["Christian CÃ´tÃ©", "The Institute of Harbours©"])
def test_a_copyright_sign_behind_a_letter_is_no_notice(name: str) -> None:
    line = f"{name} of the port"
    assert verdicts([PROSE[0], line, *PROSE[1:]], [0.95] * 5) == [True] * 5


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("© 2024 Northern Ledger. All rights reserved.", "footer"),
        ("editor@northern-ledger.example", "byline"),
        ("https://northern-ledger.example/2024/storm", "metadata"),
        ("We use cookies to improve your experience.", "cookie"),
        ("Subscribe to our newsletter", "newsletter"),
        ("Share on Facebook", "share"),
    ],
)
def test_single_lines_are_known_for_what_they_are(line: str, reason: str) -> None:
    page = cleanse.strip("\n".join([*PROSE, line]))
    assert reasons(page)[line] == reason


@pytest.mark.parametrize("line", ["“Yes.”", "„Zurück!“", "« Retour »", '"Close"', "Yes.", "— No."])
def test_what_is_spoken_is_no_button(line: str) -> None:
    story = [f"{text} {day}" for day in range(30) for text in (*PROSE, *LATER)]
    page = cleanse.strip("\n\n".join([*story[:90], line, *story[90:]]))
    assert page.dropped == ()
    assert phrases().find(line, 1) is None
    assert phrases().find(line.strip('“”„«» "!.—'), 1) is not None


@pytest.mark.parametrize("head", [["IV."], ["ACT II"], ["CHAPTER X.", "THE LETTER"]])
def test_what_alone_stands_above_a_chapter_is_its_heading(head: list[str]) -> None:
    story = [f"{text} {day}" for day in range(30) for text in (*PROSE, *LATER)]
    assert cleanse.strip("\n\n".join([*head, *story])).dropped == ()
    menu = ["Home", "Island", "Weather", "Sport", "Ferries"]
    assert {block.text for block in cleanse.strip("\n\n".join([*menu, *story])).dropped} == set(menu)


def test_a_question_in_a_play_opens_no_comments() -> None:
    said = [
        part for at, text in enumerate((*PROSE, *LATER) * 4) for part in (("ROSE.", "DUPRE.")[at % 2], f"{text} {at}")
    ]
    asked = [*said[: len(said) // 2], "What do you think?", *said[len(said) // 2 :]]
    dropped = cleanse.strip("\n\n".join(asked)).dropped
    assert [block.text for block in dropped if block.reason == "comments"] == ["What do you think?"]


def test_kept_reasons_drop_nothing() -> None:
    text = "\n".join([*PROSE, "2 Comments", "Anna", "I was there."])
    assert "I was there." not in cleanse.strip(text).text
    assert "I was there." in cleanse.strip(text, keep=["comments"]).text


def test_hidden_text_is_a_dropped_block_not_a_hole() -> None:
    page = cleanse.strip(
        "<html><body>"
        + "".join(f"<p>{line}</p>" for line in PROSE)
        + "<div hidden>Loading, please wait</div></body></html>"
    )
    assert reasons(page)["Loading, please wait"] == "hidden"


def test_what_nothing_but_the_model_speaks_against_is_called_short_only_where_it_is() -> None:
    texts = [*PROSE[:2], "A line alone.", PROSE[2], LATER[0], PROSE[3]]
    pages = find_text_blocks(["\n\n".join(texts)])
    pages.blocks.content[:] = [0.95, 0.95, 0.01, 0.95, 0.01, 0.95]
    case = judge(pages, np.zeros(len(texts), bool), Strip())
    assert [REASONS[case.reason[at]] for at in (2, 4)] == [Reason.LOW_CONTENT] * 2
    assert case.evidence[2] == "a short line that the text does not need"
    assert case.evidence[4] == "less likely content than what is kept"


def test_markup_that_a_role_makes_what_it_is_is_named_with_it() -> None:
    menu = '<div role="navigation"><ul><li><a href="/a">The whole port</a><li><a href="/b">Storms</a></ul></div>'
    page = cleanse.strip("<html><body>" + menu + "".join(f"<p>{line}</p>" for line in PROSE) + "</body></html>")
    (block,) = (block for block in page.blocks if block.text.startswith("The whole"))
    assert (block.reason, block.evidence) == ("navigation", "inside '<div role=navigation>'")


def test_phrases_are_in_normal_form_and_of_many_languages() -> None:
    data = listed()
    languages = {language for forms in data.values() for one in forms.values() for language in one}
    assert len(languages) >= 20
    for reason, forms in data.items():
        Reason(reason)
        for one in forms.values():
            for found in one.values():
                assert [phrase for phrase in found if normal(phrase) != phrase] == []


def test_phrases_are_found_whatever_case_digits_and_punctuation_stand_around_them() -> None:
    known = Phrases(
        {
            "comments": {"heading": {"en": ["comments"]}, "contains": {"zh": ["评论列表"]}},
            "byline": {"prefix": {"en": ["credit"]}},
        }
    )
    for line in ("4 Comments", "COMMENTS (12)", "Comments0"):
        said = known.find(line, 2)
        assert said is not None
        assert said.reason is Reason.COMMENTS
    assert known.find("Comments on the budget were harsh", 6) is None
    assert known.find("Credit : Reuters", 2).reason is Reason.BYLINE  # type: ignore[union-attr]
    assert known.find("最新评论列表第一页", 9).reason is Reason.COMMENTS  # type: ignore[union-attr]
    assert phrases().find("", 0) is None
