"""Shards: the corpus as one file or as numbered ones, JSON lines or Parquet."""

from __future__ import annotations

import gzip
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from cleanse.layout import LINES
from cleanse.write.columns import CORPUS
from cleanse.write.rowgroups import GROUP_BYTES, RowGroups

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Writer(ABC):
    """A file of documents; ``size`` is what is known of its bytes so far."""

    @property
    @abstractmethod
    def size(self) -> int: ...

    @abstractmethod
    def take(self, documents: pa.Table, limit: int) -> int:
        """Add documents until the file has ``limit`` bytes, all of them where it is 0; how many were added."""

    @abstractmethod
    def close(self) -> None: ...

    def write(self, documents: pa.Table) -> None:
        """Add all documents."""
        self.take(documents, 0)


class JsonLines(Writer):
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

    def take(self, documents: pa.Table, limit: int) -> int:
        """Add documents, one by one where their number depends on their bytes."""
        rows = documents.to_pylist()
        if not limit:
            self._stream.write(self._encoder.encode_lines(rows))
            return len(rows)
        taken = 0
        while taken < len(rows) and self.size < limit:
            self._stream.write(self._encoder.encode_lines(rows[taken : taken + 1]))
            taken += 1
        return taken

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()
        if not self._sink.closed:
            self._sink.close()


class Parquet(Writer):
    """One row a document."""

    def __init__(self, path: Path, group_bytes: int = GROUP_BYTES) -> None:
        self._groups = RowGroups(path, CORPUS, group_bytes)

    @property
    def size(self) -> int:
        return self._groups.size

    def take(self, documents: pa.Table, limit: int) -> int:
        """Add documents, as many as a row group takes at once."""
        taken = 0
        while taken < len(documents) and not (limit and self.size >= limit):
            taken += self._groups.fill(documents.slice(taken))
        return taken

    def close(self) -> None:
        """Finish the file."""
        self._groups.close()


class Shards:
    """Files ``folder/part-00000.jsonl`` and on; each ends with the document that reaches ``limit`` bytes."""

    def __init__(self, folder: Path, name: str, limit: int, new: Callable[[Path], Writer]) -> None:
        folder.mkdir()
        self._folder, self._name, self._limit, self._new = folder, name, limit, new
        self.paths: list[Path] = []
        self._writer = self._next()

    def write(self, documents: pa.Table) -> None:
        """Add documents."""
        while len(documents):
            if self._writer.size >= self._limit:
                self._writer.close()
                self._writer = self._next()
            documents = documents.slice(self._writer.take(documents, self._limit))

    def close(self) -> None:
        """Finish the last file."""
        self._writer.close()

    def _next(self) -> Writer:
        self.paths.append(self._folder / self._name.format(len(self.paths)))
        return self._new(self.paths[-1])


def parquet_for(limit: int) -> Callable[[Path], Writer]:
    """Parquet files of row groups that are a quarter of a shard of so many bytes at most, since it ends with one."""
    return lambda path: Parquet(path, min(GROUP_BYTES, limit // 4))
