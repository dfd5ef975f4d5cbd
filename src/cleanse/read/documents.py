"""Documents: the rows of all inputs with unique ids, a source each and an order, in batches of bounded size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from cleanse.errors import UnreadableInput
from cleanse.read.archives import open_seekable, open_stream
from cleanse.read.encoding import forced_codec, utf8
from cleanse.read.formats import FORMATS, Opened
from cleanse.read.ids import Ids
from cleanse.read.inputs import STDIN, Input
from cleanse.read.objects import object_rows
from cleanse.read.sniff import binary_kind, sniff_format
from cleanse.read.sources import own_address, site
from cleanse.schema import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cleanse.config import Read
    from cleanse.read.fields import Row


def read_documents(
    inputs: Sequence[Input],
    settings: Read,
    *,
    batch_documents: int,
    batch_bytes: int,
    on_error: Callable[[UnreadableInput], None],
    unique: Callable[[list[str]], list[str]] | None = None,
) -> Iterator[pa.RecordBatch]:
    """The documents of inputs as batches of DOCUMENT, streamed; what cannot be read goes to ``on_error``.

    A batch holds at most ``batch_documents``, and at most ``batch_bytes`` of content unless one document alone has
    more. ``url``, ``date`` and ``title`` are null where the input says nothing. NULs and lone surrogates of any field
    become U+FFFD. An id that was seen before gets "#2", "#3" ...; ``unique`` names the documents of a batch otherwise.
    Raises ConfigError for an unknown encoding, FieldNotFound for a field of the settings that a table does not have.
    """
    forced = forced_codec(settings.encoding)

    def found() -> Iterator[tuple[Row, str, str, str]]:
        for entry in inputs:
            label = entry.label
            folder, stem = entry.folder, entry.folder if entry.path == STDIN else entry.stem
            try:
                for row in _rows(entry, settings, forced, batch_documents, batch_bytes, on_error):
                    mark = f":{row.place}" if row.place else ""
                    yield row, entry.name + mark, label + mark, stem if mark else folder
            except UnreadableInput as error:
                on_error(error)

    return _batches(found(), batch_documents, batch_bytes, unique or Ids().unique)


def from_objects(
    documents: object, settings: Read, *, batch_documents: int, batch_bytes: int
) -> Iterator[pa.RecordBatch]:
    """Documents in memory as batches of DOCUMENT, lazily: Arrow data, or an iterable of strings or of dicts.

    Without an id, a document's position from 0 is its id. Raises UsageError naming the position of what is no document.
    """
    found = ((row, row.place, "", "") for row in object_rows(documents, settings, batch_documents))
    return _batches(found, batch_documents, batch_bytes, Ids().unique)


def _rows(
    entry: Input,
    settings: Read,
    forced: str,
    batch_documents: int,
    batch_bytes: int,
    on_error: Callable[[UnreadableInput], None],
) -> Iterator[Row]:
    with open_stream(entry) as stream:
        head = stream.peek()
        form = FORMATS[entry.format or sniff_format(head)]
        wide = forced.startswith(("utf-16", "utf-32"))
        if not form.binary and not wide and (kind := binary_kind(head)):
            raise UnreadableInput(entry.label, f"not text: looks like {kind}")
        opened = Opened(stream, entry.label, settings, forced, batch_documents, batch_bytes, on_error)
        if form.seekable:
            with open_seekable(entry, stream) as file:
                yield from form.read(replace(opened, stream=file))
        else:
            yield from form.read(opened)


def _batches(
    found: Iterable[tuple[Row, str, str, str]],
    batch_documents: int,
    batch_bytes: int,
    unique: Callable[[list[str]], list[str]],
) -> Iterator[pa.RecordBatch]:
    """Batches of (row, id if it has none, path, source if it has none)."""
    batch: list[tuple[Any, ...]] = []
    held = 0
    for order, (row, own_id, path, own_source) in enumerate(found):
        # what is ASCII is its own UTF-8
        content = row.content if row.content.isascii() and "\0" not in row.content else utf8(row.content)
        if batch and held + len(content) > batch_bytes:
            yield _batch(batch, unique)
            batch, held = [], 0
        url = row.url.strip() or (own_address(row.content) if row.format == "html" else "")
        source = row.source or (site(url) if url else "") or own_source
        known = url or None, row.date or None, row.title or None
        batch.append((order, row.id or own_id, source, *known, path, row.format, content))
        held += len(content)
        if len(batch) == batch_documents or held >= batch_bytes:
            yield _batch(batch, unique)
            batch, held = [], 0
    if batch:
        yield _batch(batch, unique)


def _batch(batch: list[tuple[Any, ...]], unique: Callable[[list[str]], list[str]]) -> pa.RecordBatch:
    columns = dict(zip(DOCUMENT.names, zip(*batch, strict=True), strict=True))
    columns["id"] = tuple(unique(list(columns["id"])))
    made = [
        pa.array(columns[field.name], field.type) if field.name in ("order", "content") else _texts(columns[field.name])
        for field in DOCUMENT
    ]
    return pa.record_batch(made, schema=DOCUMENT)


def _texts(values: Sequence[str | None]) -> pa.StringArray:
    try:
        column = pa.array(values, pa.string())
        if not pc.any(pc.match_substring(column, "\0")).as_py():
            return column
    except UnicodeEncodeError:
        pass
    return pa.array([None if value is None else utf8(value) for value in values], pa.string())
