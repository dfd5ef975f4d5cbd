"""A process that has loaded what some work needs and does it in a fork for each line: no kill falls into loading."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_FORKS = """
{loads}
import json, os, sys
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(*json.loads(line))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forks:
    """``with Forks(code, tmp_path) as forks``: the code defines ``work``, and ``forks.run`` calls it in a fork.

    What is killed cannot remove its temporary files: they are in the folder.
    """

    def __init__(self, loads: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _FORKS.format(loads=loads)],
            env=os.environ | {"TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def __enter__(self) -> Forks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(self, *arguments: object, seconds: float = 600) -> int:
        """The exit code of the work, which is killed when it is not done in so many seconds."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(arguments).encode() + b"\n")
        fork = int(self._process.stdout.readline())
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            with contextlib.suppress(ProcessLookupError):  # done just now
                os.kill(fork, signal.SIGKILL)
        return int(self._process.stdout.readline())
