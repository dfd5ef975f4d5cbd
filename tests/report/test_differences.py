"""Word-level differences: a side is rebuilt by its pieces, folding does not count, unspaced scripts go by character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleanse.report.differences import differences
from cleanse.report.visible import one_line, visible

_WORDS = st.lists(st.sampled_from(["the", "red", "fox", "Öl", "狐", "the,\n", "...", "שלום"]), max_size=60).map(
    " ".join
)


@given(st.one_of(st.text(max_size=60), _WORDS), st.one_of(st.text(max_size=60), _WORDS))
def test_pieces_rebuild_both_sides_and_their_numbers_rise(left: str, right: str) -> None:
    for text, pieces in zip((left, right), differences(left, right), strict=True):
        assert "".join(piece.text for piece in pieces) == text
        numbers = [piece.number for piece in pieces]
        assert numbers == sorted(numbers)
        marked = [piece.number for piece in pieces if piece.differs]
        assert len(marked) == len(set(marked))


@given(_WORDS, _WORDS)
def test_pieces_of_one_number_say_the_same_or_differ_on_both_sides(left: str, right: str) -> None:
    sides = differences(left, right)
    said = [{piece.number: piece for piece in side if any(c.isalnum() for c in piece.text)} for side in sides]
    for number in said[0].keys() & said[1].keys():
        mine, other = said[0][number], said[1][number]
        assert mine.differs == other.differs
        if not mine.differs:
            assert not any(piece.differs for side in differences(mine.text, other.text) for piece in side)


@given(st.text(max_size=60))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not any(piece.differs for side in differences(text, text) for piece in side)


def test_case_accents_and_punctuation_do_not_differ() -> None:
    assert not any(piece.differs for side in differences("Où, Élan!", "ou élan") for piece in side)


def test_unspaced_scripts_differ_by_character() -> None:
    left, right = differences("今天天气很好", "今天天气不好")
    assert left == [("今天天气", False, 0), ("很", True, 1), ("好", False, 2)]
    assert right == [("今天天气", False, 0), ("不", True, 1), ("好", False, 2)]


def test_a_long_equal_stretch_is_several_pieces_that_go_together() -> None:
    text = " ".join(f"word{n}" for n in range(60))
    left, right = differences(text, text.upper())
    assert [piece.number for piece in left] == [piece.number for piece in right] == [0, 1, 2, 3]


@given(st.text(max_size=60))
def test_visible_is_idempotent_and_harmless(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not any(ord(c) < 32 and c not in "\t\n" for c in shown)
    assert "\n" not in one_line(text)
