"""The database that runs the SQL of one machine: DuckDB, kept to the run's memory, processors and disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from cleanse.memory import sql_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.config import Run


def opened(settings: Run, spill: Path, disk: int) -> duckdb.DuckDBPyConnection:
    """A new database, which spills to a folder: at most so many bytes if ``disk`` is not 0."""
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{sql_bytes(settings)}B",
        "temp_directory": str(spill),
        "preserve_insertion_order": "true",
        "allocator_background_threads": "true",  # what a query has held goes back to the system
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",  # a table that is gone is no variable of the same name
    }
    if settings.threads:
        options["threads"] = settings.threads
    database = duckdb.connect(config=options)
    database.execute("SET enable_progress_bar = false")
    if disk:
        database.execute(f"SET max_temp_directory_size = '{disk}B'")
    return database
