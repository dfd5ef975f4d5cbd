"""Ctrl-C and a polite kill: both end a run within two seconds, whatever native code is at work, and say how to go on."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
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
            self._terminate = signal.signal(signal.SIGTERM, _interrupt)
            threading.Thread(target=self._wait, name="cleanse-interruption", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._here:
            signal.set_wakeup_fd(self._woken)
            signal.signal(signal.SIGTERM, self._terminate)
        self._wakes.close()
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(self._message) from None

    def _wait(self) -> None:
        """Python acts on a signal when native code returns to it; this thread may do so before."""
        with self._ends:
            if self._ends.recv(1):
                time.sleep(_PATIENCE)
                if self._wakes.fileno() >= 0:
                    os.write(2, f"cleanse: {self._message}\n".encode())
                    os._exit(Interrupted.exit_code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
