"""Scraped text as blocks: lines, with hard-wrapped paragraphs and lines broken at inline tags put together again."""

from __future__ import annotations

import regex

from cleanse.boilerplate.blocks import Block, Page
from cleanse.boilerplate.characters import Characters
from cleanse.boilerplate.lines import has_marker
from cleanse.boilerplate.measure import measure
from cleanse.schema import Kind

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


def find_text_blocks(text: str) -> Page:
    """The blocks of a text that a scraper left: one for each paragraph, heading, list item or lone line."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    spans = [(start, end) for start, end in (_trim(text, *line) for line in lines) if start < end]
    width = _wrap_width(text, spans)
    blocks: list[Block] = []
    joined: list[tuple[int, int]] = []
    fence = -1
    for span in spans:
        fenced = bool(_FENCE.match(text, *span))
        if fence >= 0 and len(joined) > fence:
            # code is one block from fence to fence, an unclosed one runs to the end
            joined[fence] = (joined[fence][0], span[1])
            fence = -1 if fenced else fence
        elif fenced:
            fence = len(joined)
            joined.append(span)
        elif joined and not _FENCE.match(text, *joined[-1]) and _continues(text, joined[-1], span, width):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    for start, end in joined:
        block = Block(text[start:end], start, end)
        heading = _HEADING.match(block.text)
        if heading:
            block.kind, block.level = Kind.HEADING, len(heading[1])
        elif _FENCE.match(block.text):
            block.kind = Kind.CODE
        elif _ROW.match(block.text):
            block.kind = Kind.TABLE_ROW
        elif has_marker(block.text):
            block.kind = Kind.LIST_ITEM
        blocks.append(block)
    return Page(text, blocks, "text", counts=measure(text, blocks, Characters(text)))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start] in _SPACE or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _SPACE or text[end - 1].isspace()):
        end -= 1
    return start, end


def _wrap_width(text: str, spans: list[tuple[int, int]]) -> int:
    """The column at which a hard-wrapped text breaks its lines, 0 for a text that is not hard-wrapped."""
    lengths = sorted(end - start for start, end in spans)
    if len(lengths) < 6:
        return 0
    width = lengths[int(len(lengths) * 0.95)]
    full = [end for start, end in spans if end - start >= 0.8 * width]
    ended = sum(text[end - 1] in _ENDS for end in full)
    wrapped = len(full) >= _WRAPPED_SHARE * len(lengths) and ended < _ENDED_SHARE * len(full)
    return width if _WRAP_WIDTHS[0] <= width <= _WRAP_WIDTHS[1] and wrapped else 0


def _continues(text: str, before: tuple[int, int], span: tuple[int, int], width: int) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    (_, end), (start, stop) = before, span
    if text.count("\n", end, start) > 1:
        return False
    last = text.rfind("\n", before[0], end) + 1 or before[0]
    last = max(last, before[0])
    if width:
        marker = has_marker(text[start:stop])
        return end - last >= 0.72 * width and not marker
    if not _RESUMES.match(text[start : start + 1]) or not _OPEN_END.search(text[end - 1 : end]):
        return False
    # a menu in lower case is a run of short lines; a sentence that goes on has a long half
    return not text[start].isalpha() or max(end - before[0], stop - start) >= 30
