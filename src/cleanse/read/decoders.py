"""Decoders: what a compressed file holds, piece by piece and within a set memory."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleanse.read.members import Members

#: What reading from a decoder raises for an archive that is damaged or ends early.
DAMAGE = (EOFError, zlib.error, lzma.LZMAError, pa.ArrowException)

_PIECE_BYTES = 2**16

#: Arrow hands out nothing of a read that fails, so its reads are short.
_ZSTD_BYTES = 2**12

#: The header of an xz archive says how much memory it takes; `xz -9`, the most there is, 65 MB.
_XZ_MEMORY = 2**28

_STREAMS: dict[str, Callable[[], Any]] = {
    "gz": lambda: zlib.decompressobj(31),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY),
}


def decoder(compression: str, members: Members) -> Streams | Zstd:
    """The decoder for a file of one of the compressions gz, bz2, xz and zst."""
    return Zstd(members) if compression == "zst" else Streams(members, _STREAMS[compression])


class Streams:
    """Archives of streams one after another.

    ``given`` counts the bytes handed out of the stream that was read last, ``reads`` the pieces it took.
    """

    def __init__(self, members: Members, new: Callable[[], Any]) -> None:
        self._members, self._new = members, new
        self._stream: Any = None
        self._rest = b""
        self.given = self.reads = 0

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, at least one unless the file ends."""
        while True:
            hungry = getattr(self._stream, "needs_input", True)  # zlib says by what it leaves
            data = self._rest
            if hungry and not data:
                data = self._members.read(_PIECE_BYTES)
                self.reads += 1
            if self._stream is None:
                self.given, self.reads = 0, 1
                data = data.lstrip(b"\0")  # padding between streams
                if not data:
                    if self._members.ended:
                        return b""
                    self._rest = b""
                    continue
                self._stream = self._new()
            elif hungry and not data:
                raise EOFError("it ends in the middle")
            piece: bytes = self._stream.decompress(data, size)
            self.given += len(piece)
            self._rest = getattr(self._stream, "unconsumed_tail", b"")
            if self._stream.eof:
                self._rest, self._stream = self._stream.unused_data, None
            if piece:
                return piece


class Zstd:
    """Frames of zstd by Arrow, since the zstandard package's reader takes a truncated archive for a complete one."""

    def __init__(self, members: Members) -> None:
        self._stream = pa.CompressedInputStream(pa.PythonFile(members, mode="r"), "zstd")
        self.given = self.reads = 1  # which frame a byte is of is not known: some of the last one may be handed out

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, at least one unless the file ends."""
        return self._stream.read(min(size, _ZSTD_BYTES))  # type: ignore[no-any-return]
