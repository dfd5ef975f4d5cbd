"""Lines: text streams of unknown encoding and hostile length, line by line."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, Any

from cleanse.read.bounds import HEAD_BYTES
from cleanse.read.encoding import guess, wide_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES = 2**16


def utf8_stream(stream: io.BufferedReader, forced: str) -> io.BufferedReader:
    """The stream without byte order mark, as UTF-8 if its head shows UTF-16 or UTF-32, or if ``forced`` names one."""
    name = forced or wide_encoding(stream.peek()[:HEAD_BYTES]) or ""
    if name and name != "utf-8":
        stream = io.BufferedReader(_Transcoded(stream, name), HEAD_BYTES)
    if stream.peek()[:3] == codecs.BOM_UTF8:
        stream.read(3)
    return stream


def numbered_lines(stream: io.BufferedReader, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their end, numbered from 1; None in place of one longer than ``max_bytes``, which is never held."""
    number = 0
    while line := stream.readline(max_bytes + 1):
        number += 1
        if len(line) <= max_bytes:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_CHUNK_BYTES)
        yield number, None


class LineText:
    """Text of the lines of one stream: UTF-8, else one other encoding, guessed at the first line that is not UTF-8."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._other = ""

    def __call__(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            if not self._other:
                # What follows the line is a larger sample than the line; a look ahead takes nothing from the stream.
                self._other = guess(line + self._stream.peek())
            return line.decode(self._other, "replace")


class _Transcoded(io.RawIOBase):
    """A stream of another encoding as UTF-8; malformed bytes become U+FFFD."""

    def __init__(self, stream: io.BufferedReader, name: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(name)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            piece = self._stream.read(_CHUNK_BYTES)
            self._ended = not piece
            self._ready = self._decoder.decode(piece, final=self._ended).encode("utf-8", "replace")
        taken = self._ready[: len(buffer)]
        buffer[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)
