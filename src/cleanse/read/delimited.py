"""Delimited tables: CSV and TSV, with whatever delimiter their header shows."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from cleanse.errors import UnreadableInput
from cleanse.read.fields import too_large
from cleanse.read.lines import LineText, numbered_lines

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

_DELIMITERS = ",;\t|"


def delimited_rows(
    stream: io.BufferedReader,
    label: str,
    max_bytes: int,
    report: Callable[[UnreadableInput], None],
    delimiter: str = "",
) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Rows by the header's names, each with the line it begins on; the header shows the delimiter if none is given.

    Rows with more fields than the header are reported: which field an unquoted comma broke cannot be told. A row that
    ends early has None in the rest.
    """
    _admit_fields_of(max_bytes)
    texts = _texts(stream, label, max_bytes)
    header_line = next((line for line in texts if line.strip()), None)
    if header_line is None:
        return
    chosen = delimiter or max(_DELIMITERS, key=header_line.count)
    reader = csv.reader(_from(header_line, texts), delimiter=chosen)
    header: list[str] = []
    begin = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableInput(label, f"not valid CSV: {_problem(str(error))}", str(begin)) from None
        place, begin = str(begin), reader.line_num + 1
        if not header:
            header = [name.strip() for name in cells]
        elif len(cells) > len(header):
            report(UnreadableInput(label, f"the row has {len(cells)} fields, the header {len(header)}", place))
        elif cells:
            # Reversed, so that of two columns of one name the first counts.
            row: dict[str, str | None] = dict.fromkeys(header)
            row.update(reversed(list(zip(header, cells, strict=False))))
            yield place, row


def _problem(error: str) -> str:
    if "limit" in error:
        return f"{error}; a quote that is never closed?"
    return "a carriage return alone ends no line: make it a newline" if "new-line" in error else error


def _texts(stream: io.BufferedReader, label: str, max_bytes: int) -> Iterator[str]:
    text = LineText(stream)
    for number, line in numbered_lines(stream, max_bytes):
        if line is None:
            raise UnreadableInput(label, f"a line {too_large(max_bytes)}", str(number))
        yield text(line)


def _from(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _admit_fields_of(size: int) -> None:
    """Raises, never lowers, the csv module's limit: one for the process, at first 131,072, which many pages exceed."""
    if csv.field_size_limit() < size:
        csv.field_size_limit(size)
