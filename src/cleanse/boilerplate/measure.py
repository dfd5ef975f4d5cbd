"""What the text of each block says of it: length, marks at either end, dates, phrases; read for many pages at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import FIFTHS, UNSPACED_FIFTHS
from cleanse.boilerplate.characters import CASELESS, DIGIT, IDEOGRAPH, LOWER, SIGN, UPPER
from cleanse.boilerplate.lines import ends_sentence, has_date, has_marker, shapes, trails
from cleanse.boilerplate.phrases import find_phrases

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.characters import Characters, Counts


def measure(blocks: Blocks, characters: Characters) -> Counts | None:
    """Complete the blocks of some pages with what their texts say; the counts of their characters, None without blocks."""
    if not len(blocks):
        return None
    bases = np.repeat(characters.bases[:-1], blocks.each)
    starts, ends = blocks.start + bases, blocks.end + bases
    counts = characters.counts(starts, ends)
    begins = characters.words()
    unspaced = counts.of(IDEOGRAPH, SIGN)
    blocks.words[:] = np.searchsorted(begins, ends) - np.searchsorted(begins, starts)
    blocks.fifths[:] = blocks.words * FIFTHS - unspaced * (FIFTHS - UNSPACED_FIFTHS)
    blocks.letters[:] = counts.of(LOWER, UPPER, CASELESS, IDEOGRAPH)
    keys = characters.keys(starts, begins)
    blocks.keys[:] = keys
    blocks.same[:] = _firsts(keys, blocks.offsets.tolist())
    blocks.marker[:] = has_marker(characters, starts, ends)
    blocks.terminal[:], blocks.stops[:] = ends_sentence(characters, starts, ends)
    blocks.dated[:] = has_date(characters, starts, ends, counts.of(DIGIT))
    blocks.trails[:] = trails(characters, starts, ends)
    blocks.shape[:] = shapes(characters, starts, ends, blocks.words, blocks.terminal)
    find_phrases(blocks, characters, starts, ends, counts)
    return counts


def _firsts(keys: list[str], offsets: list[int]) -> list[int]:
    """For each block the place in its page of the first one that has its key."""
    firsts: list[int] = []
    for first, after in pairwise(offsets):
        places: dict[str, int] = {}
        firsts += [places.setdefault(key, at) for at, key in enumerate(keys[first:after])]
    return firsts
