"""Places: what an element of the tree passes down to the text inside it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from cleanse.boilerplate.markup import Markup, Named
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from lxml import etree

INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i"}
    | {"img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "source"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
CELLS = frozenset({"td", "th"})
#: Tags whose presence above a text is told apart; each has a bit in `Place.inside`.
TOLD = (
    *("article", "main", "aside", "header", "footer", "nav", "form", "li", "table", "blockquote", "section", "p", "ul"),
    *("ol", "dl", "dd", "figure", "a", "label", "button", "td", "span", "div", "h1", "h2", "h3", "strong", "b", "i"),
    *("em", "small", "time", "noscript", "details"),
)
_BIT = {tag: 1 << at for at, tag in enumerate(TOLD)}
_INNER = frozenset({"article", "main"})
_OUTER = frozenset({"aside", "nav", "footer", "header"})
_FLOW = CELLS | {"p", "div", "section"}
_ROOTS = frozenset({"html", "body", "main", "article"})
_KINDS = {
    **{f"h{n}": Kind.HEADING for n in range(1, 7)},
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
_STYLE_HIDES = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_HIDES = frozenset({"noscript", "template"})
_UNNAMED = Named()
_SETTLED = (Reason.COMMENTS, Reason.COOKIE, Reason.RELATED_LINKS)


@dataclass(slots=True)
class Place:
    """An element, and what holds for the text inside it.

    ``owner`` is the number of the element that gave the hint; ``path`` is equal for elements reached by the same tags and
    first classes; ``first`` and ``last`` are the range of blocks inside; ``inside`` has the bits of `TOLD` for this
    element and all above; ``inner`` and ``outer`` are the depths of the nearest article and of the nearest element
    that stands around one, 0 for none.
    """

    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    hint: Reason | None = None
    hinted_by: str = ""
    owner: int = -1
    hidden: bool = False
    pre: bool = False
    link: bool = False
    parent: Place | None = None
    tag: str = ""
    names: str = ""
    path: int = 0
    first: int = 0
    last: int = 0
    depth: int = 0
    inside: int = 0
    inner: int = 0
    outer: int = 0


@dataclass(frozen=True, slots=True)
class Tag:
    """What holds for all elements of a tag. ``bit`` is its bit in `Place.inside`; ``kind`` and ``level`` are those of the text
    inside, None for that of the element above."""

    name: str
    inline: bool
    cell: bool
    bit: int
    kind: Kind | None
    level: int
    hides: bool
    root: bool
    #: whether its elements are steps of a path
    step: bool


@functools.lru_cache(maxsize=1_000)
def tag_of(name: str) -> Tag:
    """What holds for a tag."""
    kind = _KINDS.get(name, None if name in INLINE or name in _FLOW else Kind.PARAGRAPH)
    return Tag(
        name,
        inline=name in INLINE,
        cell=name in CELLS,
        bit=_BIT.get(name, 0),
        kind=kind,
        level=int(name[1]) if kind is Kind.HEADING else 0,
        hides=name in _HIDES,
        root=name in _ROOTS,
        step=name not in INLINE or name == "a",
    )


def enter(element: etree._Element, tag: Tag, above: Place, rules: Markup, count: int) -> Place:
    """The place inside an element, the ``count``-th of its page."""
    name, names, named, role, hidden, linked = tag.name, "", _UNNAMED, "", tag.hides, False
    items = element.items()
    if items:
        attributes = dict(items)
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()
        if names:
            named = rules.named(names)
        role = attributes.get("role", "")
        hidden = hidden or named.hides or "hidden" in attributes or _hides(attributes.get("style", ""))
        linked = name == "a" and bool(attributes.get("href"))
    kind, level = tag.kind, tag.level
    if named.captions and name not in _KINDS:
        kind, level = Kind.CAPTION, above.level
    elif kind is None:
        kind, level = above.kind, above.level
    hint, by, owner = above.hint, above.hinted_by, above.owner
    if not tag.root:
        if named.reason is not None and hint not in _SETTLED:
            hint, by, owner = named.reason, named.by, count
        elif hint is None and (by_tag := rules.tag(name, role)) is not None:
            hint, by, owner = by_tag, f"<{name}>", count
    depth = above.depth + 1
    # positional: an element of every page comes by here
    return Place(
        kind,
        level,
        hint,
        by,
        owner,
        above.hidden or hidden,
        above.pre or name == "pre",
        above.link or linked,
        above,
        name,
        names,
        hash((above.path, name, named.first)) if tag.step else above.path,
        0,
        0,
        depth,
        above.inside | tag.bit,
        depth if name in _INNER else above.inner,
        depth if name in _OUTER else above.outer,
    )


def _hides(style: str) -> bool:
    return bool(style) and bool(_STYLE_HIDES.search(style))
