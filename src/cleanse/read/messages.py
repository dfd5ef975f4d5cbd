"""Messages: what the batches of an Arrow file say they take in memory, before any of them is decompressed."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Fields of the tables Message, DictionaryBatch and RecordBatch of Arrow's format (Message.fbs), by number.
_HEADER, _DATA, _BUFFERS, _COMPRESSION = 2, 1, 2, 3


def declared_sizes(stream: IO[bytes]) -> Iterator[int]:
    """For each batch or dictionary of an Arrow stream, the bytes that its buffers say they decompress to."""
    for message in pa.ipc.MessageReader.open_stream(stream):
        if message.type not in ("record batch", "dictionary"):
            continue
        metadata = message.metadata.to_pybytes()
        try:
            table = _follow(metadata, _follow(metadata, 0), _HEADER)
            if message.type == "dictionary":
                table = _follow(metadata, table, _DATA)
            yield _size(metadata, table, message.body) if _field(metadata, table, _COMPRESSION) else message.body.size
        except struct.error:
            raise pa.ArrowInvalid("the metadata of a message are damaged") from None


def _size(metadata: bytes, batch: int, body: pa.Buffer) -> int:
    """A compressed buffer begins with its size as eight bytes; -1 says that this one is not compressed."""
    at = _follow(metadata, batch, _BUFFERS)
    (count,) = struct.unpack_from("<I", metadata, at)
    total = 0
    for offset, length in struct.iter_unpack("<qq", metadata[at + 4 : at + 4 + 16 * count]):
        if length >= 8 and 0 <= offset <= body.size - 8:
            (size,) = struct.unpack("<q", body.slice(offset, 8))
            total += max(size, 0)
    return total


def _follow(metadata: bytes, table: int, number: int | None = None) -> int:
    """Where the offset of a field leads; without ``number`` the one that stands at the place itself."""
    at = table if number is None else _field(metadata, table, number)
    return at + int(struct.unpack_from("<I", metadata, at)[0])


def _field(metadata: bytes, table: int, number: int) -> int:
    """Where a field of a flatbuffers table stands, 0 if it has none."""
    vtable = table - struct.unpack_from("<i", metadata, table)[0]
    (size,) = struct.unpack_from("<H", metadata, vtable)
    entry = 4 + 2 * number
    offset = struct.unpack_from("<H", metadata, vtable + entry)[0] if entry < size else 0
    return table + offset if offset else 0
