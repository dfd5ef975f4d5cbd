"""The open elements of a scan, and which of them a tag ends; kernels.

Elements are nested as the HTML standard nests them, but for two things: an element whose end tag stands inside another
one ends with that one, and text of a table that is in no cell stays where it is.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.boilerplate import tags as t
from cleanse.boilerplate.openblock import end_block
from cleanse.boilerplate.scanned import (
    BITS,
    BLOCKS_DONE,
    BODY_SEEN,
    BROKEN,
    CLOSED,
    DEEP,
    ELEMENTS_DONE,
    FIRST,
    HTML_SEEN,
    IS,
    LAST,
    LINK,
    MARKS,
    NAME,
    NAME_END,
    NUMBER,
    OPEN,
    OPEN_SIZE,
    PARENT,
    PRE,
    TEXT,
    TEXT_END,
    VALUES,
    WRITTEN,
)
from cleanse.boilerplate.tokeniser import ATTRIBUTES
from cleanse.compiled import kernel

#: A row is one block while its cells are short; a cell with more characters than this is a column of a layout.
LONG_CELL: Final = 150
_HREF = 2 * ATTRIBUTES.index("href")
#: What html and body are, which no tag ends.
ROOT: Final = np.int64(t.ANY | t.SCOPE | t.SPECIAL | t.BODY)
_NOWHERE = np.int64(0)
_BLANK = ord(" ")


@kernel
def push(elements, stack, names, top, state, name_at, name_end, values, bits):
    """One more element, open; the new top."""
    number = state[ELEMENTS_DONE]
    state[ELEMENTS_DONE] += 1
    row = elements[number]
    row[PARENT], row[BITS], row[NAME], row[NAME_END] = stack[top, NUMBER], bits, name_at, name_end
    row[DEEP] = elements[row[PARENT], DEEP] + 1
    # what is collected and not yet a block stands before this element, unless it goes on inside it
    row[FIRST] = state[BLOCKS_DONE] + (state[OPEN] >= 0 and not bits & t.INLINE)
    row[TEXT] = state[WRITTEN]
    for k in range(len(values)):
        row[VALUES + k] = values[k]
    marks = stack[top, MARKS] & (PRE | LINK)
    if bits & t.PRE:
        marks |= PRE
    if bits & t.LINK and values[_HREF + 1] > values[_HREF]:
        marks |= LINK
    top += 1
    stack[top, NUMBER], stack[top, IS], stack[top, MARKS], names[top] = number, bits, marks, 0
    return top


@kernel
def imply_body(elements, stack, names, top, state, none):
    if not state[HTML_SEEN]:
        state[HTML_SEEN] = 1
        top = push(elements, stack, names, top, state, _NOWHERE, _NOWHERE, none, ROOT)
    state[BODY_SEEN] = 1
    return push(elements, stack, names, top, state, _NOWHERE, _NOWHERE, none, ROOT)


@kernel
def pop(elements, stack, top, to, state, blocks, out):
    """End the open elements from the top down to ``to``, and those below whose end tags are past; the new top."""
    while top > 0 and (top >= to or stack[top, MARKS] & CLOSED):
        number, bits, past = stack[top, NUMBER], stack[top, IS], stack[top, MARKS] & CLOSED
        top -= 1
        if number < 0:
            continue
        if not past:
            elements[number, TEXT_END] = state[WRITTEN]
        elements[number, LAST] = state[BLOCKS_DONE] + (state[OPEN] >= 0)
        if not bits & t.INLINE:
            if not bits & t.CELL or state[OPEN_SIZE] > LONG_CELL:
                end_block(state, blocks, out)
            elif state[OPEN] >= 0 and not state[BROKEN]:
                out[state[WRITTEN]] = _BLANK
                state[WRITTEN] += 1
                state[OPEN_SIZE] += 1
    return top


@kernel
def close_implied(elements, stack, top, state, blocks, out, targets, stops):
    """End the outermost open element that is one of the targets, above one of the stops; the new top."""
    passes = t.DIVISION if targets & (t.ITEM | t.TERM) else 0
    found = 0
    for k in range(top, 0, -1):
        bits = stack[k, IS]
        if bits & targets:
            found = k
        if bits & stops and not bits & passes:
            break
    return pop(elements, stack, top, found, state, blocks, out) if found else top


@kernel
def close_named(elements, stack, names, top, state, blocks, out, name, bits):
    """An end tag; the new top."""
    stops = t.SCOPE
    if bits & (t.CELLS | t.ROW | t.ROWS | t.TABLE):
        stops = t.TABLE
    elif bits & t.ITEM:
        stops = t.SCOPE | t.LIST
    elif not bits & (t.SPECIAL | t.FORMATTING):
        stops = t.SPECIAL
    crossed = False
    for k in range(top, 0, -1):
        if names[k] == name or bits & stack[k, IS] & t.HEADING:
            if crossed and bits & t.FORMATTING:
                stack[k, MARKS] |= CLOSED
                if stack[k, NUMBER] >= 0:
                    elements[stack[k, NUMBER], TEXT_END] = state[WRITTEN]
                return top
            return pop(elements, stack, top, k, state, blocks, out)
        if stack[k, IS] & stops:
            break
        crossed = crossed or stack[k, IS] & t.SPECIAL != 0
    return top
