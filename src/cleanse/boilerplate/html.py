"""HTML as blocks: one pass over the page; every text of the body ends up in one block, noise and hidden text too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleanse.boilerplate import scanned as s
from cleanse.boilerplate.blocks import KIND, Blocks, Page, Pages
from cleanse.boilerplate.characters import Characters
from cleanse.boilerplate.head import read_head
from cleanse.boilerplate.measure import measure
from cleanse.boilerplate.references import resolved
from cleanse.boilerplate.scan import DEPTH, scan
from cleanse.boilerplate.tags import tag_table
from cleanse.boilerplate.text import MOST_LINES, find_text_blocks
from cleanse.boilerplate.tokeniser import ATTRIBUTES
from cleanse.boilerplate.tree import Tree, read_tree
from cleanse.compiled import announce
from cleanse.schema import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CONTROL = bytes([*range(9), 0x0B, *range(0x0E, 0x20)])
_REPLACED = dict.fromkeys(_CONTROL, "\ufffd")
_BREAK = "\n"
_BOTTOMLESS = 2**62
_TIGHT = [KIND[Kind.LIST_ITEM], KIND[Kind.TABLE_ROW]]
_GAPS = ("", "\n", "\n\n")
_LANGUAGE = s.VALUES + 2 * ATTRIBUTES.index("lang")

#: An element that holds more than this share of the page's text is the page, whatever its class says.
_CONTAINER_SHARE = 0.5


class Scanned(NamedTuple):
    """A page taken apart: its bytes, what `scan` found, and its blocks as they stand in it: raw, with a zero after each."""

    data: bytes
    elements: NDArray[np.int32]
    blocks: NDArray[np.int32]
    pieces: NDArray[np.int32]
    text: bytes

    @property
    def raw(self) -> list[str]:
        """The raw text of each block."""
        return self.text.decode("utf-8").split("\0")[:-1]


class Shown(NamedTuple):
    """What is text of a scanned page: its tree, the text of its blocks, and which of the scanned ones they are."""

    tree: Tree
    texts: list[str]
    alive: NDArray[np.bool_]


def find_html_blocks(source: str) -> Pages:
    """The blocks of a page, and what its head says of it; those of its text alone where they are very many."""
    scanned = scan_page(source)
    if len(scanned.blocks) > MOST_LINES:
        return find_text_blocks(["\n\n".join(filter(None, (plain(text, False) for text in scanned.raw)))])
    tree, texts, alive = show(scanned)
    blocks, text = _blocks(texts, scanned.blocks[alive, s.LINKED], tree)
    head = read_head(scanned.data, scanned.pieces, _language(scanned.data, scanned.elements))
    page = Page(
        text,
        "html",
        title=head.title,
        date=head.date,
        head=head,
        elements=len(scanned.elements),
        # as deep as it goes here, a page may go any deeper for others
        nesting=int(tree.depth.sum()) if tree.depth.max() < DEPTH else _BOTTOMLESS,
        tree=tree,
    )
    return Pages([page], blocks, measure(blocks, Characters([text])))


def scan_page(source: str) -> Scanned:
    """Take a page apart."""
    announce(scan)
    data = _bytes(source)
    elements, blocks, text, pieces = scan(np.frombuffer(data, np.uint8), tag_table())
    return Scanned(data, elements, blocks, pieces, text.tobytes())


def show(scanned: Scanned) -> Shown:
    """The text and the tree of a scanned page."""
    data, elements, rows, *_ = scanned
    alive = np.ones(len(rows), np.bool_)
    tree = read_tree(data, elements, rows, alive)
    pre = tree.pre[tree.element]
    texts = [plain(text, bool(kept)) for text, kept in zip(scanned.raw, pre.tolist(), strict=True)]
    if not all(texts):
        # what looked like a character reference was white space
        alive = np.array([bool(text) for text in texts])
        tree, texts = read_tree(data, elements, rows, alive), list(filter(None, texts))
    return Shown(tree, texts, alive)


def plain(raw: str, pre: bool) -> str:
    """The text of a block; its only line breaks are those of <br>, but for preformatted text."""
    if "&" in raw:
        raw = resolved(raw)
    if pre:
        return raw.strip("\n").rstrip()
    if _BREAK not in raw:
        return " ".join(raw.split())
    return _BREAK.join(line for line in (" ".join(part.split()) for part in raw.split(_BREAK)) if line)


def _bytes(source: str) -> bytes:
    data = source.encode("utf-8", "replace")
    if len(data.translate(None, _CONTROL)) < len(data):
        data = source.translate(_REPLACED).encode("utf-8", "replace")
    return data.replace(b"\r\n", b"\n")


def _blocks(texts: list[str], linked: NDArray[np.int32], tree: Tree) -> tuple[Blocks, str]:
    at = tree.element
    owner, kind = tree.owner[at], tree.kind[at]
    sizes = np.array([len(text) for text in texts], np.int64)
    gaps = np.full(len(texts), 2)
    gaps[1:][(kind[1:] == kind[:-1]) & np.isin(kind[1:], _TIGHT)] = 1
    ends = np.cumsum(sizes + gaps)
    if len(texts):
        ends -= gaps[0]
    blocks = Blocks.at(np.array([0, len(texts)]), ends - sizes, ends)
    blocks.kind[:], blocks.level[:], blocks.hidden[:] = kind, tree.level[at], tree.hidden[at] > 0
    some = np.flatnonzero(linked)
    seen = [_seen(texts[i], bool(pre)) for i, pre in zip(some.tolist(), tree.pre[at[some]].tolist(), strict=True)]
    blocks.links[some] = np.minimum(1.0, linked[some] / np.maximum(seen, 1))
    held = np.bincount(owner[owner >= 0], sizes[owner >= 0], len(tree.name)) > _CONTAINER_SHARE * sizes.sum()
    told = np.flatnonzero((owner >= 0) & ~held[owner])
    ways, way = np.unique(tree.name[owner[told]], return_inverse=True)
    blocks.hint[told] = tree.hint[at[told]]
    blocks.hinted_by[told] = np.array([tree.called.by(one) for one in ways.tolist()], object)[way]
    page = [
        text if not i else _GAPS[gap] + text for i, (text, gap) in enumerate(zip(texts, gaps.tolist(), strict=True))
    ]
    return blocks, "".join(page)


def _seen(text: str, pre: bool) -> int:
    """The characters of a block that are not white space, of which only preformatted text has other than `plain` leaves."""
    return sum(map(len, text.split())) if pre else len(text) - text.count(" ") - text.count(_BREAK)


def _language(data: bytes, elements: NDArray[np.int32]) -> str:
    begin, end = elements[min(1, len(elements) - 1), _LANGUAGE : _LANGUAGE + 2].tolist()
    return data[begin:end].decode("utf-8", "replace").strip()
