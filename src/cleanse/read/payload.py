"""Payloads: what a web server sent, without the compression it was sent under."""

from __future__ import annotations

import re
import zlib

import pyarrow as pa

#: Content-Encoding to Arrow's names; "deflate" is zlib by the standard and bare deflate by some servers.
_CODECS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}

#: How a chunk begins: its size, extensions that nobody uses, an end of line.
_CHUNK = re.compile(rb"\r?\n?([0-9a-fA-F]{1,8})[ \t]*(?:;[^\n]{0,1000})?\r\n")

#: Servers stack one encoding or two; each costs a pass.
_MAX_ENCODINGS = 4


def decoded_payload(data: bytes, encodings: str, max_bytes: int) -> bytes:
    """Bytes under the encodings of a Content-Encoding header; above ``max_bytes`` one byte more than that.

    What is not encoded as the header says stays as it is: many crawlers store bodies decoded and headers as sent. What
    ends early is what there is of it.
    """
    names = [name.strip().lower() for name in encodings.split(",")]
    for name in reversed(names[:_MAX_ENCODINGS]):
        if name in _CODECS or name == "deflate":
            data = _decoded(data, name, max_bytes + 1)
    return data


def joined_chunks(data: bytes) -> bytes:
    """The body of a response that was sent in chunks. One that is not in chunks stays as it is, what ends early is what
    there is of it."""
    pieces: list[bytes] = []
    position = 0
    while head := _CHUNK.match(data, position):
        size, begin = int(head[1], 16), head.end()
        if not size:
            return b"".join(pieces)
        pieces.append(data[begin : begin + size])
        position = begin + size
    return b"".join(pieces) if pieces and position >= len(data.rstrip()) else data


def _decoded(data: bytes, name: str, size: int) -> bytes:
    pieces: list[bytes] = []
    try:
        if name == "deflate":
            return _inflate(data, size)
        stream = pa.CompressedInputStream(pa.BufferReader(data), _CODECS[name])
        while size > 0 and (piece := stream.read(min(size, 2**20))):
            pieces.append(piece)
            size -= len(piece)
    except (OSError, zlib.error, pa.ArrowException):
        return b"".join(pieces) or data
    return b"".join(pieces)


def _inflate(data: bytes, size: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, size)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size)
