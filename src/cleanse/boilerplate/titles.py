"""Title, lead and caption: short, and content all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from cleanse.boilerplate.case import Case

#: A line between title and text of so many words, with no markup of its own, is a lead.
_LEAD_WORDS = 7.0
#: A line with a date of so many words is a dateline; a longer one is a sentence.
_DATELINE_WORDS = 14


def find_title(case: Case, content: list[bool]) -> None:
    """Set the case's title; title and lead are content."""
    first = next((i for i, kept in enumerate(content) if kept and case.noise[i] is None), len(content))
    known = {_plain(case.page.title)} | {_plain(part) for part in regex.split(r"\s[|–—-]\s|[|_]", case.page.title)}
    best = (0.0, -1)
    for i in range(max(0, first - 25), min(first + 1, len(case.blocks))):
        block = case.blocks[i]
        if block.hidden or block.words > 45:
            continue
        score = 0.0
        if _plain(block.text) in known and block.words >= 2:
            score += 6.0
        if block.kind is Kind.HEADING:
            score += 5.0 - block.level
        if case.page.format == "text":
            score += _title_shape(case, i) - 0.1 * (first - i)
        if score > best[0]:
            best = (score, i)
    if best[1] >= 0 and best[0] >= 0.5:
        case.title = _topmost(case, best[1])
        content[case.title] = True
        case.noise[case.title] = None
        for i in range(case.title + 1, first):
            block = case.blocks[i]
            lead = block.size >= _LEAD_WORDS and block.links < 0.3 and block.hint is None and not block.marker
            content[i] = lead and not block.trails and not block.dated


def _topmost(case: Case, i: int) -> int:
    """Of title-like lines in a row the first is the title, the others are a lead."""
    while case.page.format == "text" and i > 0 and _title_shape(case, i - 1) >= max(3.0, _title_shape(case, i)):
        i -= 1
    return i


def _title_shape(case: Case, i: int) -> float:
    """How much a line of text looks like a title: of its length, above byline, date or share bar, without a full stop."""
    block = case.blocks[i]
    letters = sum(map(str.isalpha, block.text))
    if case.noise[i] is not None or block.marker or not 3 <= block.size <= 28 or 2 * letters < len(block.text):
        return 0.0
    above = _above_furniture(case, i)
    if block.size < 4 and not above:
        return 0.0
    score = 3.5 if above else 2.0
    if block.stops:
        score -= 1.0
    if block.dated or block.trails > 1 or (block.trails and block.size < 6):
        score -= 2.0
    return score


def _above_furniture(case: Case, i: int) -> bool:
    """Whether one of the next lines is what stands below a title: a byline, a date, a share bar."""
    for at in range(i + 1, min(i + 4, len(case.blocks))):
        dateline = case.blocks[at].dated and case.blocks[at].words <= _DATELINE_WORDS
        if dateline or case.named(at) in (Reason.BYLINE, Reason.METADATA, Reason.SHARE):
            return True
    return False


def find_captions(case: Case, content: list[bool]) -> None:
    """A caption beside content is content: its first copy stays."""
    begun = False
    for i, block in enumerate(case.blocks):
        begun = begun or content[i]
        if block.kind is Kind.CAPTION and not content[i] and case.noise[i] is None and block.words >= 3:
            near = content[max(0, i - 3) : i + 4]
            inside = begun or case.title >= 0
            if block.hint in (None, Reason.CAPTION) and inside and any(near):
                content[i] = True


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
