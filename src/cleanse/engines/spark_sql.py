"""Queries for Spark: written once, in DuckDB's SQL, and translated."""

from __future__ import annotations

from functools import lru_cache

import sqlglot


@lru_cache(maxsize=256)
def to_spark(query: str) -> str:
    """A DuckDB query, or the name of a table, as Spark SQL.

    >>> to_spark('SELECT "order", unnest(keys) AS key FROM found')
    'SELECT `order`, EXPLODE(keys) AS key FROM found'
    """
    return str(sqlglot.transpile(query, read="duckdb", write="spark")[0])
