"""WARC and WET files: the pages of a crawl, record by record, whatever is damaged between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cleanse.errors import UnreadableInput, UsageError
from cleanse.read.encoding import codec, declared_charset, decode, decode_as
from cleanse.read.fields import Row, too_large
from cleanse.read.payload import decoded_payload, joined_chunks
from cleanse.read.sniff import binary_kind, sniff_format

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

_MARK = b"WARC/"

#: Headers of a record are refused above this: those of crawlers have one or two thousand bytes, long addresses included.
_HEADER_BYTES = 2**16
_CHUNK_BYTES = 2**20

#: Media types that hold a page, and how it is read; "" is for responses that do not say.
_TYPES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "": ""}

#: Responses with a page of their own: not 204 and 205, which have none, nor 206, a part of one.
_STATUS = range(200, 204)


#: How responses begin, those of old streaming servers too.
_STATUS_LINE = re.compile(rb"(?:HTTP/[0-9.]+|ICY)[ \t]+([0-9]{3}[^\r\n]*)\r?\n", re.IGNORECASE)
_IS_RESPONSE = re.compile(rb"WARC-Type:[ \t]*response\s*$", re.IGNORECASE)
_HEAD_END = re.compile(rb"\n\r?\n")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class _DamagedError(ValueError):
    """A record that is no page as it should be; the next one stands where it says."""


class _MisplacedError(ValueError):
    """No record where one should be: where the next one stands is not known."""


def warc_rows(
    stream: io.BufferedReader, label: str, max_bytes: int, forced: str, report: Callable[[UnreadableInput], None]
) -> Iterator[Row]:
    """The pages among the records of a WARC or WET file: 2xx responses that are HTML or text, and conversions.

    The place of a row is the number of its record from 1, counting all. Damaged, truncated and too large records are
    reported by theirs and the next one is looked for; requests, revisits, images ... are passed over. Raises UsageError
    without the package that parses records.
    """
    try:
        from fastwarc.warc import WarcRecord
    except ImportError:
        raise UsageError(f"{label}: WARC files need one package more: pip install 'cleanse[warc]'") from None
    archive: Any = stream.raw
    number, begins = 0, True
    held: Row | None = None  # until the archive is known to be sound behind it: checksums stand at the end
    while True:
        number += 1
        try:
            version = _version_line(stream, begins)
            if held:
                yield held
                held = None
            if not version:
                return
            begins = True
            record, length = _record(version, stream, max_bytes + _HEADER_BYTES)
            page = _page(WarcRecord.from_bytes(record), length, max_bytes, forced)
            held = page and page._replace(place=str(number))
        except _MisplacedError as error:
            begins = False
            report(UnreadableInput(label, str(error), str(number)))
        except UnreadableInput as error:
            if held and archive.begun:
                number, held = number - 1, None
            begins = False
            report(UnreadableInput(label, error.problem, str(number)))
            if not archive.resume():
                if held:
                    yield held
                return
        except (_DamagedError, OSError) as error:
            report(UnreadableInput(label, f"damaged record: {error}", str(number)))


def _version_line(stream: io.BufferedReader, begins: bool) -> bytes:
    """The line that the next record begins with: after blank ones where one ``begins``, else somewhere below."""
    while line := stream.readline(_HEADER_BYTES):
        if line.startswith(_MARK):
            return line
        if begins and line.strip():
            raise _MisplacedError("no record begins where the one before ends: looking for the next")
    return b""


def _record(version: bytes, stream: io.BufferedReader, max_bytes: int) -> tuple[bytes, int]:
    """A record whose block is cut after ``max_bytes``, which is as much as is ever held, and how long the block is."""
    lines, size, length = [version.rstrip(b"\r\n") + b"\r\n"], 0, -1
    while (line := stream.readline(_HEADER_BYTES)).strip():
        size += len(line)
        if size > _HEADER_BYTES:
            raise _MisplacedError("damaged record: its header has no end")
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value) if value.strip().isdigit() and len(value) < 20 else -1
        else:
            lines.append(line.rstrip(b"\r\n") + b"\r\n")
    if length < 0:
        raise _MisplacedError("damaged record: it does not say how long it is")
    block = _read(stream, min(length, max_bytes))
    missing = length - len(block)
    while missing and (piece := stream.read(min(missing, _CHUNK_BYTES))):
        missing -= len(piece)
    if missing:
        raise _DamagedError(f"{length - missing:,} of its {length:,} bytes are there")
    if any(map(_IS_RESPONSE.match, lines)) and (status := _STATUS_LINE.match(block)):
        block = _as_http(block, status)
        # whatever the record says that it is: only of this type the package takes the headers apart
        lines = [line for line in lines if not line.lower().startswith(b"content-type:")]
        lines.append(b"Content-Type: application/http; msgtype=response\r\n")
    return b"".join((*lines, b"Content-Length: %d\r\n\r\n" % len(block), block)), length


def _as_http(block: bytes, status: re.Match[bytes]) -> bytes:
    """A response with its status line and line ends as the standard has them, which some servers do without."""
    end = _HEAD_END.search(block, status.end() - 1)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    lines = [b"HTTP/1.1 " + status[1], *head.splitlines()[1:]]
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def _read(stream: io.BufferedReader, size: int) -> bytes:
    pieces = []
    while size and (piece := stream.read(min(size, _CHUNK_BYTES))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _page(record: Any, length: int, max_bytes: int, forced: str) -> Row | None:
    """The page of a record; None if it holds none. Raises _DamagedError for a page that cannot be read."""
    kind = (record.headers.get("WARC-Type") or "").lower()
    if kind not in ("response", "conversion"):
        return None
    if kind == "response":
        record.parse_http(auto_decode="none")
        if record.http_headers is None or not record.http_headers.status_code:
            if "http" not in (record.headers.get("Content-Type") or "http").lower():  # of another service, such as dns
                return None
            raise _DamagedError("its response does not begin as one of a web server does")
        if record.http_headers.status_code not in _STATUS:
            return None
        form = _TYPES.get(_media_type(record.http_headers.get("Content-Type")))
    else:
        form = _TYPES.get(_media_type(record.headers.get("Content-Type")))
    if form is None:
        return None
    if length > max_bytes + _HEADER_BYTES:
        raise _DamagedError(too_large(max_bytes))
    data = record.reader.read()
    if kind == "response":
        if "chunked" in (record.http_headers.get("Transfer-Encoding") or "").lower():
            data = joined_chunks(data)
        data = decoded_payload(data, record.http_headers.get("Content-Encoding") or "", max_bytes)
    if len(data) > max_bytes:
        raise _DamagedError(too_large(max_bytes))
    if not form and (binary_kind(data) or (form := sniff_format(data)) != "html"):
        return None
    if problem := binary_kind(data):
        raise _DamagedError(f"not text: looks like {problem}")
    charset = record.http_charset if kind == "response" else "utf-8"
    if form == "html" and not (charset and codec(charset)):
        charset = declared_charset(data)
    headers = record.headers
    return Row(
        decode_as(data, forced) if forced else decode(data, charset),
        form,
        id=(record.record_id or "").strip("<>"),
        url=(headers.get("WARC-Target-URI") or "").strip("<> "),
        date=headers.get("WARC-Date") or "",
    )


def _media_type(value: str | None) -> str:
    """The media type of a header, whatever stands behind it; "" where there is none."""
    found = _TYPE.search((value or "").lower())
    return found[0] if found else ""
