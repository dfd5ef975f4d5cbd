"""Scraped texts as blocks: lines, with hard-wrapped paragraphs and lines broken at inline tags put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import KIND, Blocks, Page, Pages
from cleanse.boilerplate.characters import BLANK, Characters
from cleanse.boilerplate.measure import measure
from cleanse.boilerplate.paragraphs import continued, find_lines
from cleanse.boilerplate.tally import LINES
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.characters import Places

_BAR, _HASH, _BACKTICK, _TILDE = map(ord, "|#`~")
#: Headings of Markdown have so many ranks.
_RANKS = 6

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
    if counts:
        _kinds(blocks, characters, starts, ends, counts.facts[:, LINES])
    return Pages([Page(text, "text") for text in texts], blocks, counts)


def _kinds(blocks: Blocks, characters: Characters, starts: Places, ends: Places, lines: NDArray[np.integer]) -> None:
    """What blocks are by the marks they begin with; each has so many line breaks."""
    codes, first = characters.codes, characters.codes[starts]
    rows = (first == _BAR) & (codes[ends - 1] == _BAR) & (ends - starts > 1) & (lines == 0)
    blocks.kind[rows] = KIND[Kind.TABLE_ROW]
    fences = ((first == _BACKTICK) | (first == _TILDE)) & (codes[starts + 1] == first) & (codes[starts + 2] == first)
    blocks.kind[fences] = KIND[Kind.CODE]
    at = np.flatnonzero(first == _HASH)
    level = np.ones(len(at), np.int8)
    for rank in range(1, _RANKS):
        level += (level == rank) & (codes[starts[at] + rank] == _HASH)
    behind = starts[at] + level
    headed = characters.has(BLANK, behind) & (behind < ends[at])
    blocks.kind[at[headed]], blocks.level[at[headed]] = KIND[Kind.HEADING], level[headed]
    blocks.kind[blocks.marker] = KIND[Kind.LIST_ITEM]
