"""Which shared passages are cut: the longest first, never both copies, and what stays holds all that went."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleanse.dedup.passages import Passage, choose_cuts, whole_sentences


def shared(keeper: int, loser: int, start: int, words: int, *, at: int = 0) -> Passage:
    return Passage(keeper, loser, at, at + words, start, start + words, 1.0)


passages = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 20), st.integers(1, 12), st.integers(0, 20)).map(
        lambda drawn: shared(min(drawn[0], drawn[1] - 1), drawn[1], drawn[2], drawn[3], at=drawn[4])
    ),
    max_size=12,
)


@given(passages)
def test_no_two_cuts_overlap_and_the_copy_of_each_stays(found: list[Passage]) -> None:
    chosen = list(choose_cuts(found))
    gone = [(cut.loser, at) for cut in chosen for at in range(cut.start, cut.end)]
    assert len(set(gone)) == len(gone)
    assert {(cut.keeper, at) for cut in chosen for at in range(cut.keeper_start, cut.keeper_end)}.isdisjoint(gone)


@given(passages)
def test_a_passage_stays_only_for_one_that_is_as_long_and_in_its_way(found: list[Passage]) -> None:
    chosen = list(choose_cuts(found))
    gone = {(cut.loser, at) for cut in chosen for at in range(cut.start, cut.end)}
    needed = {(cut.keeper, at) for cut in chosen for at in range(cut.keeper_start, cut.keeper_end)}
    for passage in found:
        here = {(passage.loser, at) for at in range(passage.start, passage.end)}
        copy = {(passage.keeper, at) for at in range(passage.keeper_start, passage.keeper_end)}
        assert passage in chosen or here & (gone | needed) or copy & gone
    lengths = [cut.end - cut.start for cut in chosen]
    assert lengths == sorted(lengths, reverse=True)


def test_passages_that_touch_do_not_overlap() -> None:
    chosen = list(choose_cuts([shared(0, 1, 10, 10), shared(0, 1, 20, 9, at=10), shared(0, 1, 28, 5)]))
    assert [(cut.start, cut.end) for cut in chosen] == [(10, 20), (20, 29)]


def test_cuts_of_earlier_documents_are_settled_before_longer_ones_of_later_documents() -> None:
    one, two = shared(0, 1, 0, 10), shared(1, 2, 0, 20)
    assert list(choose_cuts([one, two])) == [two]
    assert list(choose_cuts([two, one], {})) == [one]
    assert list(choose_cuts([one], {0: [(5, 8)]})) == []


def test_a_span_is_widened_to_the_stops_and_quotes_of_its_sentences_alone() -> None:
    text = 'He said "One is here." Two is here! Three'
    assert text[slice(*whole_sentences(text, 9, 34))] == "Two is here!"
    assert text[slice(*whole_sentences(text, 0, 20))] == 'He said "One is here."'
    assert text[slice(*whole_sentences(text, 22, len(text)))] == "Two is here! Three"
    start, end = whole_sentences(text, 24, 30)
    assert start == end
