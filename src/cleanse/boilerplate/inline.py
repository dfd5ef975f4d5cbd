"""Inline markup of a block: where links, strong, emphasised and code text stand in it, as Markdown writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import numpy as np
import regex

from cleanse.boilerplate import scanned as s
from cleanse.boilerplate.references import resolved
from cleanse.boilerplate.tokeniser import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_LINK, _STRONG, _EMPHASIS, _CODE = range(4)
_NONE = -1
_STYLES: Final = {
    b"a": _LINK,
    **dict.fromkeys((b"b", b"strong"), _STRONG),
    **dict.fromkeys((b"i", b"em"), _EMPHASIS),
    **dict.fromkeys((b"code", b"kbd", b"samp", b"tt"), _CODE),
}
_WRAPS = {_STRONG: "**", _EMPHASIS: "*"}
#: Control characters, which no scanned page has, mark where each style begins and ends: 1 and 2, 3 and 4, ...
_MARK = regex.compile("([\x01-\x08])")
_SPACES = regex.compile(" {2,}")
_HREF = s.VALUES + 2 * ATTRIBUTES.index("href")

#: What Markdown would read as markup inside a line, and where a line begins.
_SPECIAL = regex.compile(r"[\\`*\[\]]|!\Z|<(?![\s\d])|&(?=[#\w]|\Z)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])")
_STARTS = regex.compile(r"^(?:#{1,6}(?=\s|$)|[-+](?=\s|$)|>|~~~|(?:=+|-+)\s*$)", regex.M)
_NUMBERED = regex.compile(r"^(\d{1,9})([.)])(?=\s|$)", regex.M)
_TICKS = regex.compile("`+")

_SAFE_SCHEMES = frozenset({"", "http", "https", "ftp", "mailto", "tel"})
_IN_ADDRESS = {**dict.fromkeys(range(32)), **{ord(mark): f"%{ord(mark):02X}" for mark in ' ()<>\\`"|[]'}}


class Styled(NamedTuple):
    """Elements that Markdown has marks for, in order: where their text begins and ends, int32[n]; style and link address."""

    begin: NDArray[np.int32]
    end: NDArray[np.int32]
    style: list[int]
    address: list[str]

    def within(self, begin: int, end: int) -> list[int]:
        """Those with text in a range."""
        found: list[int] = np.flatnonzero((self.begin < end) & (self.end > begin)).tolist()
        return found


def styled(data: bytes, elements: NDArray[np.int32], url: str | None) -> Styled:
    """The elements of a scanned page that have a style; an address that is no web, mail or telephone address is left out."""
    holds = elements[:, s.TEXT_END] > elements[:, s.TEXT]
    rows = elements[holds & (elements[:, s.NAME_END] - elements[:, s.NAME] <= max(map(len, _STYLES)))]
    styles = [_STYLES.get(data[row[s.NAME] : row[s.NAME_END]].lower(), _NONE) for row in rows.tolist()]
    addresses = [
        _address(data[row[_HREF] : row[_HREF + 1]], url) if style == _LINK else ""
        for row, style in zip(rows.tolist(), styles, strict=True)
    ]
    some = [at for at, style in enumerate(styles) if (addresses[at] if style == _LINK else style != _NONE)]
    begin, end = rows[some, s.TEXT], rows[some, s.TEXT_END]
    return Styled(begin, end, [styles[at] for at in some], [addresses[at] for at in some])


def marked(text: bytes, begin: int, end: int, styles: Styled) -> tuple[str, list[str]]:
    """text[begin:end] with a mark where each styled element begins and ends; the addresses of its links."""
    places: list[tuple[int, bool, int, int]] = []
    addresses = []
    for at in styles.within(begin, end):
        mark = 1 + 2 * styles.style[at]
        first, last = max(int(styles.begin[at]), begin), min(int(styles.end[at]), end)
        places += [(first, True, at, mark), (last, False, -at, mark + 1)]
        if styles.style[at] == _LINK:
            addresses.append(styles.address[at])
    parts, done = [], begin
    for place, _, _, mark in sorted(places):
        parts += [text[done:place], bytes([mark])]
        done = place
    parts.append(text[done:end])
    return b"".join(parts).decode("utf-8", "replace"), addresses


def written(text: str, addresses: Iterable[str]) -> str:
    """The Markdown of a text with marks, which is settled but for these; a line break in it is one there."""
    links = iter(addresses)
    open_: list[tuple[int, str, list[str]]] = []
    parts: list[str] = []
    pieces = _MARK.split(text)
    for at, piece in enumerate(pieces):
        if not _MARK.fullmatch(piece):
            parts.append(piece if any(style == _CODE for style, _, _ in open_) else _SPECIAL.sub(r"\\\g<0>", piece))
            continue
        style, ends = divmod(ord(piece) - 1, 2)
        if not ends:
            open_.append((style, next(links) if style == _LINK else "", parts))
            parts = []
        elif open_:
            style, address, outer = open_.pop()
            around = {one for one, _, _ in open_}
            inner = "".join(parts)
            after = next((text[0] for text in pieces[at + 1 :: 2] if text), "")
            plain = style in around or _CODE in around or not _stands(inner, style, "".join(outer[-2:]), after)
            if plain and style == _CODE and _CODE not in around:
                inner = _SPECIAL.sub(r"\\\g<0>", inner)
            outer.append(inner if plain else _wrapped(inner, style, address))
            parts = outer
    whole = _SPACES.sub(" ", "".join(parts)).strip()
    escaped: str = _NUMBERED.sub(r"\1\\\2", _STARTS.sub(r"\\\g<0>", whole))
    return escaped


def _stands(inner: str, style: int, before: str, after: str) -> bool:
    """Whether marks around a piece would be read as such: not beside others of the kind, nor between a letter and a sign."""
    if style not in _WRAPS:
        return style == _LINK or not before.endswith("`")
    first, last = inner.lstrip("*")[:1], inner.rstrip("*")[-1:]
    touches = before.endswith("*") and not inner[:1].isspace()
    return not (
        touches
        or (before[-1:].isalnum() and not first.isalnum() and not first.isspace())
        or (after.isalnum() and not last.isalnum() and not last.isspace())
    )


def _wrapped(text: str, style: int, address: str) -> str:
    """A piece in its style; white space at its ends stays outside, as Markdown wants it."""
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: text.index(inner)], text[text.index(inner) + len(inner) :]
    if style == _LINK:
        inner = f"[{' '.join(inner.split())}]({address})"
    elif style == _CODE:
        ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(inner)), default=0))
        gap = " " if "`" in (inner[0], inner[-1]) else ""
        inner = f"{ticks}{gap}{inner}{gap}{ticks}"
    else:
        inner = f"{_WRAPS[style]}{inner}{_WRAPS[style]}"
    return f"{before}{inner}{after}"


def _address(href: bytes, url: str | None) -> str:
    """Where a link goes; "" for a place in the page itself, and for what a reader's program would run."""
    own = "".join(resolved(href.decode("utf-8", "replace")).split())
    try:
        address = urljoin(url or "", own)
        safe = urlsplit(address).scheme.lower() in _SAFE_SCHEMES
    except ValueError:
        return ""
    return address.translate(_IN_ADDRESS) if own and safe and not own.startswith("#") else ""
