"""Members: the parts of a compressed file that can be read without the ones before them."""

from __future__ import annotations

from typing import IO

#: What a member of each kind of archive begins with. By chance it stands inside one, too, which costs a short read.
MAGIC = {"gz": b"\x1f\x8b\x08", "zst": b"\x28\xb5\x2f\xfd", "bz2": b"BZh", "xz": b"\xfd7zXZ\0"}

_PIECE_BYTES = 2**16


class Members:
    """A compressed file in reads that end where a member may begin, so that a damaged one can be skipped.

    ``taken`` counts the bytes that were read.
    """

    closed = False

    def __init__(self, file: IO[bytes], magic: bytes) -> None:
        self._file, self._magic = file, magic
        self._ready = b""
        self._end = 0  # of what is handed out of it before anything is looked for again
        self._last = b""  # the last read
        self.taken = 0
        self.ended = False

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, none of them of the next member."""
        if not self._end:
            self._look()
        piece = self._ready[: min(size, self._end)]
        self._last = piece
        self._drop(len(piece))
        self.taken += len(piece)
        return piece

    def skip(self, cut_off: bool) -> bool:
        """Leave the member that was read, for a new decoder; whether another follows.

        A member that is ``cut_off`` is noticed in the first bytes of the next one, which is whole.
        """
        if cut_off and self._last.startswith(self._magic):
            self._ready = self._last + self._ready
        while (at := self._ready.find(self._magic)) < 0:
            tail = self._ready[max(0, len(self._ready) - len(self._magic) + 1) :]
            piece = self._file.read(_PIECE_BYTES)
            if not piece:
                return False
            self._ready = tail + piece
        self._drop(at)
        self._end = 0
        return True

    def close(self) -> None:
        """Nothing: decoders close what they read, and the next one reads on."""

    def _look(self) -> None:
        """Set ``_end`` before the next magic, or before what may be the start of one, or to the end of the file."""
        while len(self._ready) < 2 * len(self._magic) and not self.ended:
            piece = self._file.read(_PIECE_BYTES)
            self._ready += piece
            self.ended = not piece
        at = self._ready.find(self._magic, 1)
        self._end = at if at > 0 else len(self._ready) - (0 if self.ended else len(self._magic) - 1)

    def _drop(self, size: int) -> None:
        self._ready, self._end = self._ready[size:], self._end - size
