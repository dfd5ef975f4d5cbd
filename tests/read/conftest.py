"""What the tests of reading share: reading a path in one call, and files in every format."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from cleanse.config import Read
from cleanse.read import Input, find_inputs, read_documents

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.errors import UnreadableInput

RECORDS = [
    {
        "id": "a",
        "url": "https://www.example.org/heron",
        "date": "2024-05-01",
        "title": "Heron",
        "text": 'Grey, "tall"\nbird',
    },
    {
        "id": "b",
        "url": "http://news.example.co.uk/x",
        "date": "2024-05-02",
        "title": "Żuraw",
        "text": "鶴 и журавль, 두루미",
    },
]

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": partial(gzip.compress, mtime=0),  # the same bytes in every process, which name tests by them
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


@dataclass
class Reading:
    """What one run of reading gave."""

    batches: list[pa.RecordBatch]
    rows: list[dict[str, Any]]
    errors: list[UnreadableInput]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]

    @property
    def problems(self) -> list[str]:
        return [str(error) for error in self.errors]


Reader = Callable[..., Reading]


def read_entries(entries: list[Input], documents: int = 1000, size: int = 2**24, **settings: Any) -> Reading:
    errors: list[UnreadableInput] = []
    found = read_documents(
        entries, Read(**settings), batch_documents=documents, batch_bytes=size, on_error=errors.append
    )
    batches = list(found)
    return Reading(batches, [row for batch in batches for row in batch.to_pylist()], errors)


@pytest.fixture
def read() -> Reader:
    return lambda *paths, **settings: read_entries(find_inputs(paths), **settings)


def table_bytes(extension: str, records: list[dict[str, Any]] = RECORDS) -> bytes:
    """The records as a file of a table format."""
    if extension in (".jsonl", ".ndjson"):
        return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)
    if extension == ".json":
        return json.dumps(records, indent=1).encode()
    if extension in (".csv", ".tsv"):
        text = io.StringIO()
        writer = csv.DictWriter(text, list(records[0]), delimiter="," if extension == ".csv" else "\t")
        writer.writeheader()
        writer.writerows(records)
        return text.getvalue().encode()
    table, sink = pa.Table.from_pylist(records), io.BytesIO()
    if extension == ".parquet":
        pq.write_table(table, sink)
    else:
        new = pa.ipc.new_stream if extension == ".ipc" else pa.ipc.new_file
        with new(sink, table.schema) as writer:
            writer.write_table(table)
    return sink.getvalue()


def bomb(head: bytes, megabytes: int = 256) -> bytes:
    """A gzip archive of ``head`` and that many megabytes of spaces, a thousandth as large."""
    packer = zlib.compressobj(9, wbits=31)
    packed = [packer.compress(head), *(packer.compress(b" " * 2**20) for _ in range(megabytes)), packer.flush()]
    return b"".join(packed)


def memory_of_reading(path: Path, **settings: Any) -> tuple[dict[str, list[str]], int]:
    """What a process of its own read: ids, places and problems of its errors; and the kilobytes that reading took."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path), json.dumps(settings)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    kilobytes = told.pop("kilobytes")
    return told, kilobytes


_MEASURED = """
import json, resource, sys
import pyarrow.parquet
from cleanse.config import Read
from cleanse.read import find_inputs, read_documents

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

errors = []
found = find_inputs([sys.argv[1]])
settings = Read(**json.loads(sys.argv[2]))
before = peak()
batches = read_documents(found, settings, batch_documents=1024, batch_bytes=2**24, on_error=errors.append)
ids = [name for batch in batches for name in batch["id"].to_pylist()]
places, problems = [error.place for error in errors], [error.problem for error in errors]
print(json.dumps({"ids": ids, "places": places, "problems": problems, "kilobytes": peak() - before}))
"""
