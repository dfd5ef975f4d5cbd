"""Sections: a heading such as "Most read" or "4 Comments" says what everything below it is."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from cleanse.boilerplate.case import Case, Verdict
from cleanse.boilerplate.lines import ends_list, is_prose
from cleanse.schema import Reason

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Block
    from cleanse.boilerplate.phrases import Said

#: A comment section must have this share of the page's content before it: "12 comments" below a title opens nothing.
_CONTENT_BEFORE_COMMENTS = 0.25
#: A list under a heading such as "Latest stories" that holds more of the page's content than this is its content.
_CONTENT_IN_LINKS = 0.5
#: Markup that is something else than the section that a heading opened.
_ENDS_COMMENTS = (Reason.FOOTER, Reason.RELATED_LINKS, Reason.NEWSLETTER, Reason.COOKIE)
_ENDS_LINKS = (Reason.FOOTER, Reason.COMMENTS, Reason.NEWSLETTER, Reason.COOKIE)
#: A block of HTML that is content with this probability ends a section.
_SURE = 0.8
#: What an author says of himself below an article has fewer words than this.
_AUTHOR_WORDS = 60.0


def find_sections(case: Case) -> None:
    """Give the reason of each heading that opens a section to what stands below it."""
    weight = [_content_weight(block) for block in case.blocks]
    above = [0.0, *accumulate(weight)]
    total = above[-1] or 1.0
    i = 0
    while i < len(case.blocks):
        said = case.said[i]
        if said is None or said.form != "heading":
            i += 1
            continue
        end = i + 1
        if said.reason is Reason.COMMENTS and above[i] >= _CONTENT_BEFORE_COMMENTS * total:
            end = _comments_end(case, i)
        elif said.reason is Reason.BYLINE and above[i] >= total / 2:
            end = _author_end(case, i)
        elif said.reason in (Reason.RELATED_LINKS, Reason.NAVIGATION):
            end = _links_end(case, i)
            # on a page of listings the list is the content
            if not above[-1] or above[end] - above[i] > _CONTENT_IN_LINKS * total:
                end = i + 1
        _drop_section(case, i, end, said)
        i = end


def _drop_section(case: Case, start: int, end: int, said: Said) -> None:
    listed = end - start - 1
    heading = " ".join(case.blocks[start].text.split())[:60]
    for at in range(start, end):
        known = case.said[at]
        if at > start and known is not None and known.reason is not said.reason and known.form != "heading":
            continue
        what = f"heads a list of {listed}" if at == start else f"one of {listed} under {heading!r}"
        case.noise[at] = Verdict(said.reason, 0.95 if listed else 0.85, what if listed else f"says {said.phrase!r}")


def _content_weight(block: Block) -> float:
    """Words of a block that look like content at first sight."""
    return block.words * block.content


def _comments_end(case: Case, at: int) -> int:
    end = at + 1
    while end < len(case.blocks):
        said = case.said[end]
        if said and said.form == "heading" and said.reason is not Reason.COMMENTS:
            break
        block = case.blocks[end]
        if _names_footer(case, end) or block.hint in _ENDS_COMMENTS:
            break
        if block.hint not in (Reason.COMMENTS, Reason.FORM) and _surely_content(case, end):
            break
        end += 1
    return end


def _author_end(case: Case, at: int) -> int:
    """A heading such as "About the author" has a name and a short paragraph below it."""
    end = at + 1
    while end < min(at + 3, len(case.blocks)) and case.noise[end] is None and case.blocks[end].size <= _AUTHOR_WORDS:
        end += 1
        if is_prose(case.blocks[end - 1]):
            break
    return end


def _links_end(case: Case, at: int) -> int:
    end = at + 1
    while end < len(case.blocks):
        block, said = case.blocks[end], case.said[end]
        if (said and said.form == "heading") or _names_footer(case, end) or block.hint in _ENDS_LINKS:
            break
        if ends_list(block) and block.links < 0.5:
            break
        if _surely_content(case, end) and block.links < 0.3:
            break
        end += 1
    return end


def _surely_content(case: Case, at: int) -> bool:
    """Whether the page's markup leaves no doubt; a line of text always may be one more title or comment."""
    return case.page.format == "html" and case.blocks[at].content > _SURE


def _names_footer(case: Case, at: int) -> bool:
    return case.named(at) in (Reason.FOOTER, Reason.COOKIE)
