"""Sections: a heading such as "Most read" or "4 Comments" says what everything below it is."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from unicodedata import decimal

import numpy as np

from cleanse.boilerplate.blocks import FIFTHS, NONE, REASON, REASONS
from cleanse.boilerplate.phrases import HEADING
from cleanse.boilerplate.prose import ends_list, is_prose
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.case import Case

#: A comment section must have this share of the page's content before it: "12 comments" below a title opens nothing. Where a text
#: says "Post a comment", the article may still come. Word F1 of CleanEval as text in two styles at .25 and at .4: .915 and
#: .899, .917 and .901.
_BEFORE_COMMENTS: Final = {"html": 0.25, "text": 0.4}
#: A list under a heading such as "Latest stories" that holds more of the page's content than this is its content. Word F1 at .5
#: and at .3: of texts of the web-content-extraction-benchmark .843 and .843, .819 and .820; of CleanEval .915 and .917, .899
#: and .900; of its pages of HTML .907 and .909, but of news .928 and .923.
_IN_LINKS: Final = {"html": 0.5, "text": 0.3}
#: Markup that is something else than the section that a heading opened.
_ENDS_COMMENTS = [REASON[r] for r in (Reason.FOOTER, Reason.RELATED_LINKS, Reason.NEWSLETTER, Reason.COOKIE)]
_ENDS_LINKS = [REASON[r] for r in (Reason.FOOTER, Reason.COMMENTS, Reason.NEWSLETTER, Reason.COOKIE)]
_FOOTERS = [REASON[r] for r in (Reason.FOOTER, Reason.COOKIE)]
_IN_COMMENTS = [REASON[r] for r in (Reason.COMMENTS, Reason.FORM)]
#: A block that is content with this probability ends a section; a line of text ends no list of titles, for it may always be
#: one more, and no comments that are counted: below "Comments" and "Comments (0)" the text may just go on. Word F1 of news in five
#: languages as text, in two styles, .890 and .925 where no line of text ends comments, .904 and .940 so; of CleanEval .910 and
#: .873, .912 and .879.
_SURE = 0.8
#: What an author says of himself below an article has at most so many words and blocks.
_AUTHOR_WORDS = 60.0
_AUTHOR_BLOCKS = 2
#: Counts of comments with prose between them, so many times, are the last lines of posts: below each the next post begins. Word F1
#: of CleanEval as text, a line for each piece, .892 without it and .898 with it (four blogs .47 -> .78), of news the same. In
#: texts also what counts none, such as "Add a comment" below each answer: of the web-content-extraction-benchmark .8425 and .8434.
_POSTS = 3
#: A line of text that stands above so many times is the name of a speaker: "What do you think?" is asked in a play.
_SPEAKS = 3
#: So much of a heading is evidence.
_QUOTED = 60


def find_sections(case: Case) -> None:
    """Give the reason of each heading that opens a section to what stands below it."""
    blocks = case.blocks
    headings = np.flatnonzero(blocks.form == HEADING)
    for page in np.unique(case.page[headings]).tolist():
        first, after = blocks.offsets[page : page + 2].tolist()
        # words that look like content at first sight
        above = np.append(0.0, np.cumsum(blocks.words[first:after] * blocks.content[first:after].astype(float)))
        total, form = above[-1] or 1.0, case.pages.pages[page].format
        end = first
        own = headings[case.page[headings] == page].tolist()
        posts = _below_posts(case, own)
        said = {REASONS[says] for says in blocks.says[own]}
        speaking = _speaking(blocks, first, after) if case.is_text[page] and Reason.COMMENTS in said else {}
        for at in own:
            if at < end:
                continue
            end, reason, before = at + 1, REASONS[blocks.says[at]], above[at - first]
            if reason is Reason.COMMENTS and at not in posts and before >= _BEFORE_COMMENTS[form] * total:
                end = _comments_end(case, at, after, speaking)
            elif reason is Reason.BYLINE and before >= total / 2:
                end = _author_end(case, at, after)
            elif reason in (Reason.RELATED_LINKS, Reason.NAVIGATION):
                end = _links_end(case, at, after)
                # on a page of listings the list is the content
                if not above[-1] or above[end - first] - before > _IN_LINKS[form] * total:
                    end = at + 1
            _drop_section(case, at, end, reason)


def _below_posts(case: Case, headings: list[int]) -> set[int]:
    """The headings such as "3 comments", or in a text "Add a comment", that stand below one post each."""
    blocks, counts = case.blocks, defaultdict[str, list[int]](list)
    for at in headings:
        if REASONS[blocks.says[at]] is Reason.COMMENTS and (_digits(case, at) or case.is_text[case.page[at]]):
            counts[blocks.phrase[at]].append(at)
    found: set[int] = set()
    for alike in counts.values():
        between = [slice(*pair) for pair in pairwise(alike)]
        if sum(bool(is_prose(blocks, stretch).any()) for stretch in between) >= _POSTS:
            found.update(alike)
    return found


def _digits(case: Case, at: int) -> list[int]:
    return [decimal(character) for character in case.pages.text(at) if character.isdecimal()]


def _drop_section(case: Case, start: int, end: int, reason: Reason) -> None:
    blocks = case.blocks
    listed = end - start - 1
    if not listed:
        case.against(start, reason, 0.85, f"says {blocks.phrase[start]!r}")
        return
    heading = " ".join(case.pages.text(start).split())[:_QUOTED]
    below = slice(start + 1, end)
    says = blocks.says[below]
    other = (says != NONE) & (says != REASON[reason]) & (blocks.form[below] != HEADING)
    case.against(start, reason, 0.95, f"heads a list of {listed}")
    case.against(np.flatnonzero(~other) + start + 1, reason, 0.95, f"one of {listed} under {heading!r}")


def _speaking(blocks: Blocks, first: int, after: int) -> dict[int, int]:
    """The lines of a page, by what they say, that stand in it as often as the name of a speaker, and where the last of these is."""
    same = blocks.same[first:after]
    often = np.bincount(same) >= _SPEAKS
    places = np.flatnonzero(often[same] & (blocks.letters[first:after] > 0))
    places = places[np.argsort(same[places], kind="stable")]
    nth = np.arange(len(places)) - np.searchsorted(same[places], same[places])
    last = places[nth == _SPEAKS - 1]
    return dict(zip(same[last].tolist(), (last + first).tolist(), strict=True))


def _comments_end(case: Case, at: int, after: int, speaking: Mapping[int, int]) -> int:
    """Where comments that no number announces end: also where a speaker of the text above them, ``speaking``, speaks."""
    blocks = case.blocks
    end = at + 1
    digits = _digits(case, at)
    if digits and not any(digits):
        return end  # "Comments (0)" heads none
    text = case.is_text[case.page[at]]
    counted = text and any(digits)
    speakers = speaking if text and not counted else {}
    while end < after:
        if speakers and speakers.get(int(blocks.same[end]), after) < at and blocks.says[end] == NONE:
            break
        if blocks.form[end] == HEADING and blocks.says[end] != REASON[Reason.COMMENTS]:
            break
        if case.reason[end] in _FOOTERS or blocks.hint[end] in _ENDS_COMMENTS:
            break
        if not counted and blocks.hint[end] not in _IN_COMMENTS and blocks.content[end] > _SURE:
            break
        end += 1
    return end


def _author_end(case: Case, at: int, after: int) -> int:
    """A heading such as "About the author" has a name and a short paragraph below it."""
    blocks = case.blocks
    end = at + 1
    while end < min(at + 1 + _AUTHOR_BLOCKS, after):
        if case.reason[end] != NONE or blocks.fifths[end] > _AUTHOR_WORDS * FIFTHS:
            break
        end += 1
        if is_prose(blocks, end - 1):
            break
    return end


def _links_end(case: Case, at: int, after: int) -> int:
    blocks = case.blocks
    end = at + 1
    while end < after:
        if blocks.form[end] == HEADING or case.reason[end] in _FOOTERS or blocks.hint[end] in _ENDS_LINKS:
            break
        if ends_list(blocks, end) and blocks.links[end] < 0.5:
            break
        if not case.is_text[case.page[at]] and blocks.content[end] > _SURE and blocks.links[end] < 0.3:
            break
        end += 1
    return end
