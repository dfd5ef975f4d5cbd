"""The disk that temporary tables may take."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from cleanse.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

T = TypeVar("T")


class Quota:
    """At most ``most`` bytes in ``folder``, counted whenever a piece of a table is there; 0 is no limit."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most

    def check(self) -> None:
        """Raise OutputError when the folder holds more."""
        if self._most and (held := _bytes(self._folder)) > self._most:
            raise OutputError(
                f"{self._folder}: temporary tables take {held:,} bytes, more than run.disk allows ({self._most:,});"
                " raise it, and the same command goes on from here"
            )

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
