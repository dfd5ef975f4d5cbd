"""Places: what an element of the tree passes down to the text inside it."""

from __future__ import annotations

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


def enter(element: etree._Element, tag: str, above: Place, rules: Markup, count: int) -> Place:
    """The place inside an element, the ``count``-th of its page."""
    attributes = dict(element.items())
    if attributes:
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()
        named = rules.named(names) if names else _UNNAMED
        hidden = named.hides or "hidden" in attributes or ("style" in attributes and _hides(attributes["style"]))
    else:
        names, named, hidden = "", _UNNAMED, False
    depth = above.depth + 1
    # positional: dataclasses.replace takes seven times as long, for every element of every page
    place = Place(
        above.kind,
        above.level,
        above.hint,
        above.hinted_by,
        above.owner,
        above.hidden or hidden or tag in _HIDES,
        above.pre,
        above.link or (tag == "a" and bool(attributes.get("href"))),
        above,
        tag,
        names,
        above.path if tag in INLINE and tag != "a" else hash((above.path, tag, named.first)),
        0,
        0,
        depth,
        above.inside | _BIT.get(tag, 0),
        depth if tag in _INNER else above.inner,
        depth if tag in _OUTER else above.outer,
    )
    kind = _KINDS.get(tag)
    if kind is not None:
        place.kind = kind
        place.level = int(tag[1]) if kind is Kind.HEADING else 0
        place.pre = place.pre or tag == "pre"
    elif named.captions:
        place.kind = Kind.CAPTION
    elif tag not in INLINE and tag not in _FLOW:
        place.kind, place.level = Kind.PARAGRAPH, 0
    if tag in _ROOTS:
        return place
    if named.reason is not None and above.hint not in _SETTLED:
        place.hint, place.hinted_by, place.owner = named.reason, named.by, count
    elif above.hint is None:
        by_tag = rules.tag(tag, attributes.get("role", ""))
        if by_tag is not None:
            place.hint, place.hinted_by, place.owner = by_tag, f"<{tag}>", count
    return place


def _hides(style: str) -> bool:
    return bool(_STYLE_HIDES.search(style))
