"""Sniffing: what a file holds, told by its first bytes."""

from __future__ import annotations

import json
import re

from cleanse.read.encoding import decode, wide_encoding

_NAMED = "; with {} at the end of its name it is read"

_MAGIC = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"%PDF-", "a PDF file"),
        (rb"\x89PNG\r\n", "a PNG image"),
        (rb"\xff\xd8\xff", "a JPEG image"),
        (rb"GIF8[79]a", "a GIF image"),
        (rb"RIFF.{4}(WEBP|WAVE|AVI )", "a WebP, WAV or AVI file"),
        (rb"II\*\0|MM\0\*", "a TIFF image"),
        (rb"\x00\x00\x01\x00", "an icon"),
        (rb"PK(\x03\x04|\x05\x06)", "a zip archive (docx, xlsx, epub ...)"),
        (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (rb"Rar!\x1a\x07", "a RAR archive"),
        (rb".{257}ustar[\0 ]", "a tar archive"),
        (rb"\x1f\x8b", "a gzip archive" + _NAMED.format(".gz")),
        (rb"\x28\xb5\x2f\xfd", "a zstd archive" + _NAMED.format(".zst")),
        (rb"\xfd7zXZ\0", "an xz archive" + _NAMED.format(".xz")),
        (rb"BZh[1-9]1AY&SY", "a bzip2 archive" + _NAMED.format(".bz2")),
        (rb"\x7fELF", "an ELF program"),
        (rb"MZ.{58}.\0\0\0", "a Windows program"),
        (rb"\xca\xfe\xba\xbe", "a Java class"),
        (rb"\0asm", "a WebAssembly program"),
        (rb"SQLite format 3\0", "an SQLite database"),
        (rb".{8}DUCK.\0\0\0", "a DuckDB database"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        (rb"ID3[\x02\x03\x04]", "an MP3 file"),
        (rb"OggS\0", "an Ogg file"),
        (rb"\0.{3}ftyp", "an MP4 file"),
        (rb"wOF[F2]\0", "a web font"),
        (rb"PAR1[\0-\x1f]", "a Parquet file"),
        (rb"ARROW1\0", "an Arrow file"),
        (rb"WARC/1\.\d\r\n", "a WARC file" + _NAMED.format(".warc")),
    )
)

#: Control characters that no text holds: C0 without tab, line ends, backspace and escape (ISO-2022-JP).
_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\b\x1b"})

#: One control character in this many bytes is a scar of scraping, more is no text. NULs in pages are rare and single.
_CONTROL_SHARE = 50
_CONTROL_BYTES = 8192

_PAGE = re.compile(r"[\s\ufeff]*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MARKUP = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?>.{0,2000}?-->)\s*)*+"
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|p|table|h[1-6]|main|article|section|header)\b",
    re.IGNORECASE | re.DOTALL,
)
_WARC = re.compile(rb"[\r\n]*WARC/[01]\.\d+\r?\n")
_OBJECT = re.compile(r'\s*\{\s*"')
_ARRAY = re.compile(r'\s*\[\s*\{\s*"')


def sniff_format(head: bytes) -> str:
    """The format of bytes whose name does not tell: as in ``Input.format``, "text" where nothing speaks for another."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow"
    if _WARC.match(head):
        return "warc"
    text = decode(head)
    if _MARKUP.match(text):
        return "html"
    if _ARRAY.match(text):
        return "json"
    if _OBJECT.match(text):
        return "jsonl" if _is_object(text.lstrip().partition("\n")[0]) else "json"
    return "text"


def binary_kind(head: bytes) -> str | None:
    """What bytes look like that are no text, as words for an error; None for text, in UTF-16 too."""
    for magic, kind in _MAGIC:
        if magic.match(head):
            return kind
    if wide_encoding(head):
        return None
    head = head[:_CONTROL_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary data" if controls * _CONTROL_SHARE > len(head) else None


def is_page(text: str) -> bool:
    """Whether a text is a whole HTML page: it begins with its doctype or its html element."""
    return _PAGE.match(text) is not None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line, strict=False), dict)
    except (ValueError, RecursionError):
        return False
