"""The verdict on each block of a page: kept, or dropped with a reason, a confidence and what said so.

One page is judged in passes, each over all blocks in order: what lines say (phrases), which sections a heading opens,
which blocks are content (the model's estimate, at the page's operating point), then title and
caption, repeats, and a reason for everything that is left out.
"""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from cleanse.boilerplate.case import Case, Verdict
from cleanse.boilerplate.content import RUN, find_content
from cleanse.boilerplate.lines import (
    LONG_WORDS,
    is_address,
    is_copyright,
    is_mail,
    is_number,
    is_prose,
)
from cleanse.boilerplate.operating import logit
from cleanse.boilerplate.sections import find_sections
from cleanse.boilerplate.titles import find_captions, find_title
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from cleanse.boilerplate.blocks import Block, Page
    from cleanse.config import Strip

#: A second copy within so many blocks is one whatever its length; farther away it must have so many words.
_CLOSE = 3
_REPEATED_WORDS = 8
#: A link of so few words is an entry of a menu; titles are longer.
_MENU_WORDS = 2.5
#: What it counts in log-odds against a block that its site repeats it: a sure one stays, as a refrain or a legal formula.
_REPEATED_ODDS = 3.0
_REPEATING_KINDS = (Kind.CODE, Kind.TABLE_ROW)


def judge(page: Page, repeated: Sequence[bool], settings: Strip) -> tuple[list[Verdict], float]:
    """(one verdict a block, the word F1 expected of them). ``repeated`` tells which blocks the site repeats on other
    pages."""
    case = Case(page)
    _lines(case)
    find_sections(case)
    _dated_titles(case)
    content = find_content(case, settings.favor)
    find_title(case, content)
    find_captions(case, content)
    _repeats(case, content)
    _template(case, repeated)
    text = [i for i, kept in enumerate(content) if kept and i != case.title and case.noise[i] is None]
    body = (text[0], text[-1]) if text else (len(content), -1)
    return [_settle(case, i, content, body, settings.keep) for i in range(len(case.blocks))], case.expected


def _lines(case: Case) -> None:
    """What single lines say."""
    for i, (block, said) in enumerate(zip(case.blocks, case.said, strict=True)):
        if block.hidden and block.content < 0.5:
            case.noise[i] = Verdict(Reason.HIDDEN, 0.9, "not shown on the page")
        elif block.kind is Kind.CODE:
            continue
        elif said and not (said.form == "prefix" and is_prose(block) and block.size > 15):
            case.noise[i] = Verdict(said.reason, 0.9, f"says {said.phrase!r}")
        elif is_mail(block):
            case.noise[i] = Verdict(Reason.BYLINE, 0.85, "a mail address")
        elif is_copyright(block):
            case.noise[i] = Verdict(Reason.FOOTER, 0.9, "a copyright notice")
        elif is_address(block.text):
            case.noise[i] = Verdict(Reason.METADATA, 0.8, "an address alone")
        elif block.words <= 8 and block.dated and not block.terminal and block.kind is not Kind.TABLE_ROW:
            case.noise[i] = Verdict(Reason.METADATA, 0.8, "a date")


def _dated_titles(case: Case) -> None:
    """Titles with a date each, one after the other at an end of a text, are a list of other pages."""
    if case.page.format == "html":
        return
    for steps in (range(len(case.blocks)), range(len(case.blocks) - 1, -1, -1)):
        dated = list(takewhile(lambda i: _is_dated_title(case.blocks[i]), steps))
        if len(dated) >= RUN:
            for i in dated:
                if case.noise[i] is None or case.named(i) is Reason.METADATA:
                    case.noise[i] = Verdict(Reason.RELATED_LINKS, 0.8, f"one of {len(dated)} dated titles in a row")


def _is_dated_title(block: Block) -> bool:
    return block.size < LONG_WORDS and not block.stops and block.dated


def _repeats(case: Case, content: list[bool]) -> None:
    """A copy goes when it follows at once, and a second one when it is long or close by; a refrain stays."""
    own = [
        i
        for i, block in enumerate(case.blocks)
        if content[i] and case.noise[i] is None and block.words >= 4 and block.kind not in _REPEATING_KINDS
    ]
    keys = {i: case.blocks[i].key() for i in own}
    copies = Counter(keys.values())
    last: dict[str, int] = {}
    for i in own:
        before = last.get(keys[i])
        if before is not None:
            alike = copies[keys[i]] == 2 and (i - before <= _CLOSE or case.blocks[i].words >= _REPEATED_WORDS)
            if i - before == 1 or alike:
                case.noise[i] = Verdict(Reason.DUPLICATE_IN_DOCUMENT, 0.95, f"the same text is block {before}")
                continue
        last[keys[i]] = i


def _template(case: Case, repeated: Sequence[bool]) -> None:
    """What the site repeats on other pages, the title aside."""
    for i, again in enumerate(repeated):
        if again and i != case.title and case.noise[i] is None:
            odds = logit(case.blocks[i].content) - _REPEATED_ODDS
            if odds < max(logit(case.threshold), 0.0):
                case.noise[i] = Verdict(Reason.SITE_TEMPLATE, 0.9, "the site repeats it on other pages")


def _settle(case: Case, i: int, content: list[bool], body: tuple[int, int], keep: Container[str]) -> Verdict:
    """The verdict on a block after all passes."""
    block, verdict = case.blocks[i], case.noise[i]
    if verdict is None and content[i]:
        if i == case.title:
            block.kind = Kind.TITLE
            return Verdict(None, 0.95, "title")
        return Verdict(None, _sureness(block), "content")
    if verdict is None:
        verdict = _unnamed(case, i, body)
    if verdict.reason is not None and (verdict.reason in keep or block.kind in keep):
        what = verdict.reason if verdict.reason in keep else block.kind
        return Verdict(None, verdict.confidence, f"{what} is kept by a setting: {verdict.evidence}")
    return verdict


def _sureness(block: Block) -> float:
    return round(block.content, 2)


def _unnamed(case: Case, i: int, body: tuple[int, int]) -> Verdict:
    """The reason for a block that no line, section or repeat has named: its markup, its shape, its place."""
    block = case.blocks[i]
    if block.hint is not None:
        return Verdict(block.hint, 0.85, f"inside {block.hinted_by!r}")
    first, last = body
    neighbours = [case.named(at) for at in (i - 1, i + 1) if 0 <= at < len(case.blocks)]
    if Reason.BYLINE in neighbours and block.words <= 6:
        return Verdict(Reason.BYLINE, 0.75, "a short line beside a byline")
    if Reason.COMMENTS in neighbours and is_number(block.text):
        return Verdict(Reason.COMMENTS, 0.7, "a count beside comments")
    if case.title >= 0 and case.title < i < first and block.words <= 12 and block.links < 0.6:
        return Verdict(Reason.BYLINE, 0.65, "a short line between title and text")
    if block.links > 0.6 or case.runs[i] >= RUN:
        menu = i < first or block.size <= _MENU_WORDS
        reason = Reason.NAVIGATION if menu else Reason.RELATED_LINKS
        shape = f"one of {case.runs[i]} short lines in a row" if case.runs[i] >= RUN else "a link"
        return Verdict(reason, 0.75, f"{shape}, link density {block.links:.2f}")
    if i < first:
        return Verdict(Reason.NAVIGATION, 0.6, "stands before the text")
    if i > last:
        return Verdict(Reason.FOOTER, 0.55, "stands after the text")
    return Verdict(Reason.LOW_CONTENT, 0.5, "a short line that the text does not need")
