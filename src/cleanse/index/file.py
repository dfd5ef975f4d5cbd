"""The index file: a DuckDB database, opened for reading by many or for writing by one; changed by one transaction or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb
import msgspec

import cleanse
from cleanse.config import Dedup, Run, to_config
from cleanse.config.units import size_in_bytes
from cleanse.errors import ConfigError, OutputError, UnreadableInput, UsageError, first_line
from cleanse.index.damage import damaged, file_errors, is_damage
from cleanse.memory import sql_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import pyarrow as pa

#: Version of the tables. Another one is refused.
VERSION = 3

#: Settings that say nothing about an index: in it the first document seen survives.
_NOT_STORED = ("enabled", "survivor", "source_priority")

#: Blobs are packed already: trying how else to pack them takes DuckDB a hundred times as long as writing them.
_TABLES = """
    CREATE TABLE about (version INTEGER, settings VARCHAR, made_by VARCHAR);
    CREATE TABLE documents (doc BIGINT, id VARCHAR, source VARCHAR, text_words BIGINT, words BIGINT, length BIGINT,
        one UBIGINT, two UBIGINT, survivor BIGINT, kind VARCHAR, similarity DOUBLE, coverage DOUBLE);
    CREATE TABLE texts (doc BIGINT, bytes BIGINT, text BLOB USING COMPRESSION uncompressed);
    CREATE TABLE cuts (doc BIGINT, start BIGINT, "end" BIGINT);
    CREATE TABLE segments (segment INTEGER, first BIGINT, documents BIGINT, entries BIGINT, bits INTEGER);
    CREATE TABLE bands (segment INTEGER, bucket INTEGER, postings BLOB USING COMPRESSION uncompressed);
    CREATE TABLE sketches (doc BIGINT, sketch BLOB USING COMPRESSION uncompressed);
    CREATE TABLE shingles (counts BLOB USING COMPRESSION uncompressed);
    CREATE TABLE common (documents BIGINT, counters BLOB USING COMPRESSION uncompressed);
    CREATE TABLE batches (batch INTEGER, added TIMESTAMP, documents BIGINT, kept BIGINT, exact BIGINT, near BIGINT,
        contained BIGINT, empty BIGINT);
"""
#: Bytes of a block of the file: what is read to find one key or one text.
_BLOCK_BYTES = 16_384
#: Rows of a record batch that is read.
_ROWS = 4096
#: Bytes that DuckDB holds of the file at most, and sorts in: what it reads to look up keys it would keep as long as it may.
_HELD_BYTES = 400 * 10**6
_HOLDER = re.compile(r"lock is held in (.+?) \(PID (\d+)\)")


class IndexFile:
    """``with IndexFile(path, settings, write=True) as file``: what is done is undone unless ``file.commit()`` is called.

    With ``settings`` None those of the file are taken, or the defaults for a new file; others than the file's are refused.
    """

    def __init__(
        self, path: Path, settings: Dedup | None = None, *, write: bool = False, run: Run | None = None
    ) -> None:
        self.path = path
        run = run or Run()
        if not write and not path.exists():
            raise UsageError(f"{path}: no such index; make it with: cleanse index add {path} INPUT...")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent}: no such folder to make an index in; make it first")
        self._spill = _spill(path)
        options: dict[str, Any] = {
            "memory_limit": f"{min(sql_bytes(run), _HELD_BYTES)}B",
            "temp_directory": str(self._spill),
            "preserve_insertion_order": "true",
        }
        if run.threads:
            options["threads"] = run.threads
        self._duckdb = duckdb.connect(config=options)
        if run.disk:  # as an option of connect it is not heeded
            self._duckdb.execute(f"SET max_temp_directory_size = '{size_in_bytes(run.disk)}B'")
        try:
            self._attach(write)
            self._opened = self._identity()
            self._duckdb.execute("BEGIN")
            self.settings = self._settings(settings or Dedup(), given=settings is not None, write=write)
            self.documents = self._counted()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> IndexFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Undo what is not committed, and let others have the file."""
        try:
            self._duckdb.close()
        finally:
            shutil.rmtree(self._spill, ignore_errors=True)

    def commit(self) -> None:
        """Make what was done last, all of it at once. Raises OutputError where the file is gone, or another is in its place."""
        if self._identity() != self._opened:
            raise OutputError(
                f"{self.path}: was removed or replaced while it was added to; give the same command again"
            )
        self.execute("COMMIT")
        self.execute("BEGIN")

    def _identity(self) -> tuple[int, int]:
        try:
            stat = self.path.stat()
        except OSError:
            return 0, 0
        return stat.st_dev, stat.st_ino

    def undo(self) -> None:
        """Forget what was added since the last that lasts."""
        self.execute("ROLLBACK")
        self.execute("BEGIN")
        self._settings(self.settings, given=True, write=True)  # the tables of a new index are gone, too
        self.documents = self._counted()

    def _counted(self) -> int:
        return int(self.rows("SELECT count(*) FROM documents")[0][0])

    @property
    def state(self) -> str:
        """What is in the index, in short: another text after each addition."""
        batches, last = self.rows("SELECT count(*), coalesce(max(added)::VARCHAR, '') FROM batches")[0]
        return f"{self.path.absolute()} {self.documents} {batches} {last}"

    def execute(self, query: str, *values: Any) -> None:
        """Run a statement."""
        with file_errors(self.path):
            self._duckdb.execute(query, values or None)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a small query."""
        with file_errors(self.path):
            return self._duckdb.execute(query, values or None).fetchall()

    def insert(self, query: str, given: pa.Table) -> None:
        """Run a statement that takes rows from the table ``given``."""
        self._duckdb.register("given", given)
        self.execute(query)
        self._duckdb.unregister("given")

    def read(self, query: str, given: pa.Table | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a query, which may look at the table ``given``."""
        if given is not None:
            self._duckdb.register("given", given)
        with file_errors(self.path):
            yield from self._duckdb.sql(query).to_arrow_reader(_ROWS)

    def _attach(self, write: bool) -> None:
        self._duckdb.execute("SET enable_progress_bar = false")
        # absolute and with its type: DuckDB takes "md:x" for an address and a.jsonl for a table
        name = str(self.path.absolute()).replace("'", "''")
        options = f"TYPE duckdb, BLOCK_SIZE {_BLOCK_BYTES}" if write else "TYPE duckdb, READ_ONLY"
        try:
            self._duckdb.execute(f"ATTACH '{name}' AS cleanse_index ({options})")
        except duckdb.Error as error:
            raise self._explained(error, write) from None
        self._duckdb.execute("USE cleanse_index")

    def _explained(self, error: duckdb.Error, write: bool) -> UsageError | UnreadableInput:
        problem = str(error)
        if holder := _HOLDER.search(problem):
            who = f"process {holder[2]} ({holder[1].rpartition('/')[2]})"
            doing = "has it open" if write else "is adding to it"
            return UsageError(
                f"{self.path}: {who} {doing}; try again when it is done (many can read an index at once, or one write)"
            )
        if "already attached" in problem:
            return UsageError(f"{self.path}: open in this process already; close the other use of it first")
        if "block size parameter" in problem:
            return self._foreign()
        if "not a valid DuckDB" in problem:
            return UsageError(f"{self.path}: is no index of cleanse; name another file")
        if is_damage(problem):
            return damaged(self.path)
        if write:
            return OutputError(f"{self.path}: cannot be written: {first_line(error)}")
        return UnreadableInput(str(self.path), first_line(error))

    def _settings(self, wanted: Dedup, *, given: bool, write: bool) -> Dedup:
        tables = {
            name
            for (name,) in self.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'cleanse_index'")
        }
        if not tables and write:
            self._duckdb.execute(_TABLES)
            stored = msgspec.json.encode(_stored(wanted)).decode()
            self.execute("INSERT INTO about VALUES (?, ?, ?)", VERSION, stored, cleanse.__version__)
            return wanted
        if not tables:
            raise UsageError(
                f"{self.path}: nothing has been added to it; add with: cleanse index add {self.path} INPUT..."
            )
        if "about" not in tables:
            raise self._foreign()
        version, text, made_by = self.rows("SELECT * FROM about")[0]
        if version != VERSION:
            raise UsageError(
                f"{self.path}: an index of version {version}, made by cleanse {made_by}; this one reads {VERSION}: make it anew"
            )
        settings = to_config({"dedup": msgspec.json.decode(text)}, str(self.path)).dedup
        if given:
            self._compare(_stored(settings), _stored(wanted))
        return settings

    def _foreign(self) -> UsageError:
        return UsageError(f"{self.path}: a database, but no index of cleanse; name another file")

    def _compare(self, there: dict[str, Any], here: dict[str, Any]) -> None:
        different = [name for name in there if there[name] != here[name]]
        if not different:
            return
        # a profile sets others: it alone mends them
        if "profile" in different:
            different = ["profile"]
        said = "; ".join(f"dedup.{name} is {there[name]} there and {here[name]} here" for name in different)
        mend = " ".join(f"--set dedup.{name}={str(there[name]).lower()}" for name in different)
        raise ConfigError(f"{self.path}: made with other settings: {said}. Use {mend}, or another index")


def _stored(settings: Dedup) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.to_builtins(settings)
    return {name: value for name, value in tree.items() if name not in _NOT_STORED}


def _spill(path: Path) -> Path:
    """Where DuckDB makes a folder if it has to: among the temporary files, or beside the index where there can be none."""
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError:
        folder = path.parent
    return folder / f"cleanse-index-{uuid4().hex}"
