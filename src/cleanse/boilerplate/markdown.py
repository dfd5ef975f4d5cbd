"""Markdown of what is kept of a page of HTML: its headings, lists, tables, quotes, code, links and emphasis."""

from __future__ import annotations

from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import regex

from cleanse.boilerplate import scanned as s
from cleanse.boilerplate import tags as t
from cleanse.boilerplate.html import Scanned, plain, scan_page, show
from cleanse.boilerplate.inline import marked, styled, written
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleanse.boilerplate.page import StrippedBlock
    from cleanse.boilerplate.tree import Tree

_ITEMS = frozenset({"li", "dt", "dd"})
_FENCES = regex.compile("^`{3,}", regex.M)


class _Piece(NamedTuple):
    """A paragraph of Markdown. Pieces of the same ``run`` stand together, with ``gap`` between them."""

    text: str
    run: tuple[str, int] = ("", 0)
    gap: str = "\n\n"


def markdown(source: str, blocks: Sequence[StrippedBlock], url: str | None = None) -> str | None:
    """The kept blocks of a page of HTML; None where they are not those of its tree. Links are made absolute with ``url``."""
    scanned = scan_page(source)
    page = _Page(scanned, url) if len(scanned.blocks) >= len(blocks) else None
    if page is None or len(page.begin) != len(blocks):
        return None
    pieces = list(page.pieces(blocks))
    gaps = [last.gap if last.run == piece.run and piece.run[0] else "\n\n" for last, piece in pairwise(pieces)]
    return "".join(chain.from_iterable(zip_longest((piece.text for piece in pieces), gaps, fillvalue="")))


class _Page:
    """A page's tree, and where each of its blocks stands in the scanned text."""

    def __init__(self, scanned: Scanned, url: str | None) -> None:
        self._text, self._elements = scanned.text, scanned.elements
        self._tree: Tree
        self._tree, _, alive = show(scanned)
        ends = np.flatnonzero(np.frombuffer(scanned.text, np.uint8) == 0)
        self.begin = np.append(0, ends + 1)[: len(ends)][alive].tolist()
        self._end = ends[alive].tolist()
        self._styles = styled(scanned.data, scanned.elements, url)
        self._cells = np.flatnonzero(scanned.elements[:, s.BITS] & t.CELL)
        self._cell_texts = scanned.elements[self._cells, s.TEXT], scanned.elements[self._cells, s.TEXT_END]
        self._indents: dict[int, str] = {}
        self._counts: dict[int, int] = {}

    def pieces(self, blocks: Sequence[StrippedBlock]) -> Iterator[_Piece]:
        """What the kept blocks are in Markdown."""
        rows: dict[int, dict[int, list[str]]] = {}
        table = 0
        for at, block in enumerate(blocks):
            if not block.kept:
                continue
            cells = self._cells_of(at) if block.kind == Kind.TABLE_ROW else []
            if rows and (not cells or self._above(cells[0], t.TABLE) != table):
                yield from _table(rows, table)
                rows = {}
            if cells:
                table = self._above(cells[0], t.TABLE)
                row = rows.setdefault(self._above(cells[0], t.ROW), {})
                for cell in cells:
                    row.setdefault(cell, []).append(self._inline(at, cell if len(cells) > 1 else None, " "))
            else:
                yield self._piece(at, block)
        if rows:
            yield from _table(rows, table)

    def _piece(self, at: int, block: StrippedBlock) -> _Piece:
        element = int(self._tree.element[at])
        if self._tree.pre[element]:
            fence = "`" * max([3, *(len(run) + 1 for run in _FENCES.findall(block.text))])
            return _Piece(f"{fence}\n{block.text}\n{fence}")
        if block.kind in (Kind.TITLE, Kind.HEADING):
            level = int(self._tree.level[element])
            default = 1 if block.kind == Kind.TITLE else 2
            return _Piece(f"{'#' * (level if level > 0 else default)} {self._inline(at, None, ' ')}")
        if block.kind == Kind.LIST_ITEM:
            return self._item(at, element)
        text = self._inline(at, None, "\\\n")
        if block.kind == Kind.QUOTE:
            quoted = "\n".join(f"> {line}" for line in text.split("\n"))
            return _Piece(quoted, ("quote", self._named_above(element, "blockquote")), "\n>\n")
        return _Piece(text)

    def _item(self, at: int, element: int) -> _Piece:
        """An item of a list, or one more paragraph of it. It is indented below the item that it stands in, if that is kept."""
        above = [place for place in self._line(element) if self._tag(place) in _ITEMS]
        item = above[0] if above else element
        text = self._inline(at, None, "\n")
        if item in self._indents:
            return _Piece(_indented(text, self._indents[item], self._indents[item]))
        lists = [place for place in self._line(item) if self._elements[place, s.BITS] & t.LIST]
        mark = "- "
        if lists and self._tag(lists[0]) == "ol":
            self._counts[lists[0]] = self._counts.get(lists[0], 0) + 1
            mark = f"{self._counts[lists[0]]}. "
        outer = next((self._indents[place] for place in above[1:] if place in self._indents), "")
        self._indents[item] = outer + " " * len(mark)
        return _Piece(_indented(text, outer + mark, self._indents[item]), ("list", lists[-1] if lists else 0), "\n")

    def _inline(self, at: int, cell: int | None, line_break: str) -> str:
        """The text of a block, or of one cell in it."""
        begin, end = self.begin[at], self._end[at]
        if cell is not None:
            begin, end = max(begin, self._elements[cell, s.TEXT]), min(end, self._elements[cell, s.TEXT_END])
        raw, addresses = marked(self._text, begin, end, self._styles)
        return written(plain(raw, False), addresses).replace("\n", line_break)

    def _cells_of(self, at: int) -> list[int]:
        """The cells of a table that a block has text of."""
        begins, ends = self._cell_texts
        some = self._cells[(begins < self._end[at]) & (ends > self.begin[at])].tolist()
        around = {place for cell in some for place in self._line(cell)[1:]}
        return [cell for cell in some if cell not in around]

    def _line(self, element: int) -> list[int]:
        """An element and those above it."""
        line = [element]
        while element > 0:
            element = int(self._tree.parent[element])
            line.append(element)
        return line

    def _above(self, element: int, bit: int) -> int:
        return next((place for place in self._line(element)[1:] if self._elements[place, s.BITS] & bit), 0)

    def _named_above(self, element: int, tag: str) -> int:
        return next((place for place in self._line(element) if self._tag(place) == tag), 0)

    def _tag(self, element: int) -> str:
        return self._tree.called.tags[int(self._tree.name[element])]


def _table(rows: dict[int, dict[int, list[str]]], table: int) -> Iterator[_Piece]:
    """Rows with their cells; a single row or column is no table, but a page's layout."""
    lines = [[" ".join(texts) for texts in row.values()] for row in rows.values()]
    columns = max(map(len, lines))
    if columns == 1 or len(lines) == 1:
        yield from (_Piece(" ".join(filter(None, line))) for line in lines)
        return
    first, *others = [[text.replace("|", "\\|") for text in line] + [""] * (columns - len(line)) for line in lines]
    shown = [first, ["---"] * columns, *others]
    yield _Piece("\n".join(f"| {' | '.join(line)} |" for line in shown))


def _indented(text: str, first: str, others: str) -> str:
    return first + f"\n{others}".join(text.split("\n"))
