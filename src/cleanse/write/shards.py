"""Shards: the corpus as one file or as numbered ones, JSON lines or Parquet."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleanse.layout import LINES
from cleanse.write.columns import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: A row group of Parquet ends with the document that reaches one of these, or the size of a shard.
_ROWS, _GROUP_BYTES = 1024, 2**24


class Writer(Protocol):
    """A file of documents; ``size`` is what is known of its bytes so far."""

    @property
    def size(self) -> int: ...

    def write(self, row: dict[str, Any]) -> None: ...

    def close(self) -> None: ...


class JsonLines:
    """One object a line, compressed as the name says."""

    def __init__(self, path: Path) -> None:
        compression = next(LINES[ending] for ending in reversed(LINES) if path.name.endswith(ending))
        self._sink = pa.OSFile(str(path), "wb")
        self._stream: Any = self._sink
        if compression == "gz":
            self._stream = gzip.GzipFile("", "wb", fileobj=self._sink, mtime=0)  # the same bytes at any time
        elif compression == "zst":
            self._stream = pa.CompressedOutputStream(self._sink, "zstd")
        self._encoder = msgspec.json.Encoder()

    @property
    def size(self) -> int:
        return int(self._sink.tell())

    def write(self, row: dict[str, Any]) -> None:
        """Add a document."""
        self._stream.write(self._encoder.encode(row) + b"\n")

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()
        if not self._sink.closed:
            self._sink.close()


class Parquet:
    """One row a document."""

    def __init__(self, path: Path, group_bytes: int = _GROUP_BYTES) -> None:
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pq.ParquetWriter(self._sink, CORPUS, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._held, self._group_bytes = 0, group_bytes

    @property
    def size(self) -> int:
        return int(self._sink.tell())

    def write(self, row: dict[str, Any]) -> None:
        """Add a document."""
        self._rows.append(row)
        self._held += len(row["text"])
        if len(self._rows) >= _ROWS or self._held >= self._group_bytes:
            self._flush()

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._writer.close()
        self._sink.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=CORPUS))
        self._rows.clear()
        self._held = 0


class Shards:
    """Files ``folder/part-00000.jsonl`` and on; each ends with the document that reaches ``limit`` bytes."""

    def __init__(self, folder: Path, name: str, limit: int, new: Callable[[Path], Writer]) -> None:
        folder.mkdir()
        self._folder, self._name, self._limit, self._new = folder, name, limit, new
        self.paths: list[Path] = []
        self._writer = self._next()

    def write(self, row: dict[str, Any]) -> None:
        """Add a document."""
        if self._writer.size >= self._limit:
            self._writer.close()
            self._writer = self._next()
        self._writer.write(row)

    def close(self) -> None:
        """Finish the last file."""
        self._writer.close()

    def _next(self) -> Writer:
        self.paths.append(self._folder / self._name.format(len(self.paths)))
        return self._new(self.paths[-1])


def parquet_for(limit: int) -> Callable[[Path], Writer]:
    """Parquet files of row groups that are a quarter of a shard of so many bytes at most, since it ends with one."""
    return lambda path: Parquet(path, min(_GROUP_BYTES, limit // 4))
