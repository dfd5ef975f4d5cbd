"""Kernels compile when they are first used, and say so: numba keeps them in a cache that outlives the process."""

from __future__ import annotations

import functools
import logging
import sys
from pathlib import Path
from typing import Any

_LOG = logging.getLogger(__name__)


def announce(kernel: Any) -> None:
    """Log, once in a process, that a kernel which numba does not find in its cache is about to be compiled."""
    if not _cached(kernel):
        _say()


@functools.cache
def _say() -> None:
    _LOG.warning("cleanse compiles kernels for this machine: some seconds; each kernel once after an install")


def _cached(kernel: Any) -> bool:
    """Whether the cache has an index file (.nbi) of the kernel; True when numba does not tell where its cache is."""
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    folder = getattr(getattr(kernel, "_cache", None), "cache_path", None)
    return folder is None or any(Path(folder).glob(f"*.{kernel.__name__}-*.{version}.nbi"))
