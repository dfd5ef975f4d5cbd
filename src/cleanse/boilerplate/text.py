"""Scraped text as blocks: lines, with hard-wrapped paragraphs and lines broken at inline tags put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate.blocks import Block, Page
from cleanse.boilerplate.characters import LOWER, SPACE, Characters
from cleanse.boilerplate.lines import has_marker
from cleanse.boilerplate.measure import measure
from cleanse.schema import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.intp]

#: First character and the one after the last.
Span = tuple[int, int]

_BREAKS = np.array([*b"\n\r\v\f\x1c\x1d\x1e\x85", 0x2028, 0x2029], np.uint32)
#: Blank, though no space to Unicode.
_ZERO_WIDTH = np.array([0x200B, 0xFEFF], np.uint32)
_HEADING = regex.compile(r"^(#{1,6})\s+\S")
_FENCES = ("```", "~~~")
_ROW = regex.compile(r"\|.*\|$")
_RESUMES = np.array([ord(mark) for mark in ",;:.!?)]”»、。，；：！？）」』"], np.uint32)
_OPEN_END = regex.compile(r"[\p{L}\p{N},;(\[“«„–—-]$")

#: A page is hard-wrapped when this share of its inner lines are nearly as long as the longest usual line.
_WRAPPED_SHARE = 0.6
_WRAP_WIDTHS = (50, 110)
#: ... and fewer than this share of those end a sentence: lines that all do are paragraphs of one length.
_ENDED_SHARE = 0.5
_ENDS = np.array([ord(mark) for mark in '.!?…。！？"”’»'], np.uint32)
#: The lines of a text that has more stand together, so many to a block: each block costs the judge a tenth of a millisecond
#: and two kilobytes. A book has 30,000 lines.
MOST_LINES = 50_000
#: A hard-wrapped line is indented by fewer characters.
_INDENT = 200
#: A menu in lower case is a run of short lines; a sentence that goes on has a half of so many characters.
_HALF = 30


def find_text_blocks(text: str) -> Page:
    """The blocks of a text that a scraper left: one for each paragraph, heading, list item or lone line."""
    characters = Characters(text)
    starts, ends = _lines(characters)
    bundle = -(-len(starts) // MOST_LINES)
    if bundle <= 1:
        spans = _paragraphs(characters, starts, ends)
    else:
        spans = list(
            zip(starts[::bundle].tolist(), [*ends[bundle - 1 : -1 : bundle].tolist(), int(ends[-1])], strict=True)
        )
    blocks = [Block(text[start:end], start, end) for start, end in spans]
    counts = measure(blocks, characters)
    for block in blocks:
        block.kind, block.level = _kind(block)
    return Page(text, blocks, "text", counts=counts)


def _paragraphs(characters: Characters, starts: Places, ends: Places) -> list[Span]:
    """The spans of paragraphs and of code, whose lines belong together, and of all other lines."""
    text = characters.text
    width = _wrap_width(characters, starts, ends)
    joined: list[Span] = []
    open_fence = in_code = False
    begun = 0
    lines = zip(starts.tolist(), ends.tolist(), _may_continue(characters, starts, ends, width).tolist(), strict=True)
    for start, end, may_continue in lines:
        before, begun = begun, start
        fenced = text.startswith(_FENCES, start)
        if open_fence:
            # code is one block from fence to fence, an unclosed one runs to the end
            joined[-1] = (joined[-1][0], end)
            open_fence = not fenced
        elif fenced:
            joined.append((start, end))
            open_fence = in_code = True
        elif may_continue and not in_code and _continues(text, joined[-1], before, (start, end), width):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
            in_code = False
    return joined


def _kind(block: Block) -> tuple[Kind, int]:
    first = block.text[0]
    if block.marker:
        return Kind.LIST_ITEM, 0
    if first == "#" and (heading := _HEADING.match(block.text)):
        return Kind.HEADING, len(heading[1])
    if block.text.startswith(_FENCES):
        return Kind.CODE, 0
    if first == "|" and _ROW.match(block.text):
        return Kind.TABLE_ROW, 0
    return Kind.PARAGRAPH, 0


def _lines(characters: Characters) -> tuple[Places, Places]:
    """(start, end) of the lines that are not blank, without the white space around them."""
    spaces = np.flatnonzero(characters.classes == SPACE)
    breaks = spaces[np.isin(characters.codes[spaces], _BREAKS)]
    written = np.flatnonzero((characters.classes != SPACE) & ~np.isin(characters.codes, _ZERO_WIDTH))
    line = np.searchsorted(breaks, written)
    first = np.ones(len(line) + 1, bool)
    first[1:-1] = line[1:] != line[:-1]
    return written[first[:-1]], written[first[1:]] + 1


def _wrap_width(characters: Characters, starts: Places, ends: Places) -> int:
    """The column at which a hard-wrapped text breaks its lines, 0 for a text that is not hard-wrapped."""
    lengths = ends - starts
    if len(lengths) < 6:
        return 0
    width = int(np.sort(lengths)[int(len(lengths) * 0.95)])
    full = ends[lengths >= 0.8 * width]
    ended = np.count_nonzero(np.isin(characters.codes[full - 1], _ENDS))
    wrapped = len(full) >= _WRAPPED_SHARE * len(lengths) and ended < _ENDED_SHARE * len(full)
    return width if _WRAP_WIDTHS[0] <= width <= _WRAP_WIDTHS[1] and wrapped else 0


def _may_continue(characters: Characters, starts: Places, ends: Places, width: int) -> NDArray[np.bool_]:
    """Whether there is no blank line before a line; where the text is not wrapped also whether it begins as the rest of a
    sentence does."""
    breaks = np.flatnonzero(characters.codes == ord("\n"))
    may = np.zeros(len(starts), bool)
    may[1:] = np.searchsorted(breaks, starts[1:]) - np.searchsorted(breaks, ends[:-1]) <= 1
    if not width:
        may &= (characters.classes[starts] == LOWER) | np.isin(characters.codes[starts], _RESUMES)
    return may


def _continues(text: str, paragraph: Span, before: int, line: Span, width: int) -> bool:
    """Whether a line that may go on with the paragraph before it does; ``before`` is where the line before it begins."""
    (first, end), (start, stop) = paragraph, line
    if width:
        last = max(text.rfind("\n", max(before - _INDENT, first), end) + 1, first)
        return end - last >= 0.72 * width and not has_marker(text[start:stop])
    if not _OPEN_END.search(text[end - 1 : end]):
        return False
    return not text[start].isalpha() or max(end - first, stop - start) >= _HALF
