"""The open block of a scan: text is added to it, lines break in it, and it ends; kernels.

Text is bytes of UTF-8; a zero follows each block.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from cleanse.boilerplate.scanned import (
    BLOCKS_DONE,
    BROKEN,
    ELEMENT,
    IMAGES,
    IMAGES_SEEN,
    LINK,
    LINKED,
    OPEN,
    OPEN_LINKED,
    OPEN_SIZE,
    PRE,
    WRITTEN,
)
from cleanse.boilerplate.tokeniser import reference_end, space_end
from cleanse.compiled import kernel

_NEWLINE, _BLANK, _AMPERSAND = (ord(mark) for mark in "\n &")
_END_OF_BLOCK = 0


@kernel
def add_text(data, i, end, element, marks, state, out, blocks):
    """Text of an element, added to the open block."""
    if state[OPEN] < 0 or state[BROKEN]:
        if is_blank(data, i, end):
            return
        if state[OPEN] < 0:
            state[OPEN] = element
    pre, at, size, linked = marks & PRE, state[WRITTEN], 0, 0
    while i < end:
        c = data[i]
        after = i + 1
        if c == _AMPERSAND:
            after = max(reference_end(data, i, end), after)
        if space_end(data, i, end) == i:
            linked += c & 0xC0 != 0x80
        size += c & 0xC0 != 0x80
        out[at] = _BLANK if c == _NEWLINE and not pre else c
        at += 1
        for k in range(i + 1, after):
            out[at] = data[k]
            at += 1
        i = after
    state[WRITTEN], state[OPEN_SIZE], state[BROKEN] = at, state[OPEN_SIZE] + size, 0
    if marks & LINK:
        state[OPEN_LINKED] += linked


@kernel
def break_line(state, blocks, out):
    """A line break; two in a row are a boundary."""
    if state[OPEN] >= 0:
        if state[BROKEN]:
            end_block(state, blocks, out)
        else:
            out[state[WRITTEN]] = _NEWLINE
            state[WRITTEN] += 1
            state[BROKEN] = 1


@kernel
def end_block(state, blocks, out):
    """End the open block."""
    if state[OPEN] >= 0:
        row = blocks[state[BLOCKS_DONE]]
        row[ELEMENT], row[LINKED], row[IMAGES] = state[OPEN], state[OPEN_LINKED], state[IMAGES_SEEN]
        out[state[WRITTEN]] = _END_OF_BLOCK
        state[WRITTEN] += 1
        state[BLOCKS_DONE] += 1
        state[OPEN], state[OPEN_LINKED], state[OPEN_SIZE], state[BROKEN] = -1, 0, 0, 0


@kernel
def is_blank(data, i, end):
    while i < end:
        after = space_end(data, i, end)
        if after == i:
            return False
        i = after
    return True


@kernel
def characters(data, i, end):
    count = 0
    for k in range(i, end):
        count += data[k] & 0xC0 != 0x80
    return count
