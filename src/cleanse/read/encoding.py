"""Encodings: bytes of pages that do not say, or say wrongly, how they are encoded become text."""

from __future__ import annotations

import codecs
import re

import cchardet

from cleanse.errors import ConfigError

#: Names as Python knows them, to the superset that pages under that name are written in (WHATWG Encoding Standard).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-8": "utf-8-sig",
}

#: Labels of the same standard that Python does not know.
_LABELS = {
    "x-sjis": "cp932",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "unicode": "utf-8-sig",
}

#: Python's other codecs (idna, unicode_escape, utf-7 ...) are no encodings of pages, and some take quadratic time.
_CHARSET = re.compile(r"(utf-(8|8-sig|16|32)|iso8859|iso2022|cp\d|gb|hz|big5|euc|shift|johab|koi8|mac|tis|ptcp|kz)")

#: What a detector may say and no page is written in: UTF (tried before), DOS code pages but Russian's.
_UNLIKELY = re.compile(r"utf|cp(?!866|874|9|125)")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark its mark begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_DECLARED = re.compile(
    rb"<\?xml[^<>]{0,200}?\bencoding\s*=\s*[\"']?\s*([\w.:-]{2,40})|<meta\b[^<>]{0,1000}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_DECLARED_BYTES = 4096

_HIGH = re.compile(rb"[\x80-\xff]")
_BREAK = re.compile(rb"[\r\n<>]+")  # never the second byte of a character in any encoding read here

_WIDE_BYTES = 2**12
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_ASCII_TEXT = bytes({*range(32, 127), *b"\t\n\r"})

_FIRST_BYTES = 2**15
_SPREAD, _SPREAD_BYTES = 7, 2**13

#: Well-formed characters per malformed one, from which on text is UTF-8 with a scar. By accident, text in another
#: encoding forms one or two, not twenty.
_SCARRED = 20


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of bytes, by what is surest first; never fails, malformed bytes become U+FFFD.

    Byte order mark; UTF-16 or UTF-32 told by their NULs; UTF-8, strict or with few scars; the declared charset;
    a detector; Windows-1252.

    >>> decode("Größe".encode("latin-1"), "iso-8859-1")
    'Größe'
    """
    if wide := wide_encoding(data):
        return decode_as(data, wide)
    if b"\x1b$" in data and (text := _strict(data, "iso2022_jp")) is not None:
        return text  # all ASCII bytes, so it would pass for UTF-8
    try:
        return decode_as(data, "utf-8", "strict")
    except UnicodeDecodeError as error:
        cut_off = error.start >= len(data) - 3 and not data[: error.start].isascii()
    return decode_as(data, "utf-8" if cut_off else guess(data, declared))


def decode_as(data: bytes, name: str, errors: str = "replace") -> str:
    """Text of bytes in a known encoding, without its byte order mark."""
    return data.decode(name, errors).removeprefix("\ufeff")


def guess(data: bytes, declared: str | None = None) -> str:
    """The encoding of bytes that are not UTF-8 throughout: a Python codec name."""
    sample = _sample(data)
    text = sample.decode("utf-8", "replace")
    scars = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - scars
    if whole and whole >= _SCARRED * scars:
        return "utf-8"
    name = codec(declared) if declared else None
    if name and not name.startswith("utf") and _plausible(sample, name):
        return name
    found = cchardet.detect(sample)["encoding"]
    name = codec(found) if found else None
    return name if name and not _UNLIKELY.match(name) and _plausible(sample, name) else "cp1252"


def codec(label: str) -> str | None:
    """Python's codec for a charset label as pages use it, None for an unknown one.

    >>> codec("GB2312"), codec("latin1"), codec("rot13")
    ('gb18030', 'cp1252', None)
    """
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if _CHARSET.match(name) else None


def forced_codec(label: str) -> str:
    """The codec of the setting read.encoding, "" for none; raises ConfigError for an unknown name."""
    if not label:
        return ""
    if (name := codec(label)) is None:
        raise ConfigError(
            f"read.encoding: unknown encoding {label!r}; known are utf-8, windows-1251, gb18030, shift_jis ..."
        )
    return name


def declared_charset(data: bytes) -> str | None:
    """The charset that an XML declaration or a meta element names in the first 4096 bytes."""
    found = _DECLARED.search(data, 0, _DECLARED_BYTES)
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def wide_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark tells, or the NULs of UTF-16 and UTF-32 without one."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    head = data[:_WIDE_BYTES]
    if b"\0" not in head or _stray_nuls(head):
        return None
    # A script needs few values of the high byte, and the NULs of spaces and ASCII are high bytes.
    low, high = head[::2], head[1::2]
    little = (len(set(high)), -high.count(0)) <= (len(set(low)), -low.count(0))
    for name in ("utf-32-le", "utf-32-be", "utf-16-le" if little else "utf-16-be"):
        text = _begun(head, name) or ""
        if text and sum(char.isprintable() or char.isspace() for char in text) >= 0.98 * len(text):
            return name
    return None


def _stray_nuls(head: bytes) -> bool:
    """Whether a few NULs stand in other text. Two bytes of such text often make a printable character of UTF-16."""
    if head.count(0) * 10 >= len(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    ascii_text = len(head) - len(head.translate(None, _ASCII_TEXT))
    return ascii_text > 0.7 * len(head) or (controls * 10 < len(head) and _begun(head, "utf-8") is not None)


def _sample(data: bytes) -> bytes:
    """Lines with non-ASCII bytes, from the first on and spread over the rest: a long ASCII head must not decide."""
    first = _HIGH.search(data)
    if first is None:
        return b""
    begin = max(0, first.start() - 200)  # only ASCII before: any place is a whole character
    windows = [data[begin : begin + _FIRST_BYTES]]
    rest = begin + _FIRST_BYTES
    step = max(_SPREAD_BYTES, (len(data) - rest) // _SPREAD)
    for start in range(rest, len(data), step):
        window = data[start : start + _SPREAD_BYTES]
        if aligned := _BREAK.search(window):
            windows.append(window[aligned.end() :])
    lines = [line for window in windows for line in _BREAK.split(window) if not line.isascii()]
    return b"\n".join(lines)


def _plausible(sample: bytes, name: str) -> bool:
    """Whether a sample has (almost) no malformed characters in an encoding; windows may have cut one each."""
    text = sample.decode(name, "replace")
    return text.count("\ufffd") <= _SPREAD + 1 + len(text) // 500


def _begun(head: bytes, name: str) -> str | None:
    """Strictly decoded, but for a last character that is cut; None if malformed."""
    try:
        return codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return None


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def utf8(text: str) -> bytes:
    """UTF-8 of a text; NULs (C libraries cut texts there) and lone surrogates (they have no UTF-8) become U+FFFD."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        # By way of UTF-16, which joins the pairs and leaves the lone ones to be replaced.
        data = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    return data.replace(b"\0", b"\xef\xbf\xbd") if b"\0" in data else data
