"""A table on disk: a folder of Arrow files, its parts, each written whole or not at all, and a list of them when all are there."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
from pyarrow import ipc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: A part is closed when it holds so many rows, if not for its bytes.
_PART_ROWS = 16_384


class _Listed(msgspec.Struct):
    key: str
    parts: list[str]


class Parts:
    """The parts of the table in ``folder``. ``key`` says what the table is made of: one with another key is another table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._list = folder / "parts.json"

    def complete(self, key: str) -> bool:
        """Whether the table was made of this, to the end."""
        return self._listed().key == key

    @property
    def names(self) -> list[str]:
        """The names of the parts in order; empty for a table that is not complete."""
        return self._listed().parts

    @property
    def paths(self) -> list[Path]:
        """The files of the parts in order."""
        return [self.folder / name for name in self.names]

    @property
    def dropped(self) -> bool:
        """Whether the table was complete once and its rows are gone."""
        return any(not path.exists() for path in self.paths[:1])

    def write(self, key: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema, part_bytes: int) -> None:
        """Make the table of record batches, in parts of about so many bytes; a part's name tells its content."""
        self.begin()
        names = []
        for index, held in enumerate(_held(batches, part_bytes)):
            sink = pa.BufferOutputStream()
            with ipc.new_file(sink, schema) as writer:
                for batch in held:
                    writer.write_batch(batch)
            data = sink.getvalue()
            names.append(part_name(index, data))
            whole(self.folder / names[-1], data)
        self.finish(key, names)

    def begin(self) -> None:
        """Make the folder; parts that are there already stay."""
        self._list.unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)

    def finish(self, key: str, names: list[str]) -> None:
        """List the parts: the table is complete. What is no part of it goes."""
        for path in self.folder.iterdir():
            if path.name not in names:
                path.unlink()
        whole(self._list, msgspec.json.encode(_Listed(key, names)))

    def drop(self) -> None:
        """Remove the rows; that the table was complete stays known."""
        for path in self.paths:
            path.unlink(missing_ok=True)

    def _listed(self) -> _Listed:
        try:
            return msgspec.json.decode(self._list.read_bytes(), type=_Listed)
        except (OSError, msgspec.DecodeError):
            return _Listed("", [])


def part_name(index: int, *content: bytes | str | pa.Buffer) -> str:
    """The file name of a part: its number, and a digest of its content or of what it is made of."""
    digest = blake2b(digest_size=8)
    for piece in content:
        digest.update(piece.encode() if isinstance(piece, str) else piece)
    return f"{index:06}-{digest.hexdigest()}.arrow"


def read_part(path: Path) -> Iterator[pa.RecordBatch]:
    """The record batches of a part."""
    with pa.OSFile(str(path)) as source:
        reader = ipc.open_file(source)
        for index in range(reader.num_record_batches):
            yield reader.get_batch(index)


def write_part(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
    """A part of record batches, streamed to its file, which has its name when it is whole; the number of its rows."""
    rows = 0
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        with pa.OSFile(str(unfinished), "wb") as sink, ipc.new_file(sink, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += len(batch)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return rows


def whole(path: Path, data: bytes | pa.Buffer) -> None:
    """A file that is there with all its bytes or not at all, whenever the process is killed."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _held(batches: Iterable[pa.RecordBatch], part_bytes: int) -> Iterator[list[pa.RecordBatch]]:
    """Batches gathered to parts; a table without rows has one part."""
    held: list[pa.RecordBatch] = []
    size = rows = parts = 0
    for batch in batches:
        if not len(batch):  # pairs that share nothing come to thousands of them
            continue
        held.append(batch)
        size, rows = size + batch.nbytes, rows + len(batch)
        if size >= part_bytes or rows >= _PART_ROWS:
            yield held
            held = []
            size = rows = 0
            parts += 1
    if held or not parts:
        yield held
