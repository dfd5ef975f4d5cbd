"""Scraped texts as blocks: lines, with hard-wrapped paragraphs and lines broken at inline tags put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate.blocks import KIND, Blocks, Page, Pages
from cleanse.boilerplate.characters import MARKUP, Characters
from cleanse.boilerplate.measure import measure
from cleanse.boilerplate.paragraphs import continued, find_lines, is_fence
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleanse.boilerplate.characters import Places

_HEADING = regex.compile(r"(#{1,6})\s+\S")
_ROW = regex.compile(r"\|.*\|$")

#: The lines of a text that has more stand together, so many to a block: each block costs the judge some microseconds
#: and two kilobytes. A book has 30,000 lines.
MOST_LINES = 50_000


def find_text_blocks(texts: Sequence[str]) -> Pages:
    """The blocks of texts that a scraper left: one for each paragraph, heading, list item or lone line."""
    characters = Characters(texts)
    lines = find_lines(characters)
    joined = continued(characters, lines)
    for page in np.flatnonzero(lines.each > MOST_LINES).tolist():
        first, after = lines.offsets[page], lines.offsets[page + 1]
        joined[first:after] = np.arange(after - first) % -(-(after - first) // MOST_LINES) > 0
    begins = np.flatnonzero(~joined)
    last = np.append(begins[1:], len(joined)) - 1
    starts, ends = lines.starts[begins], lines.ends[last] if len(begins) else lines.ends
    offsets = np.searchsorted(starts, characters.bases)
    bases = np.repeat(characters.bases[:-1], np.diff(offsets))
    blocks = Blocks.at(offsets, starts - bases, ends - bases)
    counts = measure(blocks, characters)
    _kinds(blocks, characters, starts, ends)
    return Pages([Page(text, "text") for text in texts], blocks, counts)


def _kinds(blocks: Blocks, characters: Characters, starts: Places, ends: Places) -> None:
    for at in np.flatnonzero(characters.has(MARKUP, starts)).tolist():
        block = characters.text[starts[at] : ends[at]]
        if heading := _HEADING.match(block):
            blocks.kind[at], blocks.level[at] = KIND[Kind.HEADING], len(heading[1])
        elif _ROW.match(block):
            blocks.kind[at] = KIND[Kind.TABLE_ROW]
        elif is_fence(characters.codes, starts[at]):
            blocks.kind[at] = KIND[Kind.CODE]
    blocks.kind[blocks.marker] = KIND[Kind.LIST_ITEM]
