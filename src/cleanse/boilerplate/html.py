"""HTML as blocks: one walk over the tree; every text of the body ends up in one block, noise and hidden text too."""

from __future__ import annotations

import numpy as np
from lxml import etree, html

from cleanse.boilerplate.blocks import KIND, REASON, Blocks, Page, Pages
from cleanse.boilerplate.characters import Characters
from cleanse.boilerplate.markup import markup
from cleanse.boilerplate.measure import measure
from cleanse.boilerplate.places import Place, enter, tag_of
from cleanse.schema import Kind

_SKIPPED = frozenset(
    {"script", "style", "head", "title", "meta", "link", "svg", "math", "object", "embed", "iframe", "canvas"}
    | {"audio", "video", "map"}
)
_CONTROL = bytes([*range(9), 0x0B, *range(0x0E, 0x20)])
#: lxml's own way to the class of an element asks Python about each.
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
_BREAK = "\n"
_TIGHT = frozenset({Kind.LIST_ITEM, Kind.TABLE_ROW})

#: A row is one block while its cells are short; a cell with more characters than this is a column of a layout.
_LONG_CELL = 150

#: An element that holds more than this share of the page's text is the page, whatever its class says.
_CONTAINER_SHARE = 0.5


def parse(source: str) -> etree._Element | None:
    """The tree of a page, None when there is none to be had (an empty page)."""
    data = source.encode("utf-8", "replace")
    if len(data.translate(None, _CONTROL)) < len(data):
        data = source.translate(dict.fromkeys(_CONTROL, "\ufffd")).encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        return etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def find_html_blocks(tree: etree._Element | None) -> Pages:
    """The blocks of a parsed page, and what its head says of it."""
    if tree is None:
        return Pages([Page("", "html")], Blocks.at(np.zeros(2, np.int64), *np.zeros((2, 0), np.int64)))
    walk = _Walk()
    walk.over(tree)
    blocks, text = walk.finish()
    names = _head(tree)
    page = Page(
        text,
        "html",
        title=names.get("og:title") or names.get("title", ""),
        elements=walk.elements,
        depth=walk.depth,
        nesting=walk.nesting,
        date=names.get("article:published_time") or names.get("date", ""),
        places=[place for _, _, place in walk.rows],
    )
    return Pages([page], blocks, measure(blocks, Characters([text])))


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
        self.nesting = 0

    def over(self, tree: etree._Element) -> None:
        """Take all elements of a tree, in document order."""
        rules, rows, add, flush = markup(), self.rows, self._add, self._flush
        above = Place()
        stack: list[Place | None] = [above]
        walker = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                name = element.tag
                if name in _SKIPPED or not isinstance(name, str):
                    walker.skip_subtree()
                    stack.append(None)
                    continue
                self.elements += 1
                tag = tag_of(name)
                above = enter(element, tag, above, rules, self.elements)
                stack.append(above)
                self.depth = max(self.depth, above.depth)
                self.nesting += above.depth
                # what is collected and not yet a block stands before this element, unless it goes on inside it
                above.first = len(rows) + (self.place is not None and not tag.inline)
                text = element.text
                if not tag.inline:
                    if not tag.cell or (text and len(text) > _LONG_CELL):
                        flush()
                elif name == "br":
                    self._break()
            else:
                left = stack.pop()
                above = stack[-1]  # type: ignore[assignment]
                if left is not None:
                    left.last = len(rows) + (self.place is not None)
                    tag = tag_of(left.tag)
                    if not tag.inline:
                        if not tag.cell or sum(map(len, self.parts)) > _LONG_CELL:
                            flush()
                        else:
                            add(" ", above)
                text = element.tail
            if text:
                add(text, above)

    def _add(self, text: str, place: Place) -> None:
        if text == _BREAK:
            self._break()
            return
        if self.place is None:
            if text.isspace():
                return
            self.place = place
        elif self.parts[-1] == _BREAK and text.isspace():
            return
        if place.link:
            self.linked += sum(map(len, text.split()))
        self.parts.append(text if place.pre else text.replace("\n", " "))

    def _break(self) -> None:
        """A line break; two in a row are a boundary."""
        if self.place is not None:
            if self.parts[-1] == _BREAK:
                self._flush()
            else:
                self.parts.append(_BREAK)

    def finish(self) -> tuple[Blocks, str]:
        """All blocks and the page's text."""
        self._flush()
        total = sum(len(text) for text, _, _ in self.rows) or 1
        for text, _, place in self.rows:
            if place.owner >= 0:
                self.weight[place.owner] = self.weight.get(place.owner, 0) + len(text)
        page: list[str] = []
        starts: list[int] = []
        at, before = 0, None
        for text, _, place in self.rows:
            if page:
                gap = "\n" if before is place.kind and place.kind in _TIGHT else "\n\n"
                page.append(gap)
                at += len(gap)
            starts.append(at)
            page.append(text)
            at, before = at + len(text), place.kind
        ends = [start + len(text) for start, (text, _, _) in zip(starts, self.rows, strict=True)]
        blocks = Blocks.at(np.array([0, len(starts)]), np.array(starts, np.int64), np.array(ends, np.int64))
        for i, (text, linked, place) in enumerate(self.rows):
            blocks.kind[i], blocks.level[i], blocks.hidden[i] = KIND[place.kind], place.level, place.hidden
            blocks.links[i] = min(1.0, linked / (sum(map(len, text.split())) or 1)) if linked else 0.0
            whole = place.owner >= 0 and self.weight[place.owner] > _CONTAINER_SHARE * total
            if place.hint is not None and not whole:
                blocks.hint[i], blocks.hinted_by[i] = REASON[place.hint], place.hinted_by
        return blocks, "".join(page)

    def _flush(self) -> None:
        if self.place is not None:
            raw = "".join(self.parts)
            text = raw.strip("\n").rstrip() if self.place.pre else _squeeze(raw)
            if text:
                self.rows.append((text, self.linked, self.place))
            self.parts, self.linked, self.place = [], 0, None


def _squeeze(raw: str) -> str:
    # The only line breaks left are those of <br>.
    if _BREAK not in raw:
        return " ".join(raw.split())
    return _BREAK.join(line for line in (" ".join(part.split()) for part in raw.split(_BREAK)) if line)


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
