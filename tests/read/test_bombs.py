"""What grows beyond all measure when it is decompressed is refused, by name, before it takes memory."""

from __future__ import annotations

import bz2
import io
import json
import lzma
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from .conftest import Reader, bomb, memory_of_reading

if TYPE_CHECKING:
    from pathlib import Path

FIRST = json.dumps({"id": "first", "text": "read before"}).encode() + b"\n"
_BOMB = "a decompression bomb: grows to more than 200 times its size; if it is none, decompress it first"


def packed(compression: str, megabytes: int = 128) -> bytes:
    """A line and then blank ones."""
    if compression == "gz":
        return bomb(FIRST, megabytes)
    packers: dict[str, Any] = {
        "bz2": bz2.BZ2Compressor,
        "xz": partial(lzma.LZMACompressor, preset=0),
        "zst": zstandard.ZstdCompressor(level=3).compressobj,
    }
    packer = packers[compression]()
    blank = (b" " * 1023 + b"\n") * 1024
    return b"".join([packer.compress(FIRST), *(packer.compress(blank) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize("compression", ["gz", "bz2", "xz", "zst"])
def test_an_archive_that_explodes_is_read_up_to_its_limit(tmp_path: Path, compression: str) -> None:
    (tmp_path / f"x.jsonl.{compression}").write_bytes(packed(compression))
    (tmp_path / "y.txt").write_text("the rest is read")
    told, kilobytes = memory_of_reading(tmp_path)
    assert told["ids"] == ["first", "y.txt"]
    assert told["problems"][-1] == _BOMB
    assert kilobytes < 100_000


def test_an_archive_that_wants_too_much_memory_is_refused(tmp_path: Path, read: Reader) -> None:
    """The header of an xz archive names its dictionary: here a gigabyte and a half."""
    data = bytearray(lzma.compress(FIRST))
    header = 12  # behind the header of the stream
    size = (data[header] + 1) * 4
    block = data[header : header + size]
    at = block.index(b"\x21\x01") + 2  # the filter LZMA2, with one byte of settings
    block[at] = 39
    block[-4:] = zlib.crc32(bytes(block[:-4])).to_bytes(4, "little")
    data[header : header + size] = block
    (tmp_path / "x.jsonl.xz").write_bytes(bytes(data))
    (error,) = read(tmp_path).errors
    assert error.problem == "damaged xz archive: Memory usage limit exceeded"


def column_file(kind: str, table: pa.Table) -> bytes:
    sink = io.BytesIO()
    if kind == "parquet":
        pq.write_table(table, sink, compression="zstd")
    else:
        new = pa.ipc.new_stream if kind == "ipc" else pa.ipc.new_file
        with new(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
    return sink.getvalue()


@pytest.mark.parametrize("kind", ["parquet", "arrow", "ipc"])
def test_a_table_of_one_long_text_in_every_row_is_refused(tmp_path: Path, kind: str) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 500, pa.int32()), pa.array(["x" * 10**7]))
    (tmp_path / f"x.{kind}").write_bytes(column_file(kind, pa.table({"text": words})))
    told, kilobytes = memory_of_reading(tmp_path)
    assert told["problems"] == [_BOMB]
    assert kilobytes < 400_000  # of five gigabytes


@pytest.mark.parametrize("kind", ["parquet", "arrow", "ipc"])
def test_a_table_that_is_compressed_too_well_is_refused_before_it_is_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"x.{kind}").write_bytes(column_file(kind, pa.table({"text": ["x" * 10**8]})))
    told, kilobytes = memory_of_reading(tmp_path)
    assert (told["ids"], told["problems"]) == ([], [_BOMB])
    assert kilobytes < 50_000


def test_a_buffer_that_lies_about_its_size_is_refused(tmp_path: Path, read: Reader) -> None:
    text = "words " * 1000
    head, size, tail = column_file("arrow", pa.table({"text": [text]})).rpartition(len(text).to_bytes(8, "little"))
    assert size
    for name, lie in (("x", 2**41), ("y", 2**20)):
        (tmp_path / f"{name}.arrow").write_bytes(head + lie.to_bytes(8, "little") + tail)
    large, small = read(tmp_path).errors
    assert large.problem == _BOMB
    assert small.problem.startswith("damaged Arrow file: ")


@pytest.mark.parametrize("kind", ["parquet", "arrow", "ipc"])
def test_texts_in_dictionaries_are_read_in_order(tmp_path: Path, read: Reader, kind: str) -> None:
    texts = [None if n % 7 == 0 else f"text {n % 3}" for n in range(3000)]
    table = pa.table({"text": pa.array(texts).dictionary_encode(), "id": [str(n) for n in range(3000)]})
    (tmp_path / f"x.{kind}").write_bytes(column_file(kind, table))
    result = read(tmp_path, documents=100, size=1000)
    assert dict(zip(result.column("id"), result.column("content"), strict=True)) == {
        str(n): text for n, text in enumerate(texts) if text
    }
    assert len(result.errors) == texts.count(None)
