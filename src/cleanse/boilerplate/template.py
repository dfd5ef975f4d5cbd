"""The template of each source: the lines that it repeats, by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cleanse.config import Strip

#: Source -> keys of lines.
Template = Mapping[str, frozenset[int]]


def template_query(settings: Strip, table: str) -> str:
    """SQL over a table with the columns ``source``, ``keys`` and ``bodies``: (source, key) of the lines that a source repeats.

    Nearly all lines stand on one page, and are out by their number before their bodies are told apart; and these by rows
    that are distinct, not by a set for each line, as the engine keeps rows on disk when they are many.
    """
    bodies = (
        "SELECT source, key, count(*) AS {0}s FROM (SELECT DISTINCT source, key, {0} FROM often) GROUP BY source, key"
    )
    return f"""
        WITH lines AS (
            SELECT source, bodies[1] AS one, bodies[2] AS two, unnest(keys) AS key FROM {table}
        ), least AS (
            SELECT source, greatest({int(settings.site_pages)}, {float(settings.site_share)} * count(*)) AS pages
            FROM {table} GROUP BY source
        ), many AS (
            SELECT source, key
            FROM (SELECT source, key, count(*) AS times FROM lines WHERE key <> 0 GROUP BY source, key)
            JOIN least USING (source)
            WHERE times >= pages
        ), often AS (
            SELECT source, key, one, two FROM lines JOIN many USING (source, key)
        )
        SELECT source, key
        FROM ({bodies.format("one")}) AS x JOIN ({bodies.format("two")}) AS y USING (source, key) JOIN least USING (source)
        WHERE ones >= pages OR twos >= pages
    """


def template_of(rows: Iterable[tuple[str, int]]) -> Template:
    """The rows of ``template_query`` as source -> keys."""
    keys: dict[str, set[int]] = {}
    for source, key in rows:
        keys.setdefault(source, set()).add(key)
    return {source: frozenset(found) for source, found in keys.items()}
