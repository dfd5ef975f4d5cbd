"""Formats: the endings that each has, and how a file of it becomes rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleanse.errors import UnreadableInput
from cleanse.read.columns import arrow_records, parquet_records
from cleanse.read.delimited import delimited_rows
from cleanse.read.encoding import declared_charset, decode, decode_as
from cleanse.read.fields import Row, rows, too_large
from cleanse.read.jsonl import json_document, json_lines
from cleanse.read.lines import utf8_stream
from cleanse.read.warc import warc_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cleanse.config import Read

_CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read.

    ``stream`` gives its bytes, decompressed; ``label`` names it in errors; ``codec`` is the encoding that was asked for,
    or "". What is wrong with a part of it goes to ``on_error``.
    """

    stream: Any
    label: str
    settings: Read
    codec: str
    batch_documents: int
    batch_bytes: int
    on_error: Callable[[UnreadableInput], None]

    @property
    def limit(self) -> int:
        """The bytes that one document may have."""
        return self.settings.max_document_bytes


@dataclass(frozen=True, slots=True)
class Format:
    """What a file with one of the ``endings`` is, and how it is read.

    ``binary``: its bytes are no text, and are not looked at before. ``seekable``: it is not read from front to end.
    """

    endings: tuple[str, ...]
    read: Callable[[Opened], Iterator[Row]]
    binary: bool = False
    seekable: bool = False


def _text(file: Opened) -> Iterator[Row]:
    data = _whole(file)
    yield Row(decode_as(data, file.codec) if file.codec else decode(data, None), "text")


def _html(file: Opened) -> Iterator[Row]:
    data = _whole(file)
    yield Row(decode_as(data, file.codec) if file.codec else decode(data, declared_charset(data[:4096])), "html")


def _json_lines(file: Opened) -> Iterator[Row]:
    return _table(file, json_lines(utf8_stream(file.stream, file.codec), file.label, file.limit, file.on_error))


def _json(file: Opened) -> Iterator[Row]:
    return _table(file, json_document(utf8_stream(file.stream, file.codec), file.label, file.limit, file.on_error))


def _csv(file: Opened, delimiter: str = "") -> Iterator[Row]:
    table = utf8_stream(file.stream, file.codec)
    return _table(file, delimited_rows(table, file.label, file.limit, file.on_error, delimiter))


def _tsv(file: Opened) -> Iterator[Row]:
    return _csv(file, "\t")


def _parquet(file: Opened) -> Iterator[Row]:
    return _table(file, parquet_records(file.stream, file.label, file.settings, file.batch_documents, file.batch_bytes))


def _arrow(file: Opened) -> Iterator[Row]:
    return _table(file, arrow_records(file.stream, file.label, file.settings, file.batch_documents, file.batch_bytes))


def _warc(file: Opened) -> Iterator[Row]:
    return warc_rows(file.stream, file.label, file.limit, file.codec, file.on_error)


#: The formats by name. One that `sniff.sniff_format` does not know is known by its endings alone.
FORMATS: Mapping[str, Format] = {
    "text": Format((".txt", ".text", ".md", ".markdown"), _text),
    "html": Format((".html", ".htm", ".xhtml"), _html),
    "jsonl": Format((".jsonl", ".ndjson"), _json_lines),
    "json": Format((".json",), _json),
    "csv": Format((".csv",), _csv),
    "tsv": Format((".tsv",), _tsv),
    "parquet": Format((".parquet",), _parquet, binary=True, seekable=True),
    "arrow": Format((".arrow", ".feather", ".ipc"), _arrow, binary=True, seekable=True),
    "warc": Format((".warc", ".wet"), _warc, binary=True),
}

#: The format of each ending.
ENDINGS: Mapping[str, str] = {ending: name for name, form in FORMATS.items() for ending in form.endings}


def _table(file: Opened, records: Any) -> Iterator[Row]:
    """The rows of records, by the fields that the settings name."""
    return rows(records, file.settings, file.label, file.on_error)


def _whole(file: Opened) -> bytes:
    """The bytes of a one-document file; of a larger one (or a bomb) no more than the limit is ever held."""
    data = bytearray()
    while len(data) <= file.limit and (piece := file.stream.read(min(_CHUNK_BYTES, file.limit + 1 - len(data)))):
        data += piece
    if len(data) > file.limit:
        raise UnreadableInput(file.label, too_large(file.limit))
    return bytes(data)
