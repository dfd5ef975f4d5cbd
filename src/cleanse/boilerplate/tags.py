"""Tags: what the HTML standard, and the reading of a page, say of each element name."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.schema import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

INLINE_TAGS: Final = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i"}
    | {"img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "source"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
#: Tags whose presence above a text is told apart; each has a bit in `Elements.inside`.
TOLD: Final = (
    *("article", "main", "aside", "header", "footer", "nav", "form", "li", "table", "blockquote", "section", "p", "ul"),
    *("ol", "dl", "dd", "figure", "a", "label", "button", "td", "span", "div", "h1", "h2", "h3", "strong", "b", "i"),
    *("em", "small", "time", "noscript", "details"),
)

#: Pieces of a head: the text of a title, the attributes of a meta element, a script that holds data.
HEAD_TITLE, HEAD_META, HEAD_DATA = range(3)

# What a tag is, a bit each.
INLINE: Final = 1 << 0  # its text is part of the block around it
CELL: Final = 1 << 1  # of a table: short ones are one block with their neighbours
VOID: Final = 1 << 2  # nothing is inside, and nothing ends it
RAW: Final = 1 << 3  # what is inside is no markup
UNREAD: Final = 1 << 4  # what is inside is no text of the page
PRE: Final = 1 << 5  # line breaks are text
SPECIAL: Final = 1 << 6  # a misplaced end tag of an inline element does not reach across it
SCOPE: Final = 1 << 7  # no end tag reaches across it, but for those of tables
FORMATTING: Final = 1 << 8  # its end tag works from inside other elements
CLOSES_P: Final = 1 << 9  # a paragraph ends where it begins
IN_HEAD: Final = 1 << 10  # stands in the head of a page
LIST: Final = 1 << 11
# Those that other tags close, a bit for each kind.
P: Final = 1 << 12
ITEM: Final = 1 << 13
TERM: Final = 1 << 14
OPTION: Final = 1 << 15
ROW: Final = 1 << 16
CELLS: Final = 1 << 17
ROWS: Final = 1 << 18
TABLE: Final = 1 << 19
LINK: Final = 1 << 20
BUTTON: Final = 1 << 21
HEADING: Final = 1 << 22
HEAD: Final = 1 << 23
DIVISION: Final = 1 << 24  # items and terms are closed across it
ANY: Final = 1 << 25
BODY: Final = 1 << 26
HTML: Final = 1 << 27
BREAK: Final = 1 << 28
IMAGE: Final = 1 << 29
META: Final = 1 << 30
TITLE: Final = 1 << 31

_HEADINGS = tuple(f"h{n}" for n in range(1, 7))
_TABLE_PARTS = ("caption", "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th")
_P_CLOSERS = (
    *("address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div", "dl", "fieldset"),
    *("figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "main", "menu", "nav", "ol", "p", "pre"),
    *("search", "section", "summary", "table", "ul", "listing", "plaintext", "xmp", "li", "dd", "dt", *_HEADINGS),
)
_VOID = (
    *("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link"),
    *("meta", "param", "source", "track", "wbr"),
)
_TAGS: Final[dict[int, tuple[str, ...]]] = {
    INLINE: tuple(sorted(INLINE_TAGS)),
    CELL: ("td", "th"),
    VOID: _VOID,
    RAW: ("script", "style", "title", "iframe", "textarea", "xmp"),
    UNREAD: (
        *("script", "style", "head", "title", "meta", "link", "svg", "math", "object", "embed", "iframe", "canvas"),
        *("audio", "video", "map"),
    ),
    PRE: ("pre", "listing", "xmp"),
    SPECIAL: (
        *_P_CLOSERS, *_VOID, *_TABLE_PARTS, "applet", "body", "button", "frameset", "head", "html", "iframe", "marquee",
        "noembed", "noframes", "noscript", "object", "script", "select", "style", "template", "textarea", "title",
    ),
    SCOPE: ("applet", "body", "caption", "html", "table", "td", "th", "marquee", "object", "template"),
    FORMATTING: ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"),
    CLOSES_P: _P_CLOSERS,
    IN_HEAD: ("base", "basefont", "bgsound", "link", "meta", "noscript", "script", "style", "template", "title"),
    LIST: ("ul", "ol", "menu", "dir"),
    P: ("p",),
    ITEM: ("li",),
    TERM: ("dd", "dt"),
    OPTION: ("option", "optgroup"),
    ROW: ("tr",),
    CELLS: ("td", "th"),
    ROWS: ("tbody", "thead", "tfoot", "caption", "colgroup"),
    TABLE: ("table",),
    LINK: ("a",),
    BUTTON: ("button",),
    HEADING: _HEADINGS,
    HEAD: ("head",),
    DIVISION: ("address", "div", "p"),
    BODY: ("body",),
    HTML: ("html",),
    BREAK: ("br",),
    IMAGE: ("img",),
    META: ("meta",),
    TITLE: ("title",),
}  # fmt: skip
#: What the start of a tag closes: the outermost open element of the first kind below one of the second.
_CLOSES: Final[dict[str, tuple[int, int]]] = {
    "li": (ITEM, SPECIAL),
    "dd": (TERM, SPECIAL),
    "dt": (TERM, SPECIAL),
    "option": (OPTION, SPECIAL),
    "optgroup": (OPTION, SPECIAL),
    "tr": (ROW | CELLS, TABLE | ROWS),
    "td": (CELLS, TABLE | ROWS | ROW),
    "th": (CELLS, TABLE | ROWS | ROW),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), (ROWS | ROW | CELLS, TABLE)),
    "a": (LINK, SPECIAL),
    "button": (BUTTON, SCOPE),
    **dict.fromkeys(_HEADINGS, (HEADING, ANY)),
}
_KINDS: Final = {
    **dict.fromkeys(_HEADINGS, Kind.HEADING),
    "li": Kind.LIST_ITEM,
    "dt": Kind.LIST_ITEM,
    "dd": Kind.LIST_ITEM,
    "tr": Kind.TABLE_ROW,
    "caption": Kind.CAPTION,
    "figcaption": Kind.CAPTION,
    "blockquote": Kind.QUOTE,
    "pre": Kind.CODE,
    "form": Kind.FORM,
    "button": Kind.FORM,
    "select": Kind.FORM,
    "textarea": Kind.FORM,
}
_FLOW = frozenset({"td", "th", "p", "div", "section"})
_PRIME, _BASIS, _64 = 0x100000001B3, 0xCBF29CE484222325, 2**64 - 1


def name_hash(name: str) -> int:
    """FNV-1a of a name in lower case, as the scanner hashes it."""
    value = _BASIS
    for byte in name.lower().encode():
        value = (value ^ byte) * _PRIME & _64
    return value


def kind_of(tag: str) -> Kind | None:
    """The kind of the text in an element; None for that of the element above."""
    return _KINDS.get(tag, None if tag in INLINE_TAGS or tag in _FLOW else Kind.PARAGRAPH)


def has_own_kind(tag: str) -> bool:
    """Whether a tag by itself says what its text is."""
    return tag in _KINDS


@functools.cache
def tag_table() -> NDArray[np.uint64]:
    """For each known tag, sorted by the hash of its name: the hash, its bits, what it closes and where that stops."""
    names = {name for group in _TAGS.values() for name in group} | set(_CLOSES)
    rows = []
    for name in names:
        bits = ANY | sum(bit for bit, group in _TAGS.items() if name in group)
        rows.append((name_hash(name), bits, *_CLOSES.get(name, (0, 0))))
    return np.array(sorted(rows), np.uint64)
