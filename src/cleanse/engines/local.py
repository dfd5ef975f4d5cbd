"""The engine of one machine: tables are Arrow files in a work folder, memory-mapped; DuckDB runs the SQL and spills to disk.

A table that is complete in the folder already, made of the same things, is not made again: so a run that was killed goes on.
"""

from __future__ import annotations

import shutil
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
from pyarrow import dataset as ds
from pyarrow import fs

from cleanse.config import Run
from cleanse.config.units import size_in_bytes
from cleanse.engines.base import Stale
from cleanse.engines.database import opened
from cleanse.engines.parts import Parts, part_name, read_part, write_part
from cleanse.engines.quota import Quota
from cleanse.engines.usage import used_here
from cleanse.engines.worker import Part, Work
from cleanse.engines.workers import Workers
from cleanse.memory import crew, give_back, growing, sql_bytes
from cleanse.shortage import system_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from cleanse.engines.base import Kernel, Rescue
    from cleanse.engines.usage import Usage

#: Rows of a record batch that SQL hands out.
ROWS = 65_536
#: With more parts than so many, of all tables together, SQL is given the memory of the workers: to start them again costs
#: little beside what they do.
_MANY = 64


class Local:
    """DuckDB and memory-mapped Arrow files in ``folder`` (a temporary one by default, removed on close).

    ``count`` is called with the number of rows of each part that a worker has made.

    >>> import pyarrow as pa
    >>> with Local() as engine:
    ...     engine.load("t", [pa.record_batch({"x": [1, 2, 3]})], pa.schema({"x": pa.int64()}))
    ...     next(engine.stream("SELECT sum(x)::INT AS s FROM t")).to_pylist()
    [{'s': 6}]
    """

    def __init__(
        self,
        settings: Run | None = None,
        folder: Path | None = None,
        *,
        count: Callable[[int], None] = lambda rows: None,
    ) -> None:
        settings = settings or Run()
        self._own = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="cleanse-")) if folder is None else folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tables: dict[str, ds.Dataset] = {}
        self._dropped: set[str] = set()
        self._made_of = ""
        self._settings = settings
        self._workers: Workers | None = None
        self._peak = 0
        most = size_in_bytes(settings.disk) if settings.disk else 0
        self._quota = Quota(self.folder, most)
        self._count = count
        give_back(growing(settings))
        self._duckdb = opened(settings, self.folder / "spill", most)

    def __enter__(self) -> Local:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget all tables; remove the folder if the engine made it."""
        self._end_workers()
        self._duckdb.close()
        self._tables.clear()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def expect(self, kernel: Kernel, schema: pa.Schema, rescue: Rescue) -> None:
        """Start a worker for a ``map`` to come, while the table that it is of is loaded."""
        self._apart().expect(self._work(kernel, schema, rescue))

    def load(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema, *, key: str = "") -> None:
        """Make the table ``name`` of record batches from outside."""
        if self._workers and not self._workers.expecting:
            self._end_workers()  # what comes from outside is another stage's, and needs the memory
        parts, key = self._begin(name, key)
        if not parts.complete(key):
            parts.write(key, self._quota.checked(batches), schema, self._settings.batch_bytes)
        self._add(name, parts, schema)

    def map(
        self,
        source: str,
        kernel: Kernel,
        into: str,
        schema: pa.Schema,
        *,
        key: str = "",
        rescue: Rescue | None = None,
    ) -> None:
        """Make the table ``into`` of what ``kernel`` makes of each part of the table ``source``."""
        parts, key = self._begin(into, key)
        if not parts.complete(key):
            if source in self._dropped:
                raise Stale(source)
            origins = Parts(self.folder / source).paths
            targets = [parts.folder / part_name(i, origin.name, key) for i, origin in enumerate(origins)]
            parts.begin()
            missing = [
                Part(source=origin, target=target)
                for origin, target in zip(origins, targets, strict=True)
                if not target.exists()
            ]
            if rescue is None:
                for part in missing:
                    write_part(part.target, self._quota.checked(kernel(read_part(part.source))), schema)
            elif missing:
                self._apart().make(self._work(kernel, schema, rescue), missing, self._made)
            parts.finish(key, [target.name for target in targets])
        self._add(into, parts, schema)

    def sql(self, query: str, into: str) -> None:
        """Make the table ``into`` of a query over other tables."""
        parts, key = self._begin(into, query)
        if parts.complete(key):
            self._add(into, parts)
            return
        if sum(len(table.files) for table in self._tables.values()) > _MANY:
            self._end_workers()
        reader, cursor = self._open(query)
        try:
            with system_errors():
                parts.write(key, self._quota.checked(reader), reader.schema, self._settings.batch_bytes)
            self._add(into, parts, reader.schema)
        finally:
            cursor.close()

    def stream(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table (its name) or of a query (``SELECT ...``), a record batch at a time."""
        if query in self._tables:
            for path in Parts(self.folder / query).paths:
                yield from read_part(path)
        else:
            yield from self._query(query)

    def drop(self, name: str) -> None:
        """Forget a table and remove its rows."""
        self._tables.pop(name, None)
        self._dropped.add(name)
        Parts(self.folder / name).drop()

    def check(self) -> None:
        """Raise NoRoom when what lies in the work folder, whoever has written it, is more than it may hold."""
        self._quota.check()

    def used(self) -> Usage:
        """What this process and the workers have used so far."""
        used = used_here().and_also(self._workers.used()) if self._workers else used_here()
        self._peak = max(self._peak, used.peak)
        return used._replace(peak=self._peak)

    def _begin(self, name: str, key: str) -> tuple[Parts, str]:
        """The parts of a table, and the digest of all that it is made of: the tables before it, and ``key``."""
        return Parts(self.folder / name), _digest(self._made_of, name, key)

    def _add(self, name: str, parts: Parts, schema: pa.Schema | None = None) -> None:
        """Register a complete table; later ones are made of its content, however that came about."""
        self._made_of = _digest(self._made_of, name, *parts.names)
        if parts.dropped:
            self._dropped.add(name)
            return
        pa.default_memory_pool().release_unused()  # the next stage's share is not what this one's batches took
        files = fs.LocalFileSystem(use_mmap=True)
        self._tables[name] = ds.dataset([str(path) for path in parts.paths], schema, format="ipc", filesystem=files)

    def _work(self, kernel: Kernel, schema: pa.Schema, rescue: Rescue) -> Work:
        return Work(kernel=kernel, rescue=rescue, schema=schema, seconds=self._settings.page_seconds)

    def _made(self, rows: int) -> None:
        self._quota.check()
        self._count(rows)

    def _apart(self) -> Workers:
        if self._workers is None:
            hands = crew(self._settings)
            self._workers = Workers(hands)
            self._duckdb.execute(f"SET memory_limit = '{sql_bytes(self._settings, hands)}B'")
        return self._workers

    def _end_workers(self) -> None:
        if self._workers is not None:
            self.used()
            self._workers.close()
            self._workers = None
            self._duckdb.execute(f"SET memory_limit = '{sql_bytes(self._settings)}B'")

    def _query(self, query: str) -> Iterator[pa.RecordBatch]:
        reader, cursor = self._open(query)
        try:
            with system_errors():
                yield from reader
        finally:
            cursor.close()
            pa.default_memory_pool().release_unused()

    def _open(self, query: str) -> tuple[pa.RecordBatchReader, duckdb.DuckDBPyConnection]:
        # A connection holds one open result at a time, and registered tables belong to a connection: one cursor a query.
        cursor = self._duckdb.cursor()
        for name, table in self._tables.items():
            if name in query:  # each takes as long as a small query
                cursor.register(name, table)
        with system_errors():
            try:
                return cursor.sql(query).to_arrow_reader(ROWS), cursor
            except duckdb.CatalogException as error:
                for name in self._dropped:
                    if f"Table with name {name} does not exist" in str(error):
                        raise Stale(name) from None
                raise


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
