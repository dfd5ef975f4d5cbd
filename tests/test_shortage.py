"""A want of disk or memory in SQL has a name, wherever in a query it shows; other problems keep theirs."""

from __future__ import annotations

import errno

import duckdb
import pytest

from cleanse.errors import NoRoom
from cleanse.shortage import system_errors

_SORTED = "SELECT hash(range)::VARCHAR || repeat('x', 300) AS y FROM range(400_000) ORDER BY y"


def test_a_query_that_needs_more_memory_than_it_has() -> None:
    with duckdb.connect(config={"memory_limit": "20MB", "threads": 1, "temp_directory": ""}) as connection:
        connection.execute("SET enable_progress_bar = false")
        with pytest.raises(NoRoom, match=r"raise run\.memory"), system_errors():
            connection.sql(_SORTED).to_arrow_table()


def test_a_query_that_spills_more_than_it_may() -> None:
    with duckdb.connect(config={"memory_limit": "20MB", "threads": 1}) as connection:
        connection.execute("SET max_temp_directory_size = '1MB'")
        with pytest.raises(NoRoom, match=r"raise run\.disk"), system_errors():
            connection.sql(_SORTED).to_arrow_table()


def test_what_arrow_says_of_it_in_the_midst_of_a_result() -> None:
    with pytest.raises(NoRoom, match=r"raise run\.memory"), system_errors():
        raise OSError("Out of Memory Error: could not allocate block of size 256.0 KiB")
    with pytest.raises(OSError, match="No space left") as raised, system_errors():
        raise OSError('IO Error: Could not write file "x": No space left on device')
    assert raised.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="No space left"), system_errors():
        raise duckdb.TransactionException("TransactionContext Error: Failed to commit: x: No space left on device")


def test_other_problems_stay_what_they_are() -> None:
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.CatalogException), system_errors():
            connection.sql("SELECT * FROM nothing")
        failing = (
            "SELECT CASE WHEN x = 300_000 THEN error('Out of Memory') ELSE x::VARCHAR END FROM range(400_000) t(x)"
        )
        with pytest.raises(OSError, match="Out of Memory") as raised, system_errors():
            for _ in connection.sql(failing).to_arrow_reader(1000):
                pass
    assert not isinstance(raised.value, NoRoom)
