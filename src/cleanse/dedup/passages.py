"""Passages shared by documents that both stay: which of them are cut out, and where a cut begins and ends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

_SENTENCE_END = regex.compile(r"[.!?…]+[\"'”’»›)\]]*(?=\s)|[。！？．؟।۔]+[\"'”’»›)\]」』】）〉》]*|\n+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of document ``b`` that document ``a``, which ranks before it, has too; code points of their kept texts."""

    a: int
    b: int
    a_start: int
    a_end: int
    b_start: int
    b_end: int


def choose_cuts(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages to cut out of their ``b``: those whose copy in ``a`` stays whole.

    Documents are settled in rank order, so what becomes of ``a`` is known before ``b``; in a document the longest
    passage comes first, and passages that overlap a cut are left.
    """
    cuts: dict[int, list[tuple[int, int]]] = {}
    for passage in sorted(passages, key=lambda p: (p.b, p.b_start - p.b_end, p.b_start, p.a)):
        mine = cuts.setdefault(passage.b, [])
        free = not _overlaps(mine, passage.b_start, passage.b_end)
        if free and not _overlaps(cuts.get(passage.a, []), passage.a_start, passage.a_end):
            mine.insert(bisect_left(mine, (passage.b_start, 0)), (passage.b_start, passage.b_end))
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


def _overlaps(cuts: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_left(cuts, (end, 0))
    return at > 0 and cuts[at - 1][1] > start
