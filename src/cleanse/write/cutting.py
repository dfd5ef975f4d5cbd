"""One document that loses passages: what stays of it, where, and what goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleanse.boilerplate.blocks import words_of
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """``text[start:end]`` goes; the survivor has it at ``survivor_start`` to ``survivor_end`` of its page."""

    start: int
    end: int
    survivor: str
    survivor_start: int
    survivor_end: int
    similarity: float
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """What a document is without its passages: its text, "" when nothing is left; rows of KEPT and of DROPPED."""

    text: str
    words: int
    kept: list[Row]
    dropped: list[Row]


def plain_words(text: str) -> int:
    """How many words a text has."""
    return len(words_of(text))


def cut_out(page: Row, cuts: list[Cut], words: Callable[[str], int] = plain_words) -> Rest:
    """The rest of a page (``id``, ``source``, ``text``, ``pieces`` of PAGE) without its cuts; ``words`` counts those of a text."""
    text, pieces = page["text"], page["pieces"]
    dropped: list[Row] = []
    stays: list[tuple[int, int]] = []
    at = 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        # cuts are widened to the stops and quotes of their sentences, so that two may meet in one
        first = max(cut.start, at)
        if first >= cut.end:
            continue
        stays.append(_trim(text, at, first))
        for start, end, on_page in _split(pieces, first, cut.end):
            inside = _trim(text, start, end)
            if inside[0] < inside[1]:
                part = text[slice(*inside)]
                dropped.append(_dropped(page, cut, part, words(part), inside[0] + on_page - start))
        at = cut.end
    stays.append(_trim(text, at, len(text)))
    rest, kept = _joined(text, pieces, [stay for stay in stays if stay[0] < stay[1]])
    if not rest:
        dropped.append(_empty(page))
    return Rest(rest, words(rest), [{"id": page["id"], **piece} for piece in kept], dropped)


def named(survivor: str, *, indexed: bool) -> str:
    """A survivor in a line for people."""
    return f"{survivor!r} of the index" if indexed else repr(survivor)


def _joined(text: str, pieces: list[dict[str, int]], stays: list[tuple[int, int]]) -> tuple[str, list[Row]]:
    """The spans that stay as one text, and its pieces."""
    kept: list[Row] = []
    parts: list[str] = []
    length, before = 0, 0
    for start, end in stays:
        if parts:
            gap = text[before:start]
            joint = "\n\n" if "\n" in gap[:3] or "\n" in gap[-3:] else " "
            parts.append(joint)
            length += len(joint)
        for first, last, on_page in _split(pieces, start, end):
            kept.append({"page_start": on_page, "text_start": length + first - start, "length": last - first})
        parts.append(text[start:end])
        length += end - start
        before = end
    return "".join(parts), kept


def _split(pieces: list[dict[str, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    """(start, end, start on the page) of the parts of a span of text that stand in one piece each."""
    parts = []
    for piece in pieces:
        first = max(start, piece["text_start"])
        last = min(end, piece["text_start"] + piece["length"])
        if first < last:
            parts.append((first, last, piece["page_start"] + first - piece["text_start"]))
    return parts


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return start, max(start, start + len(part.strip()))


def _dropped(page: Row, cut: Cut, part: str, words: int, start: int) -> Row:
    return {
        "id": page["id"],
        "source": page["source"],
        "level": "passage",
        "kind": "passage",
        "reason": Reason.SHARED_PASSAGE.value,
        "confidence": cut.similarity,
        "evidence": f"also in {named(cut.survivor, indexed=cut.indexed)}, {cut.similarity:.0%} alike",
        "start": start,
        "end": start + len(part),
        "words": words,
        "text": part,
        "survivor": cut.survivor,
        "survivor_start": cut.survivor_start,
        "survivor_end": cut.survivor_end,
    }


def _empty(page: Row) -> Row:
    return {
        "id": page["id"],
        "source": page["source"],
        "level": "document",
        "kind": "document",
        "reason": Reason.EMPTY.value,
        "confidence": 1.0,
        "evidence": "all of it stands in other documents",
        "start": 0,
        "end": 0,
        "words": 0,
        "text": "",
    }
