"""Objects: documents that are in memory already, as Arrow data, strings or dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleanse.errors import UnreadableInput, UsageError, first_line
from cleanse.read.columns import records, wanted
from cleanse.read.fields import Fields, Row, UnfitError, kind
from cleanse.read.sniff import is_page

if TYPE_CHECKING:
    from cleanse.config import Read

_LABEL = "documents"
_EXPECTED = "strings, dicts with text or html, or a table (anything with __arrow_c_stream__)"


def object_rows(documents: object, settings: Read, batch_rows: int) -> Iterator[Row]:
    """One row a document, its position from 0 as its place; an iterable is taken from only as rows are asked for.

    What can be told without taking from it is checked at once. Raises UsageError, FieldNotFound.
    """
    if isinstance(documents, (str, bytes, bytearray, Mapping)):
        raise UsageError(f"documents: expected {_EXPECTED}, not a single {type(documents).__name__}: put it in a list")
    if hasattr(documents, "__arrow_c_stream__") or hasattr(documents, "__arrow_c_array__"):
        table = _reader(documents)
        if table is not None:
            return _table_rows(table, settings, batch_rows)
    if not isinstance(documents, Iterable) or hasattr(documents, "columns"):  # the frame of an older library
        raise UsageError(f"documents: expected {_EXPECTED}, not {type(documents).__name__}")
    return _item_rows(documents, settings)


def _reader(documents: Any) -> pa.RecordBatchReader | None:
    """A reader of a table's batches; None for a single column, which is read as an iterable of strings."""
    try:
        if hasattr(documents, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(documents)
        batch = pa.record_batch(documents)
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
        if isinstance(documents, Iterable) and not hasattr(documents, "columns"):
            return None
        # a data frame would be taken for a list of the names of its columns
        raise UsageError(
            f"documents: the table is none for Arrow ({first_line(error)}): give each column one type and a name of its own, "
            "or leave out those that hold something else"
        ) from None


def _table_rows(reader: pa.RecordBatchReader, settings: Read, batch_rows: int) -> Iterator[Row]:
    try:
        names = wanted(reader.schema, _LABEL, settings)
    except UnreadableInput as error:
        raise UsageError(str(error)) from None
    return _rows_of(records(_slices(reader, batch_rows), names, first=0), settings)


def _rows_of(table: Iterator[tuple[str, dict[str, Any]]], settings: Read) -> Iterator[Row]:
    fields = Fields(settings, _LABEL)
    # The table is known to have what was asked for; the records hold only the columns that play a part.
    for place, record in table:
        yield _row(fields, record, place)


def _slices(reader: pa.RecordBatchReader, rows: int) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def _item_rows(items: Iterable[Any], settings: Read) -> Iterator[Row]:
    fields = Fields(settings, _LABEL)
    required = False
    for position, item in enumerate(items):
        text = item.as_py() if isinstance(item, pa.Scalar) else item
        if isinstance(text, str):
            yield Row(text, "html" if is_page(text) else "text", str(position))
        elif isinstance(item, Mapping):
            if not required:
                fields.require(map(str, item))
                required = True
            yield _row(fields, item, str(position))
        else:
            raise UsageError(f"documents[{position}]: expected a string or a dict with text or html, not {kind(text)}")


def _row(fields: Fields, record: Mapping[str, Any], place: str) -> Row:
    try:
        return fields.row(record, place)
    except UnfitError as problem:
        raise UsageError(f"documents[{place}]: {problem}") from None
