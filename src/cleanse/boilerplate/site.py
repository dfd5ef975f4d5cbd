"""What a site repeats: line keys of every page, counted once for each distinct body of text they surround.

A line of a site's template stands on pages of different content. A line of an article that was scraped three times
stands on three pages of the same content: counting bodies instead of pages tells the two apart. A page's body is known
by the smallest hashes of its prose lines, under two hash functions: edited copies mostly agree in one of them, and a
template's own paragraph is unlikely to be the smallest in both.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cleanse.boilerplate.blake import CHUNK, blake
from cleanse.boilerplate.blocks import FIFTHS, KIND
from cleanse.boilerplate.characters import (
    CASELESS,
    DECIMAL,
    DIGIT,
    IDEOGRAPH,
    LOWER,
    SIGN,
    UPPER,
    character_bits,
)
from cleanse.compiled import kernel
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.counts import Counts
    from cleanse.boilerplate.template import Template

#: A line of prose of so many words or more tells bodies apart.
_BODY_SIZE = 12.0
#: Lines longer than this are paragraphs; a site's template hardly has them, legal notices aside.
_KEY_CHARS: Final = 2_000
_NUMBERED_WORDS = 12
#: Among so many blocks a page's title stands.
_HEAD = 3
_WRITTEN = [KIND[kind] for kind in (Kind.HEADING, Kind.CODE, Kind.TABLE_ROW)]
_BLANK, _ZERO = ord(" "), ord("0")

#: The second hash of a line is the first times this, without its sign.
_MIX, _MOST = np.int64(0x9E3779B97F4A7C15 - 2**64), np.int64(2**63 - 1)


def line_keys(blocks: Blocks, counts: Counts) -> NDArray[np.int64]:
    """A 63-bit hash of each block's words, the same in every process; numbers in short lines (dates, counts) are all alike.

    But for a page's first lines, right above prose: there a number, as in "Chapter 2", is what the title tells. 0 for a block
    that cannot be template: without words, or of a kind that articles repeat (headings, code, tables).
    """
    own = (blocks.words > 0) & ~np.isin(blocks.kind, _WRITTEN)
    # a number alone is the content of a table or a list, and a word beside it tells what it counts
    letters = counts.of(LOWER, UPPER, CASELESS, IDEOGRAPH) > 0
    numbered = (blocks.words < _NUMBERED_WORDS) & (counts.of(DIGIT, SIGN) > 0) & letters & ~_above_prose(blocks)
    found: NDArray[np.int64] = _hashed(counts.keys.data, counts.keys.bounds, own, numbered, character_bits())
    return found


def body_hashes(blocks: Blocks) -> NDArray[np.int64]:
    """The two body hashes of each page."""
    found: NDArray[np.int64] = _bodies(blocks.key, blocks.fifths >= _BODY_SIZE * FIFTHS, blocks.offsets)
    return found


def _above_prose(blocks: Blocks) -> NDArray[np.bool_]:
    """The first blocks of each page that are no date and have prose right below or below one block more."""
    prose = blocks.fifths >= _BODY_SIZE * FIFTHS
    found = np.zeros(len(blocks), bool)
    for place in range(_HEAD):
        for below in (1, 2):
            firsts = blocks.offsets[:-1] + place
            firsts = firsts[firsts + below < blocks.offsets[1:]]
            found[firsts] |= prose[firsts + below]
    return found & ~blocks.dated


def repeats(blocks: Blocks, sources: Sequence[str | None], template: Template) -> NDArray[np.bool_]:
    """Whether the site of each block's page, one of ``sources``, repeats it."""
    found = np.zeros(len(blocks), bool)
    offsets = blocks.offsets.tolist()
    for source, first, after in zip(sources, offsets[:-1], offsets[1:], strict=True) if template else ():
        known = template.get(source or "")
        if known:
            found[first:after] = [key in known for key in blocks.key[first:after].tolist()]
    return found


@kernel
def _bodies(key: Any, prose: Any, offsets: Any) -> Any:
    """The smallest keys of prose, of all lines where there is none, under both hashes."""
    found = np.zeros((len(offsets) - 1, 2), np.int64)
    for page in range(len(found)):
        some = False
        for at in range(offsets[page], offsets[page + 1]):
            some = some or (prose[at] and key[at] != 0)
        first = True
        for at in range(offsets[page], offsets[page + 1]):
            if not some or (prose[at] and key[at] != 0):
                other = key[at] * _MIX & _MOST
                found[page, 0] = key[at] if first else min(found[page, 0], key[at])
                found[page, 1] = other if first else min(found[page, 1], other)
                first = False
    return found


@kernel
def _hashed(data: Any, bounds: Any, own: Any, numbered: Any, bits: Any) -> Any:
    """The hashes of some keys, in some of which numbers are all alike."""
    found = np.zeros(len(own), np.int64)
    # a character has four bytes at most
    line, state = np.zeros(4 * _KEY_CHARS + CHUNK, np.uint8), np.zeros(8, np.uint64)
    words = line.view(np.uint64)
    for at in range(len(own)):
        if not own[at]:
            continue
        i, end = bounds[at], bounds[at + 1]
        size = characters = 0
        number = False
        if not numbered[at] and end - i <= _KEY_CHARS:
            for k in range(i, end):
                line[k - i] = data[k]
            size, i = end - i, end
        while i < end:
            after, code = _character(data, i)
            if numbered[at] and bits[code] & DECIMAL:
                if not number:
                    if characters == _KEY_CHARS:
                        break
                    line[size] = _ZERO
                    size, characters = size + 1, characters + 1
                number = True
            elif number and code == _BLANK and after < end and bits[_character(data, after)[1]] & DECIMAL:
                pass
            elif characters == _KEY_CHARS:
                break
            else:
                number = False
                for k in range(i, after):
                    line[size] = data[k]
                    size += 1
                characters += 1
            i = after
        for k in range(size, size + CHUNK - size % CHUNK):
            line[k] = 0
        found[at] = np.int64(blake(words, size, state) >> np.uint64(1))
    return found


@kernel
def _character(data: Any, i: Any) -> Any:
    """(where the next character begins, the code point of this one), of UTF-8."""
    one = np.int64(data[i])
    if one < 0x80:
        return i + 1, one
    if one < 0xE0:
        return i + 2, (one & 0x1F) << 6 | np.int64(data[i + 1] & 0x3F)
    code = (one & 0x0F) << 12 | np.int64(data[i + 1] & 0x3F) << 6 | np.int64(data[i + 2] & 0x3F)
    if one < 0xF0:
        return i + 3, code
    return i + 4, (one & 0x07) << 18 | (code & 0xFFF) << 6 | np.int64(data[i + 3] & 0x3F)
