"""What a site repeats: line keys of every page, counted once for each distinct body of text they surround.

A line of a site's template stands on pages of different content. A line of an article that was scraped three times
stands on three pages of the same content: counting bodies instead of pages tells the two apart. A page's body is known
by the smallest hashes of its prose lines, under two hash functions: edited copies mostly agree in one of them, and a
template's own paragraph is unlikely to be the smallest in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate.blocks import FIFTHS, KIND
from cleanse.boilerplate.characters import DIGIT, SIGN
from cleanse.schema import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.characters import Counts
    from cleanse.config import Strip

#: A line of prose of so many words or more tells bodies apart.
_BODY_SIZE = 12.0
#: Lines longer than this are paragraphs; a site's template hardly has them, legal notices aside.
_KEY_CHARS = 2_000
_NUMBERED_WORDS = 12
_WRITTEN = [KIND[kind] for kind in (Kind.HEADING, Kind.CODE, Kind.TABLE_ROW)]
_DIGITS = regex.compile(r"\d+(?: \d+)*")

#: The second hash of a line is the first times this, without its sign.
_MIX, _MOST = np.int64(0x9E3779B97F4A7C15 - 2**64), np.int64(2**63 - 1)

Template = Mapping[str, frozenset[int]]


def line_keys(blocks: Blocks, counts: Counts) -> NDArray[np.int64]:
    """A 63-bit hash of each block's words, the same in every process; numbers in short lines (dates, counts) are all alike.

    0 for a block that cannot be template: without words, or of a kind that articles repeat (headings, code, tables).
    """
    found = np.zeros(len(blocks), np.int64)
    own = np.flatnonzero((blocks.words > 0) & ~np.isin(blocks.kind, _WRITTEN))
    keys = blocks.keys[own].tolist()
    numbered = (blocks.words < _NUMBERED_WORDS) & (counts.of(DIGIT, SIGN) > 0)
    for at in np.flatnonzero(numbered[own]).tolist():
        keys[at] = _DIGITS.sub("0", keys[at])
    found[own] = [int.from_bytes(blake2b(key[:_KEY_CHARS].encode(), digest_size=8).digest()) >> 1 for key in keys]
    return found


def body_hashes(blocks: Blocks) -> list[list[int]]:
    """The two body hashes of each page."""
    key, prose = blocks.key, blocks.fifths >= _BODY_SIZE * FIFTHS
    found = []
    for first, after in zip(blocks.offsets[:-1].tolist(), blocks.offsets[1:].tolist(), strict=True):
        keys = key[first:after]
        own = keys[prose[first:after] & (keys != 0)]
        own = own if len(own) else keys if len(keys) else np.zeros(1, np.int64)
        found.append([int(own.min()), int(((own * _MIX) & _MOST).min())])
    return found


def repeats(blocks: Blocks, sources: Sequence[str | None], template: Template) -> NDArray[np.bool_]:
    """Whether the site of each block's page, one of ``sources``, repeats it."""
    found = np.zeros(len(blocks), bool)
    offsets = blocks.offsets.tolist()
    for source, first, after in zip(sources, offsets[:-1], offsets[1:], strict=True) if template else ():
        known = template.get(source or "")
        if known:
            found[first:after] = [key in known for key in blocks.key[first:after].tolist()]
    return found


def template_query(settings: Strip) -> str:
    """SQL over the table ``found``: (source, key) of the lines that a source repeats."""
    return f"""
        WITH lines AS (
            SELECT source, bodies[1] AS one, bodies[2] AS two, unnest(keys) AS key FROM found
        ), sites AS (
            SELECT source, count(*) AS pages FROM found GROUP BY source
        ), counts AS (
            SELECT source, key, greatest(count(DISTINCT one), count(DISTINCT two)) AS bodies
            FROM lines WHERE key <> 0 GROUP BY source, key
        )
        SELECT source, key
        FROM counts JOIN sites USING (source)
        WHERE bodies >= {int(settings.site_pages)} AND bodies >= {float(settings.site_share)} * pages
    """


def template_of(rows: Iterable[tuple[str, int]]) -> Template:
    """The rows of ``template_query`` as source -> keys."""
    keys: dict[str, set[int]] = {}
    for source, key in rows:
        keys.setdefault(source, set()).add(key)
    return {source: frozenset(found) for source, found in keys.items()}
