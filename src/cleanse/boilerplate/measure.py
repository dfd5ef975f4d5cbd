"""What the text of each block says of it: length, marks at either end, dates, phrases; read for many pages at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate import tally as t
from cleanse.boilerplate.blocks import FIFTHS, UNSPACED_FIFTHS
from cleanse.boilerplate.characters import CASELESS, DIGIT, IDEOGRAPH, LOWER, SIGN, UPPER
from cleanse.boilerplate.counts import count
from cleanse.boilerplate.lines import has_date, has_marker, shapes
from cleanse.boilerplate.phrases import find_phrases, phrases

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.characters import Characters
    from cleanse.boilerplate.counts import Counts

_WHOLE = 2**62


def measure(blocks: Blocks, characters: Characters) -> Counts | None:
    """Complete the blocks of some pages with what their texts say; the counts of their characters, None without blocks."""
    if not len(blocks):
        return None
    bases = np.repeat(characters.bases[:-1], blocks.each)
    starts, ends = blocks.start + bases, blocks.end + bases
    counts = count(characters, starts, ends, phrases().sieve_for(len(blocks)))
    unspaced = counts.of(IDEOGRAPH, SIGN)
    blocks.words[:], blocks.trails[:] = counts.facts[:, t.WORDS], counts.facts[:, t.TRAILS]
    blocks.fifths[:] = blocks.words * FIFTHS - unspaced * (FIFTHS - UNSPACED_FIFTHS)
    blocks.letters[:] = counts.of(LOWER, UPPER, CASELESS, IDEOGRAPH)
    page = blocks.page
    blocks.same[:] = counts.keys.firsts(np.arange(len(blocks)), page, _WHOLE) - blocks.offsets[:-1][page]
    blocks.marker[:] = has_marker(characters, starts, ends)
    blocks.terminal[:], blocks.stops[:] = counts.has(t.TERMINAL), counts.has(t.STOPS)
    blocks.dated[:] = has_date(characters, starts, ends, counts.has(t.DATED), counts.of(DIGIT))
    blocks.shape[:] = shapes(characters, starts, ends, blocks, counts)
    find_phrases(blocks, characters, starts, ends, counts)
    return counts
