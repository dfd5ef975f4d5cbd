"""What stays of a document without its passages, where it stood on the page, and what is said of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanse.write.cutting import Cut, Rest, cut_out
from tests.write.test_verdicts import Row, page


def cut(row: Row, *passages: str, indexed: bool = False) -> Rest:
    """The page without these passages of its text."""
    starts = [row["text"].index(passage) for passage in passages]
    return cut_out(
        row,
        [
            Cut(start, start + len(passage), "b", 3, 9, 0.9, indexed)
            for start, passage in zip(starts, passages, strict=True)
        ],
    )


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("One. Two. Three.", "One. Three."),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree."),
        ("One.\nTwo. Three.", "One.\n\nThree."),
        ("One. Two.\nThree.", "One.\n\nThree."),
        ("One. \n Two. Three.", "One.\n\nThree."),
        ("One. Two. \n Three.", "One.\n\nThree."),
        ("Two. Three.", "Three."),
        ("One. Two.", "One."),
    ],
)
def test_what_stays_is_joined_as_it_stood(text: str, rest: str) -> None:
    """By a space in a line, by an empty line where the passage began or ended one."""
    assert cut(page(0, [text], [True]), "Two.").text == rest


@pytest.mark.parametrize("passage", ["Two is\n\nlong.", "Tw\no is long.", "Two is long\n5."])
def test_lines_inside_a_passage_go_with_it(passage: str) -> None:
    found = cut(page(0, [f"One. {passage} Three."], [True]), passage)
    assert found.text == "One. Three."
    assert found.words == 2


def test_a_passage_says_where_it_stood_and_where_it_survives() -> None:
    row = page(0, ["Home. ", "One is here. Two is here. Three."], [False, True])
    (dropped,) = cut(row, "Two is here.").dropped
    assert dropped == {
        "id": "d0", "source": "s", "level": "passage", "kind": "passage", "reason": "shared_passage", "confidence": 0.9,
        "evidence": "also in 'b', 90% alike", "start": 19, "end": 31, "words": 3, "text": "Two is here.",
        "survivor": "b", "survivor_start": 3, "survivor_end": 9,
    }  # fmt: skip
    (dropped,) = cut(row, "Two is here.", indexed=True).dropped
    assert dropped["evidence"] == "also in 'b' of the index, 90% alike"


def test_a_document_of_which_nothing_stays_is_dropped_as_empty() -> None:
    found = cut(page(0, ["One. Two."], [True]), "One.", "Two.")
    assert (found.text, found.words, found.kept) == ("", 0, [])
    assert [row["level"] for row in found.dropped] == ["passage", "passage", "document"]
    whole = found.dropped[-1]
    assert (whole["reason"], whole["confidence"]) == ("empty", 1.0)
    assert (whole["start"], whole["end"], whole["words"], whole["text"]) == (0, 0, 0, "")


def test_a_passage_inside_another_goes_once() -> None:
    found = cut(page(0, ["One. Two. Three. Four. Five."], [True]), "Two. Three. Four.", "Three.")
    assert [row["text"] for row in found.dropped] == ["Two. Three. Four."]
    assert found.text == "One. Five."


def test_white_space_alone_is_no_passage() -> None:
    found = cut(page(0, ["One. Two."], [True]), " ")
    assert (found.text, found.dropped) == ("One. Two.", [])


def test_what_stays_between_passages_is_found_on_the_page() -> None:
    found = cut(page(0, ["One. Two. Three. Four. Five. Six."], [True]), "One.", "Three.", "Five.")
    assert found.text == "Two. Four. Six."
    assert [(row["id"], row["page_start"], row["text_start"], row["length"]) for row in found.kept] == [
        ("d0", 5, 0, 4),
        ("d0", 17, 5, 5),
        ("d0", 29, 11, 4),
    ]


@given(
    st.lists(st.sampled_from(["One is here. ", "Zwei. ", "三个字。", "\n", " Four\n\n"]), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=3),
)
def test_every_piece_stands_where_it_is_said_to(sentences: list[str], kept: list[bool], spans: list[list[int]]) -> None:
    row = page(0, sentences, kept)
    size = len(row["text"])
    rest = cut_out(row, [Cut(start, min(end, size), "b", 0, 9, 1.0) for start, end in spans if start < min(end, size)])
    for piece in rest.kept:
        text = rest.text[piece["text_start"] : piece["text_start"] + piece["length"]]
        assert text == row["page"][piece["page_start"] : piece["page_start"] + piece["length"]] != ""
    for passage in rest.dropped:
        assert row["page"][passage["start"] : passage["end"]] == passage["text"]
    # what is kept and what went are the text, each character once
    on_page = [(piece["page_start"], piece["page_start"] + piece["length"]) for piece in rest.kept]
    on_page += [(passage["start"], passage["end"]) for passage in rest.dropped if passage["level"] == "passage"]
    taken = [at for start, end in on_page for at in range(start, end) if not row["page"][at].isspace()]
    stood = [at for p in row["pieces"] for at in range(p["page_start"], p["page_start"] + p["length"])]
    assert sorted(taken) == [at for at in stood if not row["page"][at].isspace()]
