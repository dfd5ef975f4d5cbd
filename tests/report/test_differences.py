"""Word-level differences: a side is rebuilt by its pieces, folding does not count, unspaced scripts go by character."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cleanse.report.differences import differences
from cleanse.report.visible import one_line, visible


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_rebuild_both_sides(left: str, right: str) -> None:
    for text, pieces in zip((left, right), differences(left, right), strict=True):
        assert "".join(piece for piece, _ in pieces) == text
        flags = [flag for _, flag in pieces]
        assert all(a != b for a, b in itertools.pairwise(flags))


@given(st.text(max_size=60))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not any(differs for side in differences(text, text) for _, differs in side)


def test_case_accents_and_punctuation_do_not_differ() -> None:
    assert not any(differs for side in differences("Où, Élan!", "ou élan") for _, differs in side)


def test_unspaced_scripts_differ_by_character() -> None:
    left, _ = differences("今天天气很好", "今天天气不好")
    assert left == [("今天天气", False), ("很", True), ("好", False)]


@given(st.text(max_size=60))
def test_visible_is_idempotent_and_harmless(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not any(ord(c) < 32 and c not in "\t\n" for c in shown)
    assert "\n" not in one_line(text)
