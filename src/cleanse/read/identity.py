"""Identity: what tells one state of an input from another, without reading it or by all of its bytes."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

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


def fingerprint(entry: Input) -> dict[str, Any]:
    """Path, size and SHA-256 of an input; of a remote one, which is not fetched a second time, what its store calls its version."""
    if is_remote(entry.path):
        size, tag = version(entry.path)
        return {"path": entry.label, "bytes": size, "sha256": None, "version": tag}
    try:
        with open(entry.path, "rb") as file:
            digest = sha256()
            size = 0
            while chunk := file.read(2**20):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return {"path": entry.label, "bytes": None, "sha256": None}
    return {"path": entry.label, "bytes": size, "sha256": digest.hexdigest()}
