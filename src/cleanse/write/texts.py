"""Columns of texts by their characters: slices of them, and how much of each can be seen."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from cleanse.compiled import kernel
from cleanse.errors import InternalError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.signedinteger[Any]]


def slices(texts: pa.LargeStringArray, rows: Numbers, starts: Numbers, ends: Numbers) -> pa.LargeStringArray:
    """``texts[row][start:end]`` for each of the spans, which are disjoint and ascend by row and place.

    >>> slices(pa.array(["añb", "cd"], pa.large_string()), np.array([0, 1]), np.array([1, 0]), np.array([3, 1])).to_pylist()
    ['ñb', 'c']
    """
    if not len(rows):
        return texts.slice(0, 0)
    data, offsets = _buffers(texts)
    # the spans and what lies between them as one array over the same bytes
    *places, right = _places(data, offsets, rows, starts, ends)
    if not right:
        raise InternalError("the blocks of a page overlap or are not of its text; please report this with the page")
    bounds = np.stack(places, axis=1).reshape(-1)
    both = pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(data))
    return both.take(pa.array(np.arange(0, len(bounds), 2)))


def visible(texts: pa.LargeStringArray) -> Numbers:
    """How many characters of each text are no space, as `cleanse.characters.visible_characters` counts them, int64[texts].

    >>> visible(pa.array(["a b", "", " ñ "], pa.large_string())).tolist()
    [2, 0, 1]
    """
    data, offsets = _buffers(texts)
    counts = np.empty(len(texts), np.int64)
    _count(data, offsets, _blank(), counts)
    return counts


def _buffers(texts: pa.LargeStringArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of all texts, and where each begins in them."""
    _, places, data = texts.buffers()
    offsets = (
        np.frombuffer(places, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        if len(texts)
        else np.zeros(1, np.int64)
    )
    if data is None:
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    return np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


@kernel
def _places(data, offsets, rows, starts, ends):
    """Where spans of characters begin and end among the bytes of all texts, in UTF-8; whether they are as `slices` wants them."""
    first, last = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    row, at, end, character = np.int64(-1), np.int64(0), np.int64(0), np.int64(0)
    for span in range(len(rows)):
        if rows[span] != row:
            if rows[span] < row:
                return first, last, False
            row, character = np.int64(rows[span]), np.int64(0)
            at, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if not character <= starts[span] <= ends[span]:
            return first, last, False
        while character < ends[span]:
            if character == starts[span]:
                first[span] = at
            if at >= end:
                return first, last, False
            at += _width(data[at])
            character += 1
        if starts[span] == ends[span]:
            first[span] = at
        last[span] = at
    return first, last, True


@kernel
def _width(byte):
    """The bytes of a character that begins with this one."""
    return 1 + (byte >= 0xC0) + (byte >= 0xE0) + (byte >= 0xF0)


@kernel
def _count(data, offsets, blank, counts):
    """The characters of each text in UTF-8 that are not blank; those beyond the table are not."""
    for text in range(len(counts)):
        seen = 0
        at, end = offsets[text], offsets[text + 1]
        while at < end:
            byte = data[at]
            code = len(blank)
            if byte < 0x80:
                code = np.int64(byte)
                at += 1
            elif byte < 0xE0:
                code = (np.int64(byte) & 0x1F) << 6 | np.int64(data[at + 1]) & 0x3F
                at += 2
            elif byte < 0xF0:
                code = (
                    (np.int64(byte) & 0x0F) << 12 | (np.int64(data[at + 1]) & 0x3F) << 6 | np.int64(data[at + 2]) & 0x3F
                )
                at += 3
            else:
                at += 4
            seen += code >= len(blank) or not blank[code]
        counts[text] = seen


@cache
def _blank() -> NDArray[np.bool_]:
    """Whether a code point below 0x10000 is one that `cleanse.characters.visible_characters` leaves out."""
    blank = np.zeros(0x10000, np.bool_)
    white = re.findall(r"\s", "".join(map(chr, range(len(blank)))))
    blank[[*map(ord, white), 0x200B, 0xFEFF]] = True
    return blank
