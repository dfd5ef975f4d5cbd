"""The corpus in one of its formats: JSON lines, Parquet, or a folder of text files with an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import regex

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

#: The columns of the corpus; in a folder of text files ``text`` is the file and the index names it.
CORPUS = pa.schema(
    [(name, pa.string()) for name in ("id", "source", "url", "date", "title")] + [("text", pa.large_string())]
)

_UNSAFE = regex.compile(r"[^\p{L}\p{M}\p{N}._ -]+")
_ROWS = 1024
#: Of an id that is a path so many last parts name the file, each of so many bytes: file systems take 255.
_DEPTH, _NAME_BYTES = 8, 200


def read_corpus(folder: Path) -> pa.Table:
    """The corpus of a run's folder, whichever format it has, as a table of CORPUS."""
    if (folder / "corpus.parquet").exists():
        return pq.read_table(folder / "corpus.parquet")
    if (folder / "corpus.jsonl").exists():
        with (folder / "corpus.jsonl").open("rb") as file:
            return pa.Table.from_pylist([msgspec.json.decode(line) for line in file], schema=CORPUS)
    with (folder / "corpus" / "index.jsonl").open("rb") as file:
        rows = [msgspec.json.decode(line) for line in file]
    for row in rows:
        row["text"] = (folder / "corpus" / row.pop("file")).read_bytes().decode()[:-1]
    return pa.Table.from_pylist(rows, schema=CORPUS)


class JsonLines:
    """corpus.jsonl: one object a line."""

    def __init__(self, folder: Path) -> None:
        self._file: BinaryIO = (folder / "corpus.jsonl").open("wb")
        self._encoder = msgspec.json.Encoder()

    def write(self, row: dict[str, Any]) -> None:
        """Add a document."""
        self._file.write(self._encoder.encode(row) + b"\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Parquet:
    """corpus.parquet: one row a document."""

    def __init__(self, folder: Path) -> None:
        self._writer = pq.ParquetWriter(folder / "corpus.parquet", CORPUS, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def write(self, row: dict[str, Any]) -> None:
        """Add a document."""
        self._rows.append(row)
        if len(self._rows) >= _ROWS:
            self._flush()

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=CORPUS))
        self._rows.clear()


class TextFiles:
    """corpus/: a .txt file a document, named after its id, and index.jsonl."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "corpus"
        self._folder.mkdir()
        self._index: BinaryIO = (self._folder / "index.jsonl").open("wb")
        # names that are taken, and, without their ending, how many documents have asked for them
        self._taken: dict[str, int] = {}

    def write(self, row: dict[str, Any]) -> None:
        """Add a document."""
        name = self._name(row["id"])
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{row['text']}\n".encode())
        entry = {key: value for key, value in row.items() if key != "text"} | {"file": name}
        self._index.write(msgspec.json.encode(entry) + b"\n")

    def close(self) -> None:
        """Finish the index."""
        self._index.close()

    def _name(self, doc_id: str) -> str:
        """A path inside the folder that tells the id, whatever the id says."""
        *folders, stem = [part for part in map(_file_name, doc_id.split("/")) if part][-_DEPTH:] or ["document"]
        # no folder is named as a file may be
        folders = [f"{name}_" if name.lower().endswith((".txt", ".jsonl")) else name for name in folders]
        path = "/".join([*folders, stem.removesuffix(".txt")])
        name, count = f"{path}.txt", self._taken.get(path.lower(), 1)
        while name.lower() in self._taken:
            count += 1
            name = f"{path}-{count}.txt"
        self._taken[name.lower()] = 1
        self._taken[path.lower()] = count
        return name


def _file_name(part: str) -> str:
    """A part of an id as a name that any file system takes."""
    return _UNSAFE.sub("_", part).encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .")


_FORMATS: dict[str, Callable[[Path], JsonLines | Parquet | TextFiles]] = {
    "jsonl": JsonLines,
    "parquet": Parquet,
    "txt": TextFiles,
}


class Corpus:
    """``with Corpus(folder, "jsonl") as corpus``: the writer of a format."""

    def __init__(self, folder: Path, form: str) -> None:
        self._writer = _FORMATS[form](folder)

    def __enter__(self) -> JsonLines | Parquet | TextFiles:
        return self._writer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
