"""Work done in a process of its own that may take so much time, memory and disk, and no more."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

_ROOT = Path(__file__).parent.parent.parent


def python(
    code: str,
    *arguments: object,
    seconds: int = 120,
    memory: int = 0,
    file_bytes: int = 0,
    environment: dict[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Python code run with arguments: processor seconds, bytes of memory beyond what Python maps, bytes of the largest file."""
    known = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=known | {"PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "src")])} | (environment or {}),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=10 * seconds,
        preexec_fn=partial(_limit, seconds, memory, file_bytes),
        check=False,
    )


def cleanse(*arguments: object, **limits: object) -> subprocess.CompletedProcess[str]:
    """The command line run in the same way."""
    return python("from cleanse.cli import program; program()", *arguments, **limits)  # type: ignore[arg-type]


def _limit(seconds: int, memory: int, file_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
