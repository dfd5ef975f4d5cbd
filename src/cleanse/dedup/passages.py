"""Passages shared by documents that both stay: which of them are cut out, and where a cut begins and ends."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What is cut of each document: spans, sorted.
Cuts = dict[int, list[tuple[int, int]]]

_SENTENCE_END = regex.compile(r"[.!?…]+[\"'”’»›)\]]*(?=\s)|[。！？．؟।۔]+[\"'”’»›)\]」』】）〉》]*|\n+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of the document ``loser``, ``start`` to ``end``, that ``keeper`` has too; code points of their kept texts."""

    keeper: int
    loser: int
    keeper_start: int
    keeper_end: int
    start: int
    end: int
    similarity: float


def choose_cuts(passages: Iterable[Passage], settled: Cuts | None = None) -> Iterator[Passage]:
    """The passages to cut out of their ``loser``: those whose copy in ``keeper`` stays whole.

    The longest passage is settled first. A copy for which another was cut is never cut itself, and no two cuts overlap.
    With ``settled`` cuts of earlier documents, each document is settled before those that rank after it.
    """
    cuts: Cuts = {} if settled is None else settled
    needed: Cuts = {}

    def turn(p: Passage) -> tuple[int, ...]:
        longest = (p.start - p.end, p.loser, p.start, p.keeper, p.keeper_start)
        return longest if settled is None else (p.loser, *longest)

    for passage in sorted(passages, key=turn):
        span, copy = (passage.start, passage.end), (passage.keeper_start, passage.keeper_end)
        if (
            not _overlaps(cuts.get(passage.loser, []), *span)
            and not _overlaps(needed.get(passage.loser, []), *span)
            and not _overlaps(cuts.get(passage.keeper, []), *copy)
        ):
            insort(cuts.setdefault(passage.loser, []), span)
            insort(needed.setdefault(passage.keeper, []), copy)
            yield passage


def whole_sentences(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole sentences and lines inside ``text[start:end]``; an empty span when there are none.

    >>> text = "One is here. Two is here. Three."
    >>> text[slice(*whole_sentences(text, 5, 28))]
    'Two is here.'
    >>> text[slice(*whole_sentences(text, 13, 31))]
    'Two is here. Three.'
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    starts = [0, *ends]
    # what stands between a word and its sentence's end, quotes and stops, belongs to the sentence
    begin = next((s for s in starts if s >= start or not _has_word(text, s, start)), end)
    stop = next((e for e in reversed([*ends, len(text)]) if e <= end or not _has_word(text, end, e)), begin)
    while begin < stop and text[begin].isspace():
        begin += 1
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    return (begin, stop) if stop > begin else (start, start)


def _has_word(text: str, start: int, end: int) -> bool:
    # a word within so few characters, or so many characters that there is one
    return end - start > 16 or any(c.isalnum() for c in text[start:end])


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps one of the spans, which are sorted; they may overlap each other."""
    return any(last > start for _, last in spans[: bisect_left(spans, (end, 0))])
