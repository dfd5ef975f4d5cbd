"""A worker: a process that runs kernels over parts for `Workers`, and that a page may crash, hang or fill without harm to the run.

It is a Python of its own and no fork, nor does it import the script that uses cleanse once more. What it is to do comes by its
standard input; what it answers is in `Answer`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import pickle
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal

from cleanse.engines.limits import Limits
from cleanse.engines.parts import read_part, write_part
from cleanse.engines.usage import used_here
from cleanse.memory import STEADY, give_back
from cleanse.program import begin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from cleanse.engines.base import Kernel, Rescue

#: Rows that share a budget of time while nothing goes wrong: so many, and of short ones as many as make a megabyte.
_SLICE_ROWS = 64
_SLICE_BYTES = 2**20
#: The exit code of a worker that needs more memory than it may have: what it holds in pieces goes with it.
FULL = 75
_PR_SET_PDEATHSIG = 1

#: ("ready", 0); ("row", i) before row i when rows go alone; ("done", rows);
#: before "done" ("cpu", milliseconds) and ("peak", bytes) that the process has used so far, and ("leaves", 0) if it should end;
#: ("failed", 0): the part must be done row by row; ("unset", i): row i is lost and cannot be set aside;
#: ("unwritten", errno): its file cannot be written.
Said = Literal["ready", "row", "cpu", "peak", "leaves", "done", "failed", "unset", "unwritten"]
Answer = tuple[Said, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be done with every part of a table. ``seconds`` of processor time are a row's budget."""

    kernel: Kernel
    rescue: Rescue
    schema: pa.Schema
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part to make. Row by row when ``alone``; ``lost`` says of rows why they are not to be tried again."""

    source: Path
    target: Path
    alone: bool = False
    lost: dict[int, str] | None = None


def main() -> None:
    """Work until the standard input ends, or nobody reads the answers."""
    begin()
    with contextlib.suppress(BrokenPipeError):
        _work()
    os._exit(0)  # what is still to be answered has no reader


def _work() -> None:
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run stops its workers itself
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    give_back(STEADY)
    _answer(answers, "ready")
    work: Work | None = None
    limits: Limits | None = None
    with contextlib.suppress(EOFError):
        while True:
            task = pickle.load(sys.stdin.buffer)
            if isinstance(task, Work):
                work, limits = task, limits or Limits(int(sys.argv[1]))
            elif work is not None and limits is not None:
                _make(work, task, limits, answers)


def _make(work: Work, part: Part, limits: Limits, answers: BinaryIO) -> None:
    rows = _row_by_row(work, part, answers) if part.alone else work.kernel(_sliced(part.source, work.seconds))
    try:
        count = write_part(part.target, rows, work.schema)
        used = used_here()
        _answer(answers, "cpu", int(1000 * used.cpu))
        _answer(answers, "peak", used.peak)
        if limits.compiled:
            _answer(answers, "leaves")
        _answer(answers, "done", count)
    except MemoryError:
        os._exit(FULL)
    except Exception as error:
        if not part.alone:
            _answer(answers, "failed")
        elif isinstance(error, OSError):
            _answer(answers, "unwritten", error.errno or errno.EIO)
        else:
            raise
    finally:
        Limits.budget(0)


def _sliced(source: Path, seconds: float) -> Iterator[pa.RecordBatch]:
    """The rows of a part, a few at a time, with a budget for each of these slices from when it is taken to the next."""
    for batch in read_part(source):
        rows = max(_SLICE_ROWS, _SLICE_BYTES * len(batch) // max(batch.nbytes, 1))
        for start in range(0, len(batch), rows):
            Limits.budget(seconds)
            yield batch.slice(start, rows)


def _row_by_row(work: Work, part: Part, answers: BinaryIO) -> Iterator[pa.RecordBatch]:
    lost = part.lost or {}
    row = 0
    for batch in read_part(part.source):
        for start in range(len(batch)):
            one = batch.slice(start, 1)
            if row in lost:
                yield _set_aside(work, one, lost[row], row, answers)
            else:
                _answer(answers, "row", row)
                try:
                    Limits.budget(work.seconds)
                    yield from list(work.kernel(iter([one])))
                except MemoryError:
                    raise
                except Exception as error:
                    yield _set_aside(work, one, f"{type(error).__name__}: {error}".removesuffix(": "), row, answers)
                finally:
                    Limits.budget(0)
            row += 1


def _set_aside(work: Work, one: pa.RecordBatch, why: str, row: int, answers: BinaryIO) -> pa.RecordBatch:
    try:
        return work.rescue(one, why)
    except Exception:
        _answer(answers, "unset", row)
        raise


def _answer(answers: BinaryIO, what: Said, count: int = 0) -> None:
    pickle.dump((what, count), answers)
    answers.flush()


def _die_with_parent() -> None:
    """Where the system can: a run that is killed leaves no worker behind."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
