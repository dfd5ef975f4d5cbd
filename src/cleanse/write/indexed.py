"""indexed.parquet: the documents of the index that a run's documents were dropped or cut for, to show them beside these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from cleanse import schema

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.engines import Engine

_INDEXED = """
    SELECT id, any_value(source) AS source, any_value(text) AS text FROM known
    WHERE doc IN (SELECT survivor FROM removed) OR doc IN (SELECT a FROM shared) GROUP BY id ORDER BY id
"""


def write_indexed(engine: Engine, folder: Path) -> None:
    """Write the texts of the index that stand in matches of the run."""
    with pq.ParquetWriter(folder / "indexed.parquet", schema.INDEXED, compression="zstd") as writer:
        for batch in engine.stream(_INDEXED):
            writer.write_batch(batch.cast(schema.INDEXED))
