"""One worker process as a run sees it; a page that kills it is found, named and set aside."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cleanse.engines.usage import Usage
from cleanse.engines.worker import FULL
from cleanse.errors import InternalError, NoRoom

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleanse.engines.worker import Answer, Part, Work

#: What each process may reserve besides what it fills: the arenas of a memory pool, threads of libraries that have one
#: thing to do. So the limit that the system holds is one of memory that is used.
_SPARING: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


#: Processes that are started, one after the other, when each ends before it can work.
_STARTS: Final = 3


class Process:
    """One worker process and the thread that feeds it; the process dies with the thread.

    Unless it is the ``last`` to try, parts that may need more ``memory`` are handed back.
    """

    def __init__(self, memory: int, *, last: bool) -> None:
        self._memory, self._last = memory, last
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._stopped = False
        #: As it said last.
        self.used = Usage(0.0, 0)
        threading.Thread(target=self._serve, name="cleanse-worker", daemon=True).start()

    def begin(
        self, work: Work, waiting: queue.SimpleQueue[Part], made: queue.SimpleQueue[int | Part | BaseException]
    ) -> None:
        """Have the thread make parts for as long as any wait."""

        def job() -> None:
            try:
                self._brief(work)
                while not self._stopped:
                    part = waiting.get_nowait()
                    if self._process is None:
                        self._brief(work)
                    made.put(self._make(work, part))
            except queue.Empty:
                pass
            except BaseException as error:
                if not self._stopped:
                    made.put(error)

        self._jobs.put(job)

    def stop(self) -> None:
        """Kill the process and end the thread."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()
        self._jobs.put(None)

    def _serve(self) -> None:
        while job := self._jobs.get():
            job()
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def _make(self, work: Work, part: Part) -> int | Part:
        """Make a part and count its rows; if that kills the process, row by row, with a new one for each row that kills one.

        The part itself when another process is to make it, with more memory.
        """
        lost: dict[int, str] = {}
        while True:
            row, leaves = -1, False
            try:
                self._send(part)
                while True:
                    what, value = self._receive()
                    if what == "done":
                        if leaves:
                            self._buried(work.seconds)
                        return value
                    leaves |= what == "leaves"
                    if what == "cpu":
                        self.used = self.used._replace(cpu=value / 1000)
                    if what == "peak":
                        self.used = self.used._replace(peak=max(value, self.used.peak))
                    if what == "unset":
                        raise InternalError(
                            f"row {value} of {part.source} cannot even be set aside; start over with --fresh"
                        )
                    if what == "unwritten":
                        raise OSError(value, os.strerror(value), str(part.target))
                    if what == "failed":
                        part = replace(part, alone=True)
                        break
                    if what == "row":
                        row = value
            except (BrokenPipeError, EOFError, pickle.UnpicklingError):
                if self._stopped:
                    raise
                in_time, why = self._buried(work.seconds)
                if in_time and not self._last:
                    self._brief(work)
                    return replace(part, alone=True, lost=lost)
                if part.alone:
                    if row < 0:
                        kind = NoRoom if "memory" in why else InternalError
                        raise kind(f"a worker process ended before it began: {why}") from None
                    lost[row] = why
                part = replace(part, alone=True, lost=lost)
                self._brief(work)

    def _brief(self, work: Work) -> None:
        """Have a process that knows the work; if one ends before it does, another."""
        for _ in range(_STARTS):
            try:
                self._send(work)
                return
            except (BrokenPipeError, EOFError, pickle.UnpicklingError):
                if self._stopped:
                    raise
                _, why = self._buried(work.seconds)
        raise InternalError(f"{_STARTS} worker processes ended one after the other as they were started: {why}")

    def _send(self, task: Work | Part) -> None:
        if self._process is None:
            self._process = _started(self._memory)
            if self._stopped:  # meanwhile, when there was nothing to kill
                self._process.kill()
            if self._receive()[0] != "ready":
                raise EOFError
        assert self._process.stdin is not None
        pickle.dump(task, self._process.stdin)
        self._process.stdin.flush()

    def _receive(self) -> Answer:
        assert self._process is not None
        assert self._process.stdout is not None
        answer: Answer = pickle.load(self._process.stdout)
        return answer

    def _buried(self, seconds: float) -> tuple[bool, str]:
        """Whether the process died within its time, and why, in words."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate()
        self.used = self.used._replace(cpu=0.0)  # counted with the children that have ended
        code, self._process = -(self._process.returncode or 0), None
        if code in (signal.SIGPROF, signal.SIGALRM):
            return False, f"took more than {seconds:g} s"
        if code == -FULL:
            return True, f"needed more than {self._memory / 1e6:,.0f} MB of memory"
        if code == signal.SIGKILL:
            return True, "was killed, as the system does when memory is short"
        name = signal.Signals(code).name if code > 0 else f"exit code {-code}"
        return True, f"crashed the process that read it ({name})"


def _started(memory: int) -> subprocess.Popen[bytes]:
    environment = os.environ | _SPARING | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    command = [sys.executable, "-c", "from cleanse.engines.worker import main; main()", str(memory)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
