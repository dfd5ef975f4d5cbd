"""Archives: an input as a stream of decompressed bytes whose failures all name the input."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from typing import IO, TYPE_CHECKING, Any, cast

from cleanse.errors import UnreadableInput
from cleanse.read.bounds import BOMB, HEAD_BYTES, most_bytes
from cleanse.read.decoders import DAMAGE, decoder
from cleanse.read.inputs import STDIN, Input
from cleanse.read.members import MAGIC, Members
from cleanse.remote import is_remote, open_remote

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes asked of a decompressor at once; what stands before a damage is lost at most by this.
_PIECE_BYTES = 2**16

_SPECIAL = (
    (stat.S_ISDIR, "a folder that cannot be listed"),
    (stat.S_ISFIFO, "a pipe, not a file: pass it as standard input (-)"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)


def open_stream(entry: Input) -> io.BufferedReader:
    """The decompressed bytes of an input; ``peek`` shows HEAD_BYTES of them, or all there are.

    Opening and reading raise UnreadableInput: the system's reason, or what is damaged. Pipes and devices stay closed.
    """
    if entry.path == STDIN:
        if sys.stdin is None:
            raise UnreadableInput(entry.label, "there is no standard input")
        return io.BufferedReader(_Guarded(entry, sys.stdin.buffer.read, lambda: None), HEAD_BYTES)
    file = open_file(entry)
    if not entry.compression:
        return io.BufferedReader(_Guarded(entry, file.read, file.close), HEAD_BYTES)
    return io.BufferedReader(_Archive(entry, file), HEAD_BYTES)


def open_file(entry: Input) -> IO[bytes]:
    """The file of an input as it is stored; raises UnreadableInput for anything but a regular file that opens."""
    try:
        if is_remote(entry.path):
            return cast("IO[bytes]", open_remote(entry.path))
        if entry.refusal:
            raise UnreadableInput(entry.label, entry.refusal)
        mode = os.stat(entry.path).st_mode
        for matches, problem in _SPECIAL:
            if matches(mode):
                if matches is stat.S_ISDIR:
                    os.listdir(entry.path)
                raise UnreadableInput(entry.label, problem)
        return open(entry.path, "rb", buffering=0)
    except OSError as error:
        raise UnreadableInput(entry.label, error.strerror or str(error)) from None


def open_seekable(entry: Input, stream: io.BufferedReader) -> IO[bytes]:
    """The whole input as a file that can be sought in: itself, or ``stream`` copied to an unnamed temporary file."""
    if entry.path != STDIN and not entry.compression and not is_remote(entry.path):
        return open_file(entry)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        while piece := stream.read(2**20):
            copy.write(piece)
        copy.seek(0)
    except OSError as error:
        copy.close()
        raise UnreadableInput(entry.label, f"cannot be unpacked to {tempfile.gettempdir()}: {error}") from None
    except UnreadableInput:
        copy.close()
        raise
    return copy


class _Guarded(io.RawIOBase):
    """Bytes of a file or decompressor. What comes before a failure is handed out; then UnreadableInput is raised."""

    def __init__(self, entry: Input, read: Callable[[int], bytes], close: Callable[[], None]) -> None:
        self._entry, self._read, self._close = entry, read, close
        self._failure: UnreadableInput | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer unless the input ends: a pipe that trickles must not leave a head too short to sniff."""
        view, filled = memoryview(buffer), 0
        while filled < len(view) and self._failure is None:
            try:
                piece = self._read(min(len(view) - filled, _PIECE_BYTES))
            except (OSError, *DAMAGE) as error:
                self._failure = self._name(error)
                break
            except UnreadableInput as error:
                self._failure = error
                break
            if not piece:
                break
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
        if self._failure is not None and not filled:
            raise self._failure
        return filled

    def close(self) -> None:
        if not self.closed:
            self._close()
        super().close()

    @property
    def begun(self) -> bool:
        """Whether anything of the part that failed was handed out."""
        return True

    def resume(self) -> bool:
        """Go on behind the part that failed; False if there is no more."""
        return False

    def _name(self, error: Exception) -> UnreadableInput:
        if isinstance(error, OSError) and error.errno is not None and error.strerror:
            return UnreadableInput(self._entry.label, error.strerror)
        damage = f"damaged {self._entry.compression} archive: " if self._entry.compression else ""
        return UnreadableInput(self._entry.label, f"{damage}{error}")


class _Archive(_Guarded):
    """The decompressed bytes of a file."""

    def __init__(self, entry: Input, file: IO[bytes]) -> None:
        self._members = Members(file, MAGIC[entry.compression])
        self._decoder = decoder(entry.compression, self._members)
        self._given = 0
        super().__init__(entry, self._decompress, file.close)

    def _decompress(self, size: int) -> bytes:
        piece = self._decoder.read(size)
        self._given += len(piece)
        if self._given > most_bytes(self._members.taken):
            raise UnreadableInput(self._entry.label, BOMB)
        return piece

    @property
    def begun(self) -> bool:
        return self._decoder.given > 0

    def resume(self) -> bool:
        if (self._failure and self._failure.problem == BOMB) or not self._members.skip(self._decoder.reads > 1):
            return False
        self._decoder, self._failure = decoder(self._entry.compression, self._members), None
        return True
