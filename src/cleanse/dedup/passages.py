"""Passages shared by documents that both stay: which of them are cut out, and where a cut begins and ends."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What is cut of each document: spans, sorted.
Cuts = dict[int, list[tuple[int, int]]]

# The first stop of a run, then all of the run: a line of dots is no end of a sentence, and looked at once
_SENTENCE_END = regex.compile(r"(?<![.!?…])[.!?…]++[\"'”’»›)\]]*+(?=\s)|[。！？．؟।۔]+[\"'”’»›)\]」』】）〉》]*|\n+")
#: The characters of which it is made.
_ENDING: Final = frozenset(".!?…\"'”’»›)]。！？．؟।۔」』】）〉》\n")

#: Characters from a word among which quotes, stops and blanks belong to its sentence; beyond stands a rule or a drawing.
_CLOSING: Final = 16


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
    first, last = start, end
    while first > max(start - _CLOSING, 0) and not text[first - 1].isalnum():
        first -= 1
    first = min(first, len(text[:start].rstrip()))  # however far it is indented
    while last < min(end + _CLOSING, len(text)) and not text[last].isalnum():
        last += 1
    bounds = _bounds(text, first, last)
    begin, stop = (bounds[0], bounds[-1]) if bounds else (start, start)
    whole = text[begin:stop]
    begin, stop = begin + len(whole) - len(whole.lstrip()), stop - len(whole) + len(whole.rstrip())
    return (begin, stop) if stop > begin else (start, start)


def _bounds(text: str, first: int, last: int) -> list[int]:
    """The places from ``first`` to ``last`` where a sentence or line of the text ends, its own ends among them."""
    at = first
    while at > 0 and text[at - 1] in _ENDING:  # an end that reaches to the first place began before it
        at -= 1
    bounds = [0] if first == 0 else []
    for match in _SENTENCE_END.finditer(text, at):
        if match.end() > last:
            break
        if match.end() >= first:
            bounds.append(match.end())
    if last == len(text):
        bounds.append(last)
    return bounds


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps one of the spans, which are sorted; they may overlap each other."""
    return any(last > start for _, last in spans[: bisect_left(spans, (end, 0))])
