"""A finished run folder as tables: DuckDB views over its files, nothing read before it is asked for."""

from __future__ import annotations

import glob
import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from cleanse import schema
from cleanse.config import Config, Run
from cleanse.errors import InputNotFound, UsageError, first_line
from cleanse.layout import corpus_layout
from cleanse.memory import sql_bytes
from cleanse.shortage import system_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

_TABLES = {
    "dropped": schema.DROPPED,
    "kept": schema.KEPT,
    "matches": schema.MATCH,
    "clusters": schema.CLUSTER,
    "indexed": schema.INDEXED,
}
#: A line of JSON is at most so many times as large as what it says, as \u0000 is, but for its names; where a run does not
#: tell how large that is, a line is at most as large as the file, or so many times as large as the compressed one.
_ESCAPED, _NAMES, _COMPRESSED = 6, 1 << 10, 200
#: What DuckDB is given to read a line with at least and at most; each of its threads holds twice as much, 32 MB at least.
_LINE = (1 << 20, 128 << 20)
#: A thread for each such part of the memory: one, with the tables of the smallest report, takes 80 MB, each further one 40.
_THREAD = 100_000_000
#: What DuckDB raises of a damaged file or one with other columns; Arrow hands it on as an OSError of these words.
_UNREADABLE = (
    duckdb.InvalidInputException,
    duckdb.IOException,
    duckdb.BinderException,
    duckdb.ConversionException,
    duckdb.InternalException,
    pa.ArrowException,
)
_UNREADABLE_WORDS = ("Invalid Input Error", "IO Error", "Binder Error", "Conversion Error")
_FIX = "run cleanse again with a larger {}"
_CORPUS = ("id", "source", "url", "date", "title", "text")
#: Documents by name, for `RunFolder.register`.
IDS = pa.schema([("id", pa.string())])
#: Tables of some documents' rows, and the views that they are of.
_FETCHED = {"documents": "corpus", "pieces": "dropped"}


class RunFolder:
    """The views ``corpus``, ``dropped``, ``kept``, ``matches``, ``clusters`` and ``indexed``.

    ``run`` is what run.json holds. A table that a run did not write (no duplicates asked for) is empty. In a corpus of
    .txt files the column ``text`` is null and ``file`` names the file for `text_file`. The tables ``documents`` and
    ``pieces`` have the rows of corpus and dropped that were `fetch`ed. Raises InputNotFound for a folder that holds no
    finished run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.run = read_run(self.folder)
        self._spill = tempfile.TemporaryDirectory(prefix="cleanse-report-")
        self._settings = Run(memory=self.setting("run", "memory"), threads=self.setting("run", "threads"))
        self._duckdb = duckdb.connect(
            config={
                "memory_limit": f"{sql_bytes(self._settings)}B",
                "threads": self._threads(_THREAD),
                "temp_directory": self._spill.name,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        self._duckdb.execute("SET enable_progress_bar = false")
        self._fetched: set[str] = set()
        try:
            self.text_files = self._views(self, "")
            for table, view in _FETCHED.items():
                self.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM {view} LIMIT 0")
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._duckdb.close()
        self._spill.cleanup()

    def rows(self, query: str, *params: Any, **named: Any) -> list[dict[str, Any]]:
        """The rows of a query whose result is small; values only ever come in as ``$1`` or ``$name``."""
        with _reading(self.folder):  # without Arrow, for whose schema DuckDB would plan it once more
            result = self._duckdb.execute(query, named or list(params))
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def table(self, query: str, *params: Any, **named: Any) -> pa.Table:
        """The result of a query as columns."""
        with _reading(self.folder):
            return self._duckdb.sql(query, params=named or list(params)).to_arrow_table()

    def stream(self, query: str, rows: int) -> Iterator[pa.RecordBatch]:
        """The result of a query, so many rows at a time."""
        with _reading(self.folder):
            yield from self._duckdb.sql(query).to_arrow_reader(rows)

    def execute(self, query: str, *params: Any) -> None:
        """Run a statement without a result, such as CREATE TEMP TABLE."""
        with _reading(self.folder):
            self._duckdb.execute(query, list(params))

    def register(self, name: str, rows: Sequence[dict[str, Any]], columns: pa.Schema) -> None:
        """Make ``rows`` a table for later queries."""
        self._duckdb.register(name, pa.Table.from_pylist(list(rows), schema=columns))

    def fetch(self, ids: Iterable[str]) -> None:
        """Have the rows of some documents at hand: one pass over the files for all that are not yet."""
        new = set(ids) - self._fetched
        if not new:
            return
        self.register("wanted", [{"id": name} for name in sorted(new)], IDS)
        for table, view in _FETCHED.items():
            self.execute(f"INSERT INTO {table} SELECT * FROM {view} SEMI JOIN wanted USING (id)")
        self._fetched |= new

    def setting(self, section: str, name: str) -> Any:
        """A setting of the run, or its default where an older run did not have it."""
        part = self.run.get("config", {}).get(section, {})
        return part.get(name, getattr(getattr(Config(), section), name))

    def text_file(self, name: str) -> str:
        """The text of a file of a .txt corpus; empty if it is gone or points out of the corpus."""
        corpus = (self.folder / "corpus").resolve()
        path = (corpus / name).resolve()
        if not path.is_relative_to(corpus) or not path.is_file():
            return ""
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return file.read()

    def beside(self, other: RunFolder, prefix: str) -> None:
        """Make views of another run's tables, too, their names with ``prefix``."""
        self._views(other, prefix)

    def _threads(self, memory: int) -> int:
        """As many threads as have so much memory each."""
        return max(1, min(self._settings.processors, sql_bytes(self._settings) // memory))

    def _views(self, of: RunFolder, prefix: str) -> bool:
        """The views of a folder's tables; whether its corpus is of text files."""
        with _reading(of.folder):
            return self._view_all(of, prefix)

    def _view_all(self, of: RunFolder, prefix: str) -> bool:
        for name, columns in _TABLES.items():
            path = of.folder / f"{name}.parquet"
            if path.exists():
                relation = self._duckdb.read_parquet(glob.escape(str(path.absolute())), file_row_number=True)
                relation.create_view(prefix + name)
            else:
                empty = columns.append(pa.field("file_row_number", pa.int64())).empty_table()
                self._duckdb.register(prefix + name, empty)
        return self._view_corpus(of, prefix)

    def _view_corpus(self, of: RunFolder, prefix: str) -> bool:
        form, files = corpus_layout(of.folder)
        stored, names = f"{prefix}stored", (*_CORPUS[:-1], "file") if form == "txt" else _CORPUS
        if form == "parquet":
            self._duckdb.read_parquet([glob.escape(str(path.absolute())) for path in files]).create_view(stored)
        elif any(path.stat().st_size for path in files):
            self._read_json(files, names, stored, of.run.get("counts", {}).get("largest_row"))
        else:
            self._duckdb.register(stored, pa.schema([(name, pa.string()) for name in names]).empty_table())
        file = "file" if form == "txt" else "NULL::VARCHAR AS file"
        text = "NULL::VARCHAR AS text" if form == "txt" else "text"
        self._duckdb.execute(
            f"CREATE VIEW {prefix}corpus AS SELECT id, source, url, date, title, {text}, {file} FROM {stored}"
        )
        return form == "txt"

    def _read_json(self, paths: Sequence[Path], names: Sequence[str], view: str, largest_row: int | None) -> None:
        largest = max(path.stat().st_size * (1 if path.suffix == ".jsonl" else _COMPRESSED) for path in paths)
        if largest_row is not None:
            largest = min(largest, _ESCAPED * largest_row + _NAMES)
        size = min(max(largest + 1, _LINE[0]), _LINE[1])
        self._duckdb.execute("SET threads = ?", [self._threads(_THREAD + 2 * size)])
        files: Any = [glob.escape(str(path.absolute())) for path in paths]  # its stub knows of one only
        relation = self._duckdb.read_json(
            files,
            columns=dict.fromkeys(names, "VARCHAR"),
            format="newline_delimited",
            maximum_object_size=size,
        )
        relation.create_view(view)


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """What DuckDB says of files that are not as a run wrote them, as an error of the user's folder."""
    try:
        with system_errors(_FIX):
            yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        damaged = isinstance(error, _UNREADABLE) or str(error).startswith(_UNREADABLE_WORDS)
        if not damaged and type(error) is not duckdb.Error:  # that one it raises of a footer that is not one
            raise
        raise UsageError(
            f"{folder}: a file is damaged or not what cleanse writes ({first_line(error)}); "
            "cleanse verify names it; run cleanse again"
        ) from None


def read_run(folder: Path) -> dict[str, Any]:
    """What run.json of a finished run holds. Raises InputNotFound where there is none, UsageError for another file."""
    path = folder / "run.json"
    if (folder / "UNFINISHED").exists():
        raise InputNotFound(f"{folder}: the run was stopped while it was writing; run cleanse again")
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        problem = "no such folder" if not folder.exists() else "holds no finished run (no run.json)"
        raise InputNotFound(f"{folder}: {problem}; give the folder that cleanse run -o named") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}; run cleanse again") from None
    if not isinstance(run, dict) or not all(isinstance(run.get(part), dict) for part in ("config", "counts")):
        raise UsageError(f"{path}: not what cleanse writes; run cleanse again")
    return run
