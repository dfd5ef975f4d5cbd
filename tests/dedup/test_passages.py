"""Which shared passages are cut: the longest first, never both copies, and what stays holds all that went."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import example, given
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


@given(st.text('ab .\n"', max_size=16), st.integers(0, 16), st.integers(0, 16))
@example("One.                    Two.", 24, 27)
@example("One\n\n                    Two is here", 25, 36)
def test_whole_sentences_are_those_that_have_no_word_outside_the_span(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    bounds = [0, *(match.end() for match in re.finditer(r"[.]+\"*(?=\s)|\n+", text)), len(text)]
    within = {
        at
        for sentence in (range(*ends) for ends in pairwise(bounds))
        if all(start <= at < end for at in sentence if text[at].isalnum())
        for at in sentence
    }
    first, last = whole_sentences(text, start, end)
    found = range(first, last)
    assert within.issuperset(found)
    assert text[first:last] == text[first:last].strip()
    assert {at for at in within if text[at].isalnum()} <= {*found}
    # stops and quotes go with the word that they follow
    assert last == len(text) or text[last].isspace() or not found


def test_a_short_rule_goes_with_its_passage_and_a_long_one_stays() -> None:
    def left(length: int, word: str) -> str:
        text = f"One is here.\n{length * '='}\nTwo is here."
        start = text.index(word)
        first, last = whole_sentences(text, start, start + len("Two is here"))
        return text[:first] + text[last:]

    assert left(13, "One") == "\nTwo is here."
    assert left(14, "One") == "\n" + 14 * "=" + "\nTwo is here."
    assert left(15, "Two") == "One is here.\n"
    assert left(16, "Two") == "One is here.\n" + 16 * "=" + "\n"


def test_a_line_of_dots_is_looked_at_once() -> None:
    dots = "." * 200_000
    text = f"Contents{dots}7 One is here. Two is here."
    assert text[slice(*whole_sentences(text, len(dots) + 9, len(text)))] == "Two is here."
