"""Where compiled kernels are kept: where numba keeps them, or, where nothing can be written, a folder of this process alone."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from cleanse.errors import OutputError


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


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
