"""Parts: reading as kernels, for many machines that read a file each: its documents, and the ids that they share."""

from __future__ import annotations

import os
import re
from itertools import groupby
from typing import TYPE_CHECKING

import pyarrow as pa

from cleanse import errors
from cleanse.errors import CleanseError, UnreadableInput
from cleanse.read.documents import read_documents
from cleanse.read.ids import Ids
from cleanse.read.inputs import Input
from cleanse.schema import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cleanse.config import Config

#: A file to read; ``path`` is bytes, since a file name need not be Unicode.
FILE = pa.schema(
    [("input", pa.int64()), ("path", pa.binary())]
    + [(name, pa.string()) for name in ("name", "format", "compression", "folder")]
)
#: A document with its own id, ``order`` counting from 0 in each file, or (``failure``) an error: its path, its place
#: in ``url`` and what is wrong in ``content``. Ids that only a counting "#2" tells apart have one ``root``.
READ = pa.schema(
    [*DOCUMENT, pa.field("input", pa.int64()), pa.field("root", pa.string()), pa.field("failure", pa.string())]
)
#: The id of a document that shares its own with another.
NAMED = pa.schema([("input", pa.int64()), ("order", pa.int64()), ("id", pa.string())])

_COUNTED = re.compile(r"(?:#\d+)+$")


def files(inputs: Sequence[Input]) -> pa.RecordBatch:
    """The inputs as a batch of FILE."""
    rows = [
        {name: getattr(entry, name) for name in FILE.names[2:]} | {"input": number, "path": os.fsencode(entry.path)}
        for number, entry in enumerate(inputs)
    ]
    return pa.RecordBatch.from_pylist(rows, FILE)


def read_files(config: Config) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Kernel FILE -> READ."""

    def kernel(listed: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in listed:
            for row in batch.to_pylist():
                number = row.pop("input")
                yield from _read(Input(**row | {"path": os.fsdecode(row["path"])}), number, config)

    return kernel


def name_again(shared: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Kernel (root, input, order, id), by root and within it in order -> NAMED."""
    rows = (row for batch in shared for row in batch.to_pylist())
    for _, group in groupby(rows, key=lambda row: row["root"]):
        alike = list(group)
        names = Ids().unique([row["id"] for row in alike])
        named = [row | {"id": name} for row, name in zip(alike, names, strict=True)]
        yield pa.RecordBatch.from_pylist([{name: row[name] for name in NAMED.names} for row in named], NAMED)


def failure(row: dict[str, str]) -> CleanseError:
    """The error of a row of READ that is one."""
    if row["failure"] == UnreadableInput.__name__:
        return UnreadableInput(row["path"], row["content"], row["url"])
    kind: type[CleanseError] = getattr(errors, row["failure"])
    return kind(row["content"])


def _read(entry: Input, number: int, config: Config) -> Iterator[pa.RecordBatch]:
    failures: list[CleanseError] = []
    try:
        for batch in read_documents(
            [entry],
            config.read,
            batch_documents=config.run.batch_documents,
            batch_bytes=config.run.batch_bytes,
            on_error=failures.append,
            unique=list,
        ):
            roots = pa.array([_COUNTED.sub("", name) for name in batch["id"].to_pylist()], pa.string())
            numbers = pa.array([number] * len(batch), pa.int64())
            yield pa.record_batch([*batch.columns, numbers, roots, pa.nulls(len(batch), pa.string())], schema=READ)
    except CleanseError as error:
        failures.append(error)
    rows = [
        {"input": number, "order": order, "failure": type(error).__name__}
        | (
            {"path": error.path, "url": error.place, "content": error.problem}
            if isinstance(error, UnreadableInput)
            else {"content": str(error)}
        )
        for order, error in enumerate(failures)
    ]
    if rows:
        yield pa.RecordBatch.from_pylist(rows, READ)
