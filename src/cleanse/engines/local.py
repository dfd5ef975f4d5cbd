"""The engine of one machine: tables are Arrow files in a work folder, memory-mapped; DuckDB runs the SQL and spills to disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
from pyarrow import dataset as ds
from pyarrow import fs, ipc

from cleanse.config import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from cleanse.engines.base import Kernel

#: rows of a record batch that SQL hands out
ROWS = 65_536


class Local:
    """DuckDB and memory-mapped Arrow files in ``folder`` (a temporary one by default, removed on close).

    >>> import pyarrow as pa
    >>> with Local() as engine:
    ...     engine.load("t", [pa.record_batch({"x": [1, 2, 3]})], pa.schema({"x": pa.int64()}))
    ...     next(engine.stream("SELECT sum(x)::INT AS s FROM t")).to_pylist()
    [{'s': 6}]
    """

    def __init__(self, settings: Run | None = None, folder: Path | None = None) -> None:
        settings = settings or Run()
        self._own = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="cleanse-")) if folder is None else folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tables: dict[str, ds.Dataset] = {}
        options: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": settings.memory,
            "temp_directory": str(self.folder / "spill"),
            "preserve_insertion_order": "true",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if settings.threads:
            options["threads"] = settings.threads
        self._duckdb = duckdb.connect(config=options)
        self._duckdb.execute("SET enable_progress_bar = false")

    def __enter__(self) -> Local:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget all tables; remove the folder if the engine made it."""
        self._duckdb.close()
        self._tables.clear()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Make the table ``name`` of record batches from outside."""
        path = self.folder / f"{name}.arrow"
        with pa.OSFile(str(path), "wb") as sink, ipc.new_file(sink, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        self._tables[name] = ds.dataset(str(path), format="ipc", filesystem=fs.LocalFileSystem(use_mmap=True))

    def map(self, source: str, kernel: Kernel, into: str, schema: pa.Schema) -> None:
        """Make the table ``into`` of what ``kernel`` makes of the table ``source``."""
        self.load(into, kernel(self.stream(source)), schema)

    def sql(self, query: str, into: str) -> None:
        """Make the table ``into`` of a query over other tables."""
        reader, cursor = self._open(query)
        try:
            self.load(into, reader, reader.schema)
        finally:
            cursor.close()

    def stream(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table (its name) or of a query (``SELECT ...``), a record batch at a time."""
        if query in self._tables:
            with pa.OSFile(str(self.folder / f"{query}.arrow")) as source:
                reader = ipc.open_file(source)
                for index in range(reader.num_record_batches):
                    yield reader.get_batch(index)
        else:
            yield from self._query(query)

    def drop(self, name: str) -> None:
        """Forget a table and remove its file."""
        del self._tables[name]
        (self.folder / f"{name}.arrow").unlink()

    def _query(self, query: str) -> Iterator[pa.RecordBatch]:
        reader, cursor = self._open(query)
        try:
            yield from reader
        finally:
            cursor.close()

    def _open(self, query: str) -> tuple[pa.RecordBatchReader, duckdb.DuckDBPyConnection]:
        # A connection holds one open result at a time, and registered tables belong to a connection: one cursor a query.
        cursor = self._duckdb.cursor()
        for name, table in self._tables.items():
            cursor.register(name, table)
        return cursor.sql(query).to_arrow_reader(ROWS), cursor
