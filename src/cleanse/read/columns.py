"""Columns: Parquet files, Arrow files and streams, and Arrow data in memory."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleanse.errors import UnreadableInput, first_line
from cleanse.read.bounds import BOMB, most_bytes
from cleanse.read.fields import Fields, listed
from cleanse.read.messages import declared_sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cleanse.config import Read

Record = tuple[str, dict[str, Any]]

_ARROW_FILE = b"ARROW1"
_OLD_FEATHER = b"FEA1"


def parquet_records(file: IO[bytes], label: str, settings: Read, rows: int, max_bytes: int) -> Iterator[Record]:
    """Rows of a Parquet file with their numbers from 1.

    At most ``rows`` of them are held at once, fewer where they would take more than about ``max_bytes`` by the file's
    own count.
    """
    most = most_bytes(file.seek(0, io.SEEK_END))
    try:
        # Without pre-buffering: it would hold the bytes of a whole row group.
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=2**20) as parquet:
            meta = parquet.metadata
            size = sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups))
            if size > most:
                raise UnreadableInput(label, BOMB)
            fitting = max_bytes * max(meta.num_rows, 1) // max(size, 1)
            names = wanted(parquet.schema_arrow, label, settings) if meta.num_rows else []
            texts = [name for name in names if _is_string(parquet.schema_arrow.field(name).type)]
        # As dictionaries: one long text that stands in a thousand rows is held once.
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=2**20, read_dictionary=texts) as parquet:
            batches = parquet.iter_batches(batch_size=max(1, min(rows, fitting)), columns=names)
            yield from records(_slices(batches, rows, max_bytes, most, label), names)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableInput(label, f"damaged Parquet file: {first_line(error)}") from None


def arrow_records(file: IO[bytes], label: str, settings: Read, rows: int, max_bytes: int) -> Iterator[Record]:
    """Rows of an Arrow IPC file or stream (Feather 2 is the former) with their numbers from 1, as `parquet_records`."""
    most = most_bytes(file.seek(0, io.SEEK_END))
    file.seek(0)
    magic = file.read(len(_ARROW_FILE))
    if magic.startswith(_OLD_FEATHER):
        raise UnreadableInput(label, "a Feather file of version 1: write it again as version 2")
    try:
        file.seek(8 if magic == _ARROW_FILE else 0)  # behind the magic and its padding a file is a stream
        if any(size > most for size in declared_sizes(file)):
            raise UnreadableInput(label, BOMB)
        file.seek(0)
        reader = pa.ipc.open_file(file) if magic == _ARROW_FILE else pa.ipc.open_stream(file)
        names = wanted(reader.schema, label, settings)
        yield from records(_slices(_batches(reader), rows, max_bytes, most, label), names)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableInput(label, f"damaged Arrow file: {first_line(error)}") from None


def wanted(schema: pa.Schema, label: str, settings: Read) -> list[str]:
    """The columns that play a part.

    Raises FieldNotFound for one that was asked for and is not there, UnreadableInput if none, or not that one, is text.
    """
    fields = Fields(settings, label)
    fields.require(schema.names)
    columns = fields.choose(tuple(schema.names))
    for name in columns:
        if name and schema.names.count(name) > 1:
            raise UnreadableInput(label, f"{schema.names.count(name)} columns are named {name!r}; write it with one")
    contents = [name for name in (columns.html, columns.text) if name]
    readable = [name for name in contents if _holds_text(schema.field(name).type)]
    asked = {settings.text_field, settings.html_field}
    if not readable or asked.intersection(contents) - set(readable):
        held = [f"{field.name} ({field.type})" for field in schema]
        raise UnreadableInput(label, f"no field that holds text; it has: {listed(held)}; name one with --text-field")
    return list(dict.fromkeys(readable + [name for name in columns[2:] if name]))


def records(batches: Iterable[pa.RecordBatch], names: list[str], first: int = 1) -> Iterator[Record]:
    """Rows of batches as dicts of the named columns, text where it can be: an id of 7 is "7", a date its ISO form."""
    number = first
    for batch in batches:
        columns = [_column(batch, name) for name in names]
        for values in zip(*columns, strict=True):
            yield str(number), dict(zip(names, values, strict=True))
            number += 1


def _column(batch: pa.RecordBatch, name: str) -> list[Any]:
    try:
        return _values(batch.column(batch.schema.names.index(name)))
    except (UnicodeDecodeError, LookupError, OverflowError) as error:
        # text in a struct that is not UTF-8, a time zone that there is not
        raise pa.ArrowInvalid(f"column {name!r}: {first_line(error)}") from None


def _values(column: pa.Array) -> list[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string_view(kind.value_type):  # of Polars' categories; Arrow cannot cast them
            return list(column.to_pylist())
        column, kind = column.cast(kind.value_type), kind.value_type
    if _is_binary(kind):
        return list(column.to_pylist())  # decoded as bytes of unknown encoding where it is made text
    if not _is_string(kind):
        try:
            column = pc.cast(column, pa.large_string())
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            return list(column.to_pylist())
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        # Writers are trusted by Arrow to write UTF-8, and some do not.
        return list(column.cast(pa.large_string()).cast(pa.large_binary()).to_pylist())


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    count = getattr(reader, "num_record_batches", None)
    for batch in reader if count is None else map(reader.get_batch, range(count)):
        batch.validate(full=True)  # offsets of a damaged file may point anywhere
        yield batch


def _slices(
    batches: Iterable[pa.RecordBatch], rows: int, max_bytes: int, most: int, label: str
) -> Iterator[pa.RecordBatch]:
    """Pieces of batches of so many rows and bytes, once dictionaries are undone; above ``most`` in all they are a bomb."""
    given = 0
    for batch in batches:
        ends = np.cumsum(_undone_bytes(batch))
        start = 0
        while start < batch.num_rows:
            before = int(ends[start - 1]) if start else 0
            fitting = int(np.searchsorted(ends, before + max_bytes, "right"))
            end = max(start + 1, min(fitting, start + rows))
            given += int(ends[end - 1]) - before
            if given > most:
                raise UnreadableInput(label, BOMB)
            yield batch.slice(start, end - start)
            start = end


def _undone_bytes(batch: pa.RecordBatch) -> np.ndarray[Any, np.dtype[np.int64]]:
    """What each row's texts take that are in dictionaries."""
    sizes = np.zeros(batch.num_rows, np.int64)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and _holds_text(column.type):
            lengths = pc.binary_length(column.dictionary).cast(pa.int64())
            sizes += pc.fill_null(lengths.take(column.indices), 0).to_numpy(zero_copy_only=False)
    return sizes


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    # a column without a value has no type: that of no rows, or of rows that are named one by one
    return _is_string(kind) or _is_binary(kind) or bool(pa.types.is_null(kind))


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind))
