"""Ctrl-C, a polite kill, a terminal that is closed: each ends a run within two seconds, and says how to go on."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from cleanse.errors import Interrupted

if TYPE_CHECKING:
    from types import FrameType, TracebackType

#: After so long the process ends without tidying up: the next run does that.
_PATIENCE = 1.5


class Interruption:
    """``with Interruption(advice)``: an interrupt becomes the error Interrupted, whose text ends with the advice."""

    def __init__(self, advice: str) -> None:
        self._message = f"interrupted; {advice}"
        self._ends, self._wakes = socket.socketpair()

    def __enter__(self) -> Interruption:
        self._here = threading.current_thread() is threading.main_thread()
        if self._here:
            self._wakes.setblocking(False)
            self._woken = signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
            self._before = {number: signal.signal(number, _interrupt) for number in _polite()}
            threading.Thread(target=self._wait, name="cleanse-interruption", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._here:
            signal.set_wakeup_fd(self._woken)
            for number, handler in self._before.items():
                signal.signal(number, handler)
        self._wakes.close()
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(self._message) from None

    def _wait(self) -> None:
        """Python acts on a signal when native code returns to it; this thread may do so before."""
        with self._ends:
            if self._ends.recv(1):
                time.sleep(_PATIENCE)
                if self._wakes.fileno() >= 0:
                    with suppress(OSError):  # the terminal may be gone
                        os.write(2, f"cleanse: {self._message}\n".encode())
                    os._exit(Interrupted.exit_code)


def _polite() -> list[int]:
    """What asks a process to end: a kill, and the terminal that is closed, which nohup has it ignore."""
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is None or signal.getsignal(hangup) is not signal.SIG_DFL:
        return [signal.SIGTERM]
    return [signal.SIGTERM, hangup]


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
