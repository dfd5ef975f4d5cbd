"""The tree of a page as columns: what each element is called, and what holds for the text inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import regex

from cleanse.boilerplate import scanned as s
from cleanse.boilerplate import tags as t
from cleanse.boilerplate.blocks import KIND, NONE, REASON
from cleanse.boilerplate.inherit import fingerprints, inherit
from cleanse.boilerplate.markup import Named, markup
from cleanse.boilerplate.references import resolved
from cleanse.boilerplate.tokeniser import ATTRIBUTES
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cleanse.boilerplate.markup import Said

_HIDING = frozenset({"noscript", "template"})
_BIT = {tag: 1 << at for at, tag in enumerate(t.TOLD)}
_ROOTS = frozenset({"html", "body", "main", "article"})
_STYLE_HIDES = regex.compile(rb"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_MOST_KNOWN = 50_000
_CLASS, _ID, _ROLE, _PROPERTY, _TYPE, _STYLE, _HIDDEN = (
    s.VALUES + 2 * ATTRIBUTES.index(name) for name in ("class", "id", "role", "itemprop", "itemtype", "style", "hidden")
)


class Called(NamedTuple):
    """How elements are called: the tag, the classes and ids with what else names them, and what that says by itself.

    ``row`` has what `cleanse.boilerplate.inherit` reads of it.
    """

    tag: str
    names: str
    by: str
    row: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The elements of a page, the parents before their children; the first stands for the page.

    ``called[name[e]]`` is what element ``e`` is called; ``first`` and ``last`` are the range of the blocks inside it;
    ``kind`` and ``hint`` are numbers of `KINDS` and `REASONS` of `cleanse.boilerplate.blocks`, ``owner`` the element that gave the hint;
    ``inside`` has the bits of `TOLD` for it and all above; ``inner`` and ``outer`` are the depths of the nearest article and
    of the nearest element that stands around one, 0 for none; ``path`` is equal for elements reached by the same tags and
    first classes; ``wider`` is the nearest element above with more blocks.

    ``element`` has the element of each block, ``images`` the number of images before its end.
    """

    called: list[Called]
    name: NDArray[np.intp]
    parent: NDArray[np.int32]
    depth: NDArray[np.int32]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    kind: NDArray[np.int64]
    level: NDArray[np.int64]
    hint: NDArray[np.int64]
    owner: NDArray[np.int64]
    hidden: NDArray[np.int64]
    pre: NDArray[np.int64]
    inside: NDArray[np.int64]
    inner: NDArray[np.int64]
    outer: NDArray[np.int64]
    path: NDArray[np.int64]
    wider: NDArray[np.int64]
    element: NDArray[np.intp]
    images: NDArray[np.int32]


def read_tree(data: bytes, elements: NDArray[np.int32], blocks: NDArray[np.int32], alive: NDArray[np.bool_]) -> Tree:
    """The tree of a scanned page: see `cleanse.boilerplate.scanned`. ``alive`` tells which of its blocks have a text."""
    seen = np.frombuffer(data, np.uint8)
    _, first, name = np.unique(fingerprints(seen, elements), return_index=True, return_inverse=True)
    called = _all_called(data, elements[first].tolist())
    hides = elements[:, _HIDDEN] > 0
    for at in np.flatnonzero(elements[:, _STYLE + 1] > elements[:, _STYLE]).tolist():
        hides[at] |= bool(_STYLE_HIDES.search(data, *elements[at, _STYLE : _STYLE + 2].tolist()))
    before = np.zeros(len(alive) + 1, np.intp)
    np.cumsum(alive, out=before[1:])
    starts, ends = before[elements[:, s.FIRST]], before[elements[:, s.LAST]]
    parent, depth = np.ascontiguousarray(elements[:, s.PARENT]), np.ascontiguousarray(elements[:, s.DEEP])
    rows = np.array([one.row for one in called], np.int64)
    columns = inherit(parent, depth, starts, ends, np.ascontiguousarray(name), rows, hides)
    passed_down = (*columns, blocks[alive, s.ELEMENT].astype(np.intp), blocks[alive, s.IMAGES])
    return Tree(called, name, parent, depth, starts, ends, *passed_down)


_known: dict[tuple[bytes, ...], Called] = {}


def _all_called(data: bytes, rows: list[list[int]]) -> list[Called]:
    keys = [
        (
            # one by one: an element of every page comes by here
            data[row[s.NAME] : row[s.NAME + 1]],
            data[row[_CLASS] : row[_CLASS + 1]],
            data[row[_ID] : row[_ID + 1]],
            data[row[_ROLE] : row[_ROLE + 1]],
            data[row[_PROPERTY] : row[_PROPERTY + 1]],
            data[row[_TYPE] : row[_TYPE + 1]],
        )
        for row in rows
    ]
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    called = {key: known for key in keys if (known := _known.get(key))}  # another thread may clear what is known
    unknown = [key for key in dict.fromkeys(keys) if key not in called]
    said = [[resolved(part.decode("utf-8", "replace")) if part else "" for part in key] for key in unknown]
    learned = markup().learn(_joined(classes, identity) for _, classes, identity, *_ in said)
    for key, (tag, classes, identity, *more) in zip(unknown, said, strict=True):
        _known[key] = called[key] = _call(tag.lower(), _joined(classes, identity), learned, *more)
    return [called[key] for key in keys]


def _joined(classes: str, identity: str) -> str:
    return f"{classes} {identity}".strip()


def _call(tag: str, names: str, learned: Mapping[str, Said], role: str, item: str, item_type: str) -> Called:
    rules = markup()
    named = rules.named(names, learned) if names else Named()
    by_tag = rules.tag(tag, role)
    kind, level = t.kind_of(tag), 0
    if named.captions and not t.has_own_kind(tag):
        kind, level = Kind.CAPTION, -1
    elif kind is None:
        level = -1
    elif kind is Kind.HEADING:
        level = int(tag[1])
    said = (("itemprop", item), ("itemtype", item_type.rstrip("/").rpartition("/")[2]), ("role", role))
    more = " ".join(f"{what}={word}" for what, value in said for word in value.split()[:2])
    row = (
        KIND[kind] if kind else NONE,
        level,
        REASON[named.reason] if named.reason else NONE,
        REASON[by_tag] if by_tag else NONE,
        named.hides or tag in _HIDING,
        tag in _ROOTS or not tag,
        tag == "pre",
        _BIT.get(tag, 0),
        (tag in ("article", "main")) + 2 * (tag in ("aside", "nav", "footer", "header")),
        hash((tag, named.first)) if tag not in t.INLINE_TAGS or tag == "a" else 0,
    )
    own = f"<{tag} role={role}>" if by_tag and not rules.tag(tag, "") else f"<{tag}>"
    return Called(tag, f"{more} {names}".strip(), named.by or own, tuple(map(int, row)))
