"""Fields: which columns of a table are a document's text, id, source ..., and rows made of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cleanse.errors import FieldNotFound, UnreadableInput
from cleanse.read.encoding import declared_charset, decode
from cleanse.read.sniff import is_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cleanse.config import Read

DEFAULTS = {
    "text": ("text", "content", "body", "raw_content", "maintext"),
    "html": ("html", "raw_html", "page_html"),
    "id": ("id", "doc_id", "uuid", "_id"),
    "source": ("source", "site", "domain", "publisher"),
    "url": ("url", "link", "uri", "href"),
    "date": ("date", "published", "publish_date", "published_at", "timestamp", "created"),
    "title": ("title", "headline"),
}

#: A file whose first records all lack a text field is no table of documents: the rest would only list its lines.
_PATIENCE = 1000

#: Sets of field names whose choice is remembered; records of one file have few.
_REMEMBERED = 1000


class Row(NamedTuple):
    """A document before it has an order and an id of its own. "" where the input says nothing."""

    content: str
    format: str
    place: str = ""
    id: str = ""
    source: str = ""
    url: str = ""
    date: str = ""
    title: str = ""


class Columns(NamedTuple):
    """The field that plays each part, None for none."""

    text: str | None
    html: str | None
    id: str | None
    source: str | None
    url: str | None
    date: str | None
    title: str | None


class UnfitError(ValueError):
    """A record that makes no document; the message says why."""


class Fields:
    """The choice of fields for one table, by the settings or the usual names."""

    def __init__(self, settings: Read, label: str) -> None:
        self._label = label
        self._max = settings.max_document_bytes
        self._asked = {part: str(getattr(settings, f"{part}_field", "")) for part in DEFAULTS}
        self._chosen: dict[tuple[str, ...], Columns] = {}

    def require(self, names: Iterable[str]) -> None:
        """Raises FieldNotFound if a field that the settings name is not among the names."""
        names = list(names)
        for asked in self._asked.values():
            if asked and asked not in names:
                raise FieldNotFound(f"{self._label}: no field {asked!r}; it has: {listed(names)}")

    def choose(self, names: tuple[str, ...]) -> Columns:
        """The fields among the names, exactly written ones first; where only text or html is asked for, not both."""
        if (columns := self._chosen.get(names)) is None:
            folded = {str(name).casefold(): name for name in reversed(names)}
            columns = Columns(**{part: self._find(part, names, folded) for part in DEFAULTS})
            if self._asked["text"] and not self._asked["html"]:
                columns = columns._replace(html=None)
            elif self._asked["html"] and not self._asked["text"]:
                columns = columns._replace(text=None)
            if len(self._chosen) >= _REMEMBERED:
                self._chosen.clear()
            self._chosen[names] = columns
        return columns

    def row(self, record: Mapping[str, Any], place: str) -> Row:
        """The document of a record; raises UnfitError, with the problem as its text."""
        columns = self.choose(tuple(record))
        html = record[columns.html] if columns.html is not None else None
        html = None if is_missing(html) else html
        if columns.html is not None and (html or columns.text is None):
            content, form = self._content(columns.html, html), "html"
        elif columns.text is not None:
            content = self._content(columns.text, record[columns.text])
            form = "html" if is_page(content) else "text"
        else:
            raise UnfitError(f"no field that holds text; it has: {listed(record)}")
        values = [record[name] if name is not None else "" for name in columns[2:]]
        return Row(content, form, place, *[value if type(value) is str else as_text(value) for value in values])

    def _find(self, part: str, names: tuple[str, ...], folded: Mapping[str, str]) -> str | None:
        if asked := self._asked[part]:
            return asked if asked in names else None
        exact = next((name for name in DEFAULTS[part] if name in names), None)
        return exact or next((folded[name] for name in DEFAULTS[part] if name in folded), None)

    def _content(self, name: str, value: Any) -> str:
        if isinstance(value, (bytes, bytearray, memoryview)):
            value = decode(bytes(value), declared_charset(bytes(value[:4096])))
        if is_missing(value):
            raise UnfitError(f"field {name!r} is null")
        if not isinstance(value, str):
            raise UnfitError(f"field {name!r} holds {kind(value)}, not text")
        if len(value) > self._max:
            raise UnfitError(too_large(self._max))
        return value


def rows(
    records: Iterable[tuple[str, Mapping[str, Any]]],
    settings: Read,
    label: str,
    report: Callable[[UnreadableInput], None],
) -> Iterator[Row]:
    """Documents of a table's records, each with its place; unfit records are reported.

    Raises FieldNotFound at the first record that lacks a field of the settings, and UnreadableInput at the end of a
    table (or after its first 1000 records) in which no record has a field for text.
    """
    fields = Fields(settings, label)
    first: Mapping[str, Any] | None = None
    textless: list[tuple[str, str]] = []
    text_seen = False
    for place, record in records:
        if first is None:
            first = record
            fields.require(record)
        try:
            row = fields.row(record, place)
        except UnfitError as problem:
            columns = fields.choose(tuple(record))
            if text_seen or columns.text is not None or columns.html is not None:
                report(UnreadableInput(label, str(problem), place))
            else:
                textless.append((place, str(problem)))
                if len(textless) == _PATIENCE:
                    break
            continue
        if not text_seen:
            text_seen = True
            for earlier, problem_then in textless:
                report(UnreadableInput(label, problem_then, earlier))
        yield row
    if textless and not text_seen:
        assert first is not None
        raise UnreadableInput(label, f"no field that holds text; it has: {listed(first)}; name one with --text-field")


def as_text(value: Any) -> str:
    """An id, date or name as text, "" for none; MongoDB's {"$oid": ...} and {"$date": ...} are what they hold.

    >>> as_text(7), as_text({"$oid": "5f"}), as_text(None)
    ('7', '5f', '')
    """
    if isinstance(value, str):
        return value
    if is_missing(value):
        return ""
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, dict) and len(value) == 1 and str(next(iter(value))).startswith("$"):
        return as_text(next(iter(value.values())))
    if isinstance(value, (dict, list, tuple)):
        try:
            return msgspec.json.encode(value, enc_hook=str).decode()
        except UnicodeEncodeError:  # a lone surrogate
            return json.dumps(value, default=str)
    return str(value)


def is_missing(value: Any) -> bool:
    """Whether a value stands for none: None, or what pandas has for it, NaN, NaT and NA.

    >>> is_missing(None), is_missing(float("nan")), is_missing("")
    (True, True, False)
    """
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # NA says of nothing whether it is equal; nor does an array
        return type(value).__name__ == "NAType"


def kind(value: Any) -> str:
    """What a value is, in words for an error."""
    if isinstance(value, bool):
        return "true or false"
    names = {int: "a number", float: "a number", list: "a list", dict: "an object", str: "a string", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def listed(names: Iterable[str]) -> str:
    """Field names for an error, cut where they get too many to read."""
    names = [str(name)[:60] for name in names]
    return ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "") if names else "no fields"


def too_large(max_bytes: int) -> str:
    """The problem of a document above read.max_document_bytes."""
    size = f"{max_bytes // 2**20} MB" if max_bytes % 2**20 == 0 else f"{max_bytes} bytes"
    return f"larger than {size}: raise read.max_document_bytes"
