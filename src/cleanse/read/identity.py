"""Identity: what tells one state of an input from another, without reading it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from cleanse.read.inputs import STDIN
from cleanse.remote import is_remote, version

if TYPE_CHECKING:
    from cleanse.read.inputs import Input


def state(entry: Input) -> tuple[int, int | str]:
    """What changes when a file does. What comes by standard input, or from a server that tells no more, is another each time."""
    if entry.path == STDIN:
        return os.getpid(), time.monotonic_ns()
    if is_remote(entry.path):
        size, tag = version(entry.path)
        return size or 0, tag or time.monotonic_ns()
    try:
        stat = os.stat(entry.path)
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns
