"""Scraped text as blocks: lines, with hard-wrapped paragraphs and lines broken at inline tags put together again."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import regex

from cleanse.boilerplate.blocks import Block, Page
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

#: First character and the one after the last.
Span = tuple[int, int]

_LINE = regex.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SPACE = "\u00a0\u200b\ufeff \t"
_HEADING = regex.compile(r"^(#{1,6})\s+\S")
_FENCE = regex.compile(r"```|~~~")
_ROW = regex.compile(r"\|.*\|$")
_RESUMES = regex.compile(r"^(?:[,;:.!?)\]”»、。，；：！？）」』]|\p{Ll})")
_OPEN_END = regex.compile(r"[\p{L}\p{N},;(\[“«„–—-]$")

#: A page is hard-wrapped when this share of its inner lines are nearly as long as the longest usual line.
_WRAPPED_SHARE = 0.6
_WRAP_WIDTHS = (50, 110)
#: ... and fewer than this share of those end a sentence: lines that all do are paragraphs of one length.
_ENDED_SHARE = 0.5
_ENDS = '.!?…。！？"”’»'
#: The lines of a text that has more stand together, so many to a block: each block costs the judge a tenth of a millisecond
#: and two kilobytes. A book has 30,000 lines.
MOST_LINES = 50_000
#: A hard-wrapped line is indented by fewer characters.
_INDENT = 200


def find_text_blocks(text: str) -> Page:
    """The blocks of a text that a scraper left: one for each paragraph, heading, list item or lone line."""
    count = sum(1 for _ in _LINE.finditer(text))
    bundle = -(-count // MOST_LINES)
    blocks: list[Block] = []
    for start, end in _joined(text, list(_lines(text))) if bundle <= 1 else _bundled(_lines(text), bundle):
        block = Block(text[start:end], start, end)
        heading = _HEADING.match(block.text)
        if heading:
            block.kind, block.level = Kind.HEADING, len(heading[1])
        elif _FENCE.match(block.text):
            block.kind = Kind.CODE
        elif _ROW.match(block.text):
            block.kind = Kind.TABLE_ROW
        elif block.marker:
            block.kind = Kind.LIST_ITEM
        blocks.append(block)
    return Page(text, blocks, "text")


def _lines(text: str) -> Iterator[Span]:
    """The lines that are not empty, without the space around them."""
    for line in _LINE.finditer(text):
        span = _trim(text, *line.span())
        if span[0] < span[1]:
            yield span


def _bundled(spans: Iterator[Span], size: int) -> list[Span]:
    """So many spans at a time, as one."""
    bundles = []
    while bundle := list(islice(spans, size)):
        bundles.append((bundle[0][0], bundle[-1][1]))
    return bundles


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """The spans of paragraphs and of code, whose lines belong together, and of all other lines."""
    width = _wrap_width(text, spans)
    joined: list[Span] = []
    fence = -1
    line = (0, 0)
    for span in spans:
        before, line = line, span
        fenced = bool(_FENCE.match(text, *span))
        if fence >= 0 and len(joined) > fence:
            # code is one block from fence to fence, an unclosed one runs to the end
            joined[fence] = (joined[fence][0], span[1])
            fence = -1 if fenced else fence
        elif fenced:
            fence = len(joined)
            joined.append(span)
        elif joined and not _FENCE.match(text, *joined[-1]) and _continues(text, joined[-1], before, span, width):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and (text[start] in _SPACE or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _SPACE or text[end - 1].isspace()):
        end -= 1
    return start, end


def _wrap_width(text: str, spans: list[Span]) -> int:
    """The column at which a hard-wrapped text breaks its lines, 0 for a text that is not hard-wrapped."""
    lengths = sorted(end - start for start, end in spans)
    if len(lengths) < 6:
        return 0
    width = lengths[int(len(lengths) * 0.95)]
    full = [end for start, end in spans if end - start >= 0.8 * width]
    ended = sum(text[end - 1] in _ENDS for end in full)
    wrapped = len(full) >= _WRAPPED_SHARE * len(lengths) and ended < _ENDED_SHARE * len(full)
    return width if _WRAP_WIDTHS[0] <= width <= _WRAP_WIDTHS[1] and wrapped else 0


def _continues(text: str, paragraph: Span, before: Span, span: Span, width: int) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    (first, end), (start, stop) = paragraph, span
    if text.count("\n", end, start) > 1:
        return False
    if width:
        last = max(text.rfind("\n", max(before[0] - _INDENT, first), end) + 1, first)
        marker = Block(text[start:stop], start, stop).marker
        return end - last >= 0.72 * width and not marker
    if not _RESUMES.match(text[start : start + 1]) or not _OPEN_END.search(text[end - 1 : end]):
        return False
    # a menu in lower case is a run of short lines; a sentence that goes on has a long half
    return not text[start].isalpha() or max(end - first, stop - start) >= 30
