"""Compiled kernels: where they are kept, and when they are not worth compiling.

They are kept where numba keeps them, or, where nothing can be written, in a folder of this process alone.
"""

from __future__ import annotations

import atexit
import functools
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleanse.errors import OutputError
from cleanse.program import begun

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_OVERFLOW = "ignore:overflow encountered in scalar:RuntimeWarning"
#: Bytes of text that plain Python works on in less time than compiled kernels take to be loaded, let alone to be compiled.
TINY = 50_000


def keep_kernels() -> None:
    """Give numba a folder to keep compiled kernels in, before the first of them is defined: it fails without one."""
    own = os.environ.get("NUMBA_CACHE_DIR")
    cache = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    beside = Path(__file__).parent / "dedup" / "__pycache__"
    if any(_is_writable(Path(folder)) for folder in (own, beside, Path(cache, "numba")) if folder):
        return
    try:
        folder = tempfile.mkdtemp(prefix="cleanse-kernels-")
    except OSError as error:
        raise OutputError(
            f"no folder can be written to keep compiled kernels in ({error.strerror}); name one in NUMBA_CACHE_DIR"
        ) from None
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = folder
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = folder


def spare_compiling() -> None:
    """Have this process, and those that it starts, run kernels as the plain Python they are written in.

    For a process of cleanse's own that has a tiny input and ends with it, before the first kernel is defined: what comes out
    is the same. Anyone else's goes on with numba afterwards.
    """
    if not begun() or "numba" in sys.modules:
        return
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    # hashes wrap around: compiled code does so in silence
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (os.environ.get("PYTHONWARNINGS"), _OVERFLOW)))
    warnings.filterwarnings("ignore", "overflow encountered in scalar", RuntimeWarning)


def kernel(function: Callable[..., Any]) -> Any:
    """A function that numba compiles, without the lock; as it is where kernels are run as plain Python, without numba then."""
    if uncompiled():
        return function
    import numba

    from cleanse.kept import Kept

    compiled: Any = numba.njit(nogil=True)(function)
    compiled._cache = Kept(function)  # type: ignore[no-untyped-call]
    return compiled


def watch(begin: Callable[[], None], end: Callable[[], None]) -> None:
    """Have ``begin`` and ``end`` called around each compiling of a kernel; those of kernels that it calls lie within."""
    if uncompiled():
        return
    from numba.core import event

    class Watch(event.Listener):
        def on_start(self, event: object) -> None:
            begin()

        def on_end(self, event: object) -> None:
            end()

    event.register("numba:compile", Watch())  # type: ignore[no-untyped-call]


@functools.cache
def announce(kernel: Any) -> None:
    """Log, once in a process, that a kernel which numba does not find in its cache is about to be compiled."""
    if not _cached(kernel):
        _say()


def uncompiled() -> bool:
    """Whether kernels are run as plain Python."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@functools.cache
def _say() -> None:
    _LOG.warning("cleanse compiles kernels for this machine: some seconds; each kernel once after an install")


def _cached(kernel: Any) -> bool:
    """Whether the cache has an index file (.nbi) of the kernel; True when numba does not tell where its cache is."""
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    folder = getattr(getattr(kernel, "_cache", None), "cache_path", None)
    return folder is None or any(Path(folder).glob(f"*.{kernel.__name__}-*.{version}.nbi"))
