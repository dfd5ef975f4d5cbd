"""The tree of a page as columns: what each element is called, and what holds for the text inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate import scanned as s
from cleanse.boilerplate.called import Called
from cleanse.boilerplate.inherit import fingerprints, inherit
from cleanse.boilerplate.tokeniser import ATTRIBUTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STYLE_HIDES = regex.compile(rb"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_STYLE, _HIDDEN = (s.VALUES + 2 * ATTRIBUTES.index(name) for name in ("style", "hidden"))


@dataclass(frozen=True, slots=True)
class Tree:
    """The elements of a page, the parents before their children; the first stands for the page.

    ``name[e]`` is the one of the ways of ``called`` in which element ``e`` is called; ``first`` and ``last`` are the range of
    the blocks inside it; ``kind`` and ``hint`` are numbers of `KINDS` and `REASONS` of `cleanse.boilerplate.blocks`,
    ``owner`` the element that gave the hint;
    ``inside`` has the bits of `TOLD` for it and all above; ``inner`` and ``outer`` are the depths of the nearest article and
    of the nearest element that stands around one, 0 for none; ``path`` is equal for elements reached by the same tags and
    first classes; ``wider`` is the nearest element above with more blocks.

    ``element`` has the element of each block, ``images`` the number of images before its end.
    """

    called: Called
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
    called = Called(data, elements[first])
    hides = elements[:, _HIDDEN] > 0
    for at in np.flatnonzero(elements[:, _STYLE + 1] > elements[:, _STYLE]).tolist():
        hides[at] |= bool(_STYLE_HIDES.search(data, *elements[at, _STYLE : _STYLE + 2].tolist()))
    before = np.zeros(len(alive) + 1, np.intp)
    np.cumsum(alive, out=before[1:])
    starts, ends = before[elements[:, s.FIRST]], before[elements[:, s.LAST]]
    parent, depth = np.ascontiguousarray(elements[:, s.PARENT]), np.ascontiguousarray(elements[:, s.DEEP])
    columns = inherit(parent, depth, starts, ends, np.ascontiguousarray(name), called.rows, hides)
    passed_down = (*columns, blocks[alive, s.ELEMENT].astype(np.intp), blocks[alive, s.IMAGES])
    return Tree(called, name, parent, depth, starts, ends, *passed_down)
