"""The disk that temporary tables may take."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, TypeVar

from cleanse.errors import NoRoom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

T = TypeVar("T")

#: Of the time of a run, what counting may take of a processor: the files of a large corpus are many.
_SHARE = 0.05


class Quota:
    """At most ``most`` bytes in ``folder``, counted whenever a piece of a table is there; 0 is no limit."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self._next = 0.0

    def check(self) -> None:
        """Raise NoRoom when the folder holds more."""
        if not self._most or time.monotonic() < self._next:
            return
        begun, used = time.monotonic(), time.thread_time()
        if (held := _bytes(self._folder)) > self._most:
            raise NoRoom(
                f"{self._folder}: temporary tables take {held:,} bytes, more than run.disk allows ({self._most:,});"
                " raise it, and the same command goes on from here"
            )
        ended = time.monotonic()
        # nor is a slow disk asked all the time
        self._next = ended + max((time.thread_time() - used) / _SHARE, ended - begun)

    def checked(self, pieces: Iterable[T]) -> Iterator[T]:
        """The same pieces, while there is room for them."""
        for piece in pieces:
            yield piece
            self.check()


def _bytes(folder: Path) -> int:
    total = 0
    for name, _, files in os.walk(folder):
        for file in files:
            try:
                total += os.lstat(os.path.join(name, file)).st_size
            except FileNotFoundError:  # a worker has given it its name
                continue
    return total
