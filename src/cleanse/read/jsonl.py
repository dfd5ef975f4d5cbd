"""JSON: lines of objects, an array of objects, or one object."""

from __future__ import annotations

import codecs
import io
import json
from typing import TYPE_CHECKING, Any

import msgspec

from cleanse.errors import UnreadableInput
from cleanse.read.encoding import guess
from cleanse.read.fields import kind, too_large
from cleanse.read.lines import LineText, numbered_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Record = tuple[str, dict[str, Any]]

_SPACE = b" \t\r\n"
_CHUNK_BYTES = 2**20

#: Longer whole numbers stay text: Python makes none of more than 4,300 digits.
_DIGITS = 4_000
#: Control characters inside strings are wrong JSON and common in scraped dumps.
_LENIENT = json.JSONDecoder(strict=False, parse_int=lambda digits: int(digits) if len(digits) <= _DIGITS else digits)


def json_lines(
    stream: io.BufferedReader, label: str, max_bytes: int, report: Callable[[UnreadableInput], None]
) -> Iterator[Record]:
    """The objects of JSON lines with their line numbers. Blank lines are skipped, broken and too long ones reported."""
    text = LineText(stream)
    for number, line in numbered_lines(stream, max_bytes):
        place = str(number)
        if line is None:
            report(UnreadableInput(label, too_large(max_bytes), place))
        elif line.strip(_SPACE):
            try:
                value = _value(line, text)
            except ValueError as error:
                report(UnreadableInput(label, f"not valid JSON: {error}", place))
                continue
            if isinstance(value, dict):
                yield place, value
            else:
                report(UnreadableInput(label, f"not an object but {kind(value)}", place))


def json_document(
    stream: io.BufferedReader, label: str, max_bytes: int, report: Callable[[UnreadableInput], None]
) -> Iterator[Record]:
    """The objects of a .json file with their numbers: an array (streamed), lines of objects, or a single object."""
    while (head := stream.peek()) and not head.strip(_SPACE):
        stream.read(len(head))
    head = head.lstrip(_SPACE)
    if head.startswith(b"["):
        yield from _elements(stream, label, max_bytes, report)
    elif b"\n" in head and _is_object(head.partition(b"\n")[0]):
        yield from json_lines(stream, label, max_bytes, report)
    elif head:
        data = _read(stream, max_bytes + 1)
        if len(data) > max_bytes:
            raise UnreadableInput(label, f"one JSON object {too_large(max_bytes)}; if it holds lines, name it .jsonl")
        try:
            value = _value(data, LineText(stream))
        except ValueError as error:
            if not any(map(_is_object, data.splitlines())):
                raise UnreadableInput(label, f"not valid JSON: {error}") from None
            yield from json_lines(io.BufferedReader(io.BytesIO(data)), label, max_bytes, report)
            return
        if not isinstance(value, dict):
            raise UnreadableInput(label, f"not an object, nor an array or lines of them, but {kind(value)}")
        yield "1", value


def _value(line: bytes, text: LineText) -> Any:
    """A value, fast, else leniently: lone surrogates, NaN, control characters, other encodings; else ValueError."""
    try:
        return msgspec.json.decode(line)
    except (ValueError, RecursionError):
        try:
            return _LENIENT.decode(text(line).strip("\ufeff \t\r\n"))
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _elements(
    stream: io.BufferedReader, label: str, max_bytes: int, report: Callable[[UnreadableInput], None]
) -> Iterator[Record]:
    """Objects of an array, each parsed as soon as it is whole: the buffer grows to one object, not to the file."""
    head = stream.peek()
    # The head alone settles the encoding: JSON is UTF-8 by its standard, and what is not mostly escapes everything.
    name = "utf-8" if _utf8_so_far(head) else guess(head)
    decoder = codecs.getincrementaldecoder(name)("replace")
    buffer, position, number, ended = "", 0, -1, False
    while True:
        while (position := _next(buffer, position)) == len(buffer) and not ended:
            piece = _read(stream, _CHUNK_BYTES)
            ended = len(piece) < _CHUNK_BYTES
            buffer, position = decoder.decode(piece, ended), 0
        if number < 0:
            number, position = 0, position + 1  # the opening bracket
            continue
        place = str(number + 1)
        if position == len(buffer):
            raise UnreadableInput(label, "not valid JSON: the array is not closed", place)
        if buffer[position] == "]":
            return
        try:
            value, position = _LENIENT.raw_decode(buffer, position)
        except RecursionError:
            raise UnreadableInput(label, "not valid JSON: nested too deeply", place) from None
        except json.JSONDecodeError as error:
            # An error that is not about the end of the buffer will not be mended by more of it.
            cut = error.msg.startswith("Unterminated string") or error.pos >= len(buffer) - 16
            if ended or not cut:
                raise UnreadableInput(label, f"not valid JSON: {error}", place) from None
            if len(buffer) - position > max_bytes:
                raise UnreadableInput(label, too_large(max_bytes), place) from None
            piece = _read(stream, max(_CHUNK_BYTES, len(buffer) - position))
            ended = not piece
            buffer, position = buffer[position:] + decoder.decode(piece, ended), 0
            continue
        number += 1
        if isinstance(value, dict):
            yield place, value
        else:
            report(UnreadableInput(label, f"not an object but {kind(value)}", place))


def _utf8_so_far(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _next(buffer: str, position: int) -> int:
    while position < len(buffer) and buffer[position] in " \t\r\n,":
        position += 1
    return position


def _read(stream: io.BufferedReader, size: int) -> bytes:
    """Up to ``size`` bytes, without setting the memory of all of them aside first."""
    pieces = []
    while size > 0 and (piece := stream.read(min(size, _CHUNK_BYTES))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
