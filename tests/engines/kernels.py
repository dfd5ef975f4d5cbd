"""Kernels that do what a hostile page may do to a parser. Workers import them by name."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

import pyarrow as pa

from cleanse.boilerplate.stages import FindBlocks

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = pa.schema({"x": pa.int64(), "does": pa.string()})
HARM = "harm: "
MADE = pa.schema({"x": pa.int64(), "said": pa.string()})


def made(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        said = []
        for does in batch["does"].to_pylist():
            _act(does)
            said.append(str(os.getpid()) if does == "tell" else "made")
        yield pa.record_batch([batch["x"], pa.array(said)], schema=MADE)


class HarmedFindBlocks(FindBlocks):
    """FindBlocks, if pages that begin with HARM did to it what they say."""

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for content in batch["content"].to_pylist():
                if content.startswith(HARM):
                    _act(content.split()[1])
            yield from super().__call__(iter([batch]))


def rescue(row: pa.RecordBatch, why: str) -> pa.RecordBatch:
    return pa.record_batch([row["x"], pa.array([why])], schema=MADE)


def unable(row: pa.RecordBatch, why: str) -> pa.RecordBatch:
    raise ValueError("not even that")


def _act(what: str) -> None:
    match what:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
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
