"""Kernels that do what a hostile page may do to a parser. Workers import them by name."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = pa.schema({"x": pa.int64(), "does": pa.string()})
MADE = pa.schema({"x": pa.int64(), "said": pa.string()})


def made(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        said = []
        for does in batch["does"].to_pylist():
            act(does)
            said.append(
                pandas() if does == "pandas" else {"tell": str(os.getpid()), "count": str(len(batch))}.get(does, "made")
            )
        yield pa.record_batch([batch["x"], pa.array(said)], schema=MADE)


def rescue(row: pa.RecordBatch, why: str) -> pa.RecordBatch:
    return pa.record_batch([row["x"], pa.array([why])], schema=MADE)


def unable(row: pa.RecordBatch, why: str) -> pa.RecordBatch:
    raise ValueError("not even that")


def pandas() -> str:
    """Whether a worker can import it."""
    try:
        import pandas  # noqa: F401
    except ImportError as error:
        return str(error)
    return "there"


def act(what: str) -> None:
    match what:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "loop":
            while True:
                pass
        case "native":  # minutes in C code that gives nobody else a turn
            re.match(r"(a+)+$", "a" * 40 + "b")
        case "sleep":
            time.sleep(3600)
        case "fill":
            held = []
            while True:
                held.append(bytes(2**26))
        case "large":
            bytearray(4 * 10**8)
        case "raise":
            raise ValueError("no page")
        case "print":
            os.write(1, b"what a library prints")
        case "compile":
            import numba
            import numpy as np

            numba.njit(lambda values: np.sort(values)[::-1].cumsum())(np.ones(3))  # its machine code is kept nowhere
