"""What a site repeats: line keys of every page, counted once for each distinct body of text they surround.

A line of a site's template stands on pages of different content. A line of an article that was scraped three times
stands on three pages of the same content: counting bodies instead of pages tells the two apart. A page's body is known
by the smallest hashes of its prose lines, under two hash functions: edited copies mostly agree in one of them, and a
template's own paragraph is unlikely to be the smallest in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

import regex

from cleanse.schema import Kind

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Block, Page
    from cleanse.config import Strip

#: A line of prose of so many words or more tells bodies apart.
_BODY_SIZE = 12.0
#: Lines longer than this are paragraphs; a site's template hardly has them, legal notices aside.
_KEY_CHARS = 2_000
_NUMBERED_WORDS = 12
_WRITTEN = (Kind.HEADING, Kind.CODE, Kind.TABLE_ROW)
_DIGITS = regex.compile(r"\d+")

Template = Mapping[str, frozenset[int]]


def line_key(block: Block) -> int:
    """A 63-bit hash of a block's words, the same in every process; numbers in short lines (dates, counts) are all alike.

    0 for a block that cannot be template: without words, or of a kind that articles repeat (headings, code, tables).
    """
    key = block.key()
    if not key or block.kind in _WRITTEN:
        return 0
    if block.words < _NUMBERED_WORDS:
        key = _DIGITS.sub("0", key)
    return int.from_bytes(blake2b(key[:_KEY_CHARS].encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def page_keys(page: Page) -> tuple[list[int], list[int]]:
    """(the key of each block, the two body hashes) of a page."""
    keys = [line_key(block) for block in page.blocks]
    prose = (
        [key for key, block in zip(keys, page.blocks, strict=True) if key and block.size >= _BODY_SIZE] or keys or [0]
    )
    return keys, [min(prose), min((key * 0x9E3779B97F4A7C15) & 0x7FFFFFFFFFFFFFFF for key in prose)]


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
