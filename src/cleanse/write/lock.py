"""The lock of an output folder: held by a living process, and free again the moment that one is dead."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from cleanse.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path


class Lock:
    """A file that the system locks for one process; it holds the number of that process, for people."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def take(self, folder: Path) -> None:
        """Take the lock; raises OutputError naming the process that works in ``folder``."""
        file = self._path.open("ab+")
        if not _locked(file):
            file.seek(0)
            owner = file.read(32).decode("ascii", "replace").strip() or "unknown"
            file.close()
            raise OutputError(
                f"{folder}: another run works there (process {owner}); wait for it, or name another folder with -o"
            )
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        self._file = file

    def give_back(self) -> None:
        """Let others take it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _locked(file: BinaryIO) -> bool:
    """Whether the lock is this process's now; where the system locks no files, everyone's."""
    if sys.platform == "win32":
        import msvcrt

        try:
            file.seek(1024)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
