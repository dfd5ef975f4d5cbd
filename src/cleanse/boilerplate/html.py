"""HTML as blocks: one walk over the tree; every text of the body ends up in one block, noise and hidden text too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from lxml import etree, html

from cleanse.boilerplate.blocks import Block, Page
from cleanse.boilerplate.characters import Characters
from cleanse.boilerplate.markup import markup
from cleanse.boilerplate.measure import measure
from cleanse.boilerplate.places import CELLS, INLINE, Place, enter
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED = frozenset(
    {"script", "style", "head", "title", "meta", "link", "svg", "math", "object", "embed", "iframe", "canvas"}
    | {"audio", "video", "map"}
)
_NUL = regex.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_BREAK = "\n"
_TIGHT = frozenset({Kind.LIST_ITEM, Kind.TABLE_ROW})

#: A row is one block while its cells are short; a cell with more characters than this is a column of a layout.
_LONG_CELL = 150

#: An element that holds more than this share of the page's text is the page, whatever its class says.
_CONTAINER_SHARE = 0.5


def parse(source: str) -> etree._Element | None:
    """The tree of a page, None when there is none to be had (an empty page)."""
    data = _NUL.sub("\ufffd", source).encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = html.document_fromstring(data, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree


def find_html_blocks(tree: etree._Element | None) -> Page:
    """The blocks of a parsed page, and what its head says of it."""
    if tree is None:
        return Page("", [], "html")
    walk = _Walk()
    for boundary, piece in walk.pieces(tree):
        walk.add(boundary, piece)
    blocks, text = walk.finish()
    names = _head(tree)
    return Page(
        text,
        blocks,
        "html",
        title=names.get("og:title") or names.get("title", ""),
        elements=walk.elements,
        depth=walk.depth,
        date=names.get("article:published_time") or names.get("date", ""),
        places=[place for _, _, place in walk.rows],
        counts=measure(text, blocks, Characters(text)),
    )


class _Walk:
    """Collects the text between two block boundaries into one block."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, Place]] = []
        self.parts: list[str] = []
        self.linked = 0
        self.place: Place | None = None
        self.weight: dict[int, int] = {}
        self.elements = 0
        self.depth = 0

    def pieces(self, tree: etree._Element) -> Iterator[tuple[bool, tuple[str, Place]]]:
        """(is it a block boundary, (text, its place)) in document order."""
        rules = markup()
        stack = [Place()]
        skipping = 0
        for event, element in etree.iterwalk(tree, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if skipping or tag in _SKIPPED or not tag:
                    skipping += 1
                    continue
                self.elements += 1
                place = enter(element, tag, stack[-1], rules, self.elements)
                stack.append(place)
                self.depth = max(self.depth, place.depth)
                # what is collected and not yet a block stands before this element, unless it goes on inside it
                place.first = len(self.rows) + (self.place is not None and tag not in INLINE)
                if tag in CELLS:
                    if len(element.text or "") > _LONG_CELL:
                        yield True, ("", place)
                elif tag not in INLINE:
                    yield True, ("", place)
                elif tag == "br":
                    yield False, (_BREAK, place)
                if element.text:
                    yield False, (element.text, place)
            else:
                if skipping:
                    skipping -= 1
                else:
                    left = stack.pop()
                    left.last = len(self.rows) + (self.place is not None)
                    if tag in CELLS:
                        yield self.length() > _LONG_CELL, (" ", stack[-1])
                    elif tag not in INLINE:
                        yield True, ("", stack[-1])
                if element.tail and not skipping:
                    yield False, (element.tail, stack[-1])

    def length(self) -> int:
        """Characters collected since the last boundary."""
        return sum(map(len, self.parts))

    def add(self, boundary: bool, piece: tuple[str, Place]) -> None:
        """Take the next piece of the walk."""
        text, place = piece
        if boundary:
            self._flush()
            return
        if text == _BREAK:
            if self.parts and self.parts[-1] == _BREAK:
                self._flush()
            elif self.place is not None:
                self.parts.append(_BREAK)
            return
        if self.place is None and not text.isspace():
            self.place = place
        if self.place is None or (text.isspace() and self.parts[-1:] == [_BREAK]):
            return
        if place.link:
            self.linked += sum(map(len, text.split()))
        self.parts.append(text if place.pre else text.replace("\n", " "))

    def finish(self) -> tuple[list[Block], str]:
        """All blocks and the page's text."""
        self._flush()
        total = sum(len(text) for text, _, _ in self.rows) or 1
        for text, _, place in self.rows:
            if place.owner >= 0:
                self.weight[place.owner] = self.weight.get(place.owner, 0) + len(text)
        blocks: list[Block] = []
        page: list[str] = []
        at = 0
        for text, linked, place in self.rows:
            if page:
                gap = "\n" if blocks[-1].kind is place.kind and place.kind in _TIGHT else "\n\n"
                page.append(gap)
                at += len(gap)
            dense = sum(map(len, text.split())) or 1
            whole = place.owner >= 0 and self.weight[place.owner] > _CONTAINER_SHARE * total
            blocks.append(
                Block(
                    text,
                    at,
                    at + len(text),
                    kind=place.kind,
                    level=place.level,
                    links=min(1.0, linked / dense),
                    hint=None if whole else place.hint,
                    hinted_by="" if whole else place.hinted_by,
                    hidden=place.hidden,
                )
            )
            page.append(text)
            at += len(text)
        return blocks, "".join(page)

    def _flush(self) -> None:
        if self.place is not None:
            raw = "".join(self.parts)
            text = raw.strip("\n").rstrip() if self.place.pre else _squeeze(raw)
            if text.strip():
                self.rows.append((text.strip() if not self.place.pre else text, self.linked, self.place))
        self.parts, self.linked, self.place = [], 0, None


def _squeeze(raw: str) -> str:
    # The only line breaks left are those of <br>.
    return _BREAK.join(line for line in (" ".join(part.split()) for part in raw.split("\n")) if line)


def _head(tree: etree._Element) -> dict[str, str]:
    names: dict[str, str] = {}
    for element in tree.iter("meta", "title"):
        if element.tag == "title":
            names.setdefault("title", " ".join("".join(element.itertext()).split()))
        else:
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = element.get("content")
            if name and content:
                names.setdefault(name.lower(), " ".join(content.split()))
    return names
