"""``cleanse strip`` as a filter: JSON lines in, each out again with its text stripped before the next one is waited for."""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cleanse.errors import NothingReadable, UnreadableInput, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleanse.boilerplate.page import Stripped
    from cleanse.boilerplate.profile import SiteProfile
    from cleanse.config import Config
    from cleanse.read import Input

#: Bytes of standard input that tell what it is.
_HEAD_BYTES = 2**16


def is_json_lines(entry: Input) -> bool:
    """Whether an input is JSON lines, by its name or its first bytes, of which none is taken."""
    from cleanse.read.archives import open_stream
    from cleanse.read.inputs import STDIN
    from cleanse.read.sniff import sniff_format

    if entry.format:
        return entry.format == "jsonl"
    if entry.path == STDIN:
        head = _stdin_head()
    else:
        with open_stream(entry) as stream:
            head = stream.peek()
    form = sniff_format(head)
    # The first line may go on: an object that is laid out on several lines has an end of line soon.
    return form == "jsonl" or (form == "json" and head.lstrip().startswith(b"{") and b"\n" not in head) or _begun(head)


def filter_lines(
    entry: Input, config: Config, sites: SiteProfile | None = None, *, verdicts: bool, markdown: bool, strict: bool
) -> None:
    """Write each record with its text stripped; one that is no document is named on stderr and left out.

    Raises NothingReadable when all were such, and UnreadableInput at the end if ``strict`` and one was.
    """
    from cleanse.boilerplate.page import with_markdown
    from cleanse.read.encoding import forced_codec
    from cleanse.read.fields import Fields, UnfitError
    from cleanse.read.jsonl import json_lines
    from cleanse.read.lines import utf8_stream
    from cleanse.read.sniff import binary_kind
    from cleanse.schema import Reason
    from cleanse.stream import strip_record

    skipped = written = 0

    def skip(error: UnreadableInput) -> None:
        nonlocal skipped
        skipped += 1
        click.echo(printable(f"cleanse: skipped {error}"), err=True)

    fields = Fields(config.read, entry.label)
    out = sys.stdout.buffer
    with _lines(entry) as stream:
        if kind := binary_kind(stream.peek()):
            raise NothingReadable(f"{entry.label}: not text: looks like {kind}")
        table = utf8_stream(stream, forced_codec(config.read.encoding))
        for place, record in json_lines(table, entry.label, config.read.max_document_bytes, skip):
            try:
                row, page, field = strip_record(record, fields, config, sites)
            except UnfitError as problem:
                skip(UnreadableInput(entry.label, str(problem), place))
                continue
            lost = [block.evidence for block in page.dropped if block.reason == Reason.UNPARSABLE]
            if lost:
                skip(UnreadableInput(entry.label, f"cannot be stripped: {lost[0]}", place))
                continue
            if markdown and row.format == "html":
                page = with_markdown(page, row.content, row.url)
            record[field] = page.markdown or page.text
            if verdicts:
                record["cleanse"] = _verdicts(page)
            out.write(_encoded(record) + b"\n")
            out.flush()
            written += 1
    if skipped and not written:
        raise NothingReadable(f"{entry.label}: none of its {skipped:,} lines is a document")
    if skipped and strict:
        raise UnreadableInput(entry.label, f"{skipped:,} lines were skipped, and --strict was given")
    if skipped:
        click.echo(f"cleanse: {written:,} lines written, {skipped:,} skipped", err=True)


def _begun(head: bytes) -> bool:
    """Whether bytes that have come so far may well be the first of an object."""
    return re.fullmatch(rb"\s*\{\s*(\"[^\"\n]*)?", head) is not None


def _stdin() -> Any:
    if sys.stdin is None:
        raise UnreadableInput("standard input", "there is none")
    return sys.stdin.buffer


def _stdin_head() -> bytes:
    stream = _stdin()
    if not stream.seekable():
        return bytes(stream.peek(1))  # what has come; more would be waited for
    place = stream.tell()
    head = bytes(stream.read(_HEAD_BYTES))
    stream.seek(place)
    return head


@contextmanager
def _lines(entry: Input) -> Iterator[io.BufferedReader]:
    """The stream of an input; of standard input one that waits for a line and no longer."""
    from cleanse.read.archives import open_stream
    from cleanse.read.inputs import STDIN

    if entry.path != STDIN:
        with open_stream(entry) as stream:
            yield stream
    else:
        stdin = _stdin()
        yield stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(stdin)


def _verdicts(page: Stripped) -> dict[str, Any]:
    return {"title": page.title, "confidence": page.confidence, "blocks": page.blocks}


def _encoded(record: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:  # a lone surrogate, which the input had as an escape
        return json.dumps(msgspec.to_builtins(record)).encode()
