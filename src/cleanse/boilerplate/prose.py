"""Prose: which blocks read like running text, and not like items of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse.boilerplate.blocks import FIFTHS

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Blocks

#: Prose that ends a list of links: a sentence of so many words that ends in a full stop, or any longer block.
_PROSE_WORDS = 10
LONG_WORDS = 30
#: Any block with sentence punctuation and so many words is prose.
_SENTENCE_WORDS = 8


def is_prose(blocks: Blocks, at: Any = slice(None)) -> Any:
    """Whether a block reads like running text; a column of such answers for several blocks."""
    size = blocks.fifths[at]
    return (size >= LONG_WORDS * FIFTHS) | (blocks.terminal[at] & (size >= _SENTENCE_WORDS * FIFTHS))


def ends_list(blocks: Blocks, at: Any = slice(None)) -> Any:
    """Whether a block cannot be an item of a list of titles: the text goes on."""
    size = blocks.fifths[at]
    goes_on = (size >= LONG_WORDS * FIFTHS) | (blocks.stops[at] & (size >= _PROSE_WORDS * FIFTHS))
    return goes_on & ~blocks.marker[at]
