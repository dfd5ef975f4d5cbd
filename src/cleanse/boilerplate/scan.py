"""The scan: from the bytes of a page to its elements and the texts of its blocks, in one pass; a kernel."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.boilerplate import tags as t
from cleanse.boilerplate.nesting import LONG_CELL, ROOT, close_implied, close_named, imply_body, pop, push
from cleanse.boilerplate.openblock import add_text, break_line, characters, end_block, is_blank
from cleanse.boilerplate.scanned import (
    BLOCKS_DONE,
    BODY_SEEN,
    ELEMENT_COLUMNS,
    ELEMENTS_DONE,
    HEAD_SEEN,
    HTML_SEEN,
    IMAGES_SEEN,
    IS,
    MARKS,
    NUMBER,
    OPEN,
    PIECES_DONE,
    STATE_COLUMNS,
    UNREAD,
    WRITTEN,
)
from cleanse.boilerplate.tokeniser import (
    ATTRIBUTES,
    after_comment,
    is_letter,
    next_markup,
    raw_end,
    read_attributes,
    read_name,
)
from cleanse.compiled import kernel

#: Elements deeper than this stand beside those above; pages made for reading stay below 100, browsers stop at 512.
DEPTH: Final = 512
#: More elements are not told apart; the largest of 1,476 real pages has 41,000.
MOST_ELEMENTS: Final = 250_000
#: So many pieces of the head are kept at most.
_MOST_PIECES: Final = 10_000

_TYPE = 2 * ATTRIBUTES.index("type")
_FIRST = np.int64(1)
_JSON: Final = np.frombuffer(b"json", np.uint8)
_SLASH = ord("/")


@kernel
def scan(data, table):
    """(elements, blocks, the text of the blocks, a zero after each, pieces of the head) of a page without zeros."""
    n = len(data)
    elements, blocks = np.zeros((256, ELEMENT_COLUMNS), np.int32), np.zeros((256, 3), np.int32)
    pieces = np.zeros((32, 3), np.int32)
    out = np.empty(2 * n + 64, np.uint8)
    state = np.zeros(STATE_COLUMNS, np.int64)
    state[OPEN], state[ELEMENTS_DONE] = -1, 1
    stack, names = np.zeros((DEPTH + 2, 3), np.int64), np.zeros(DEPTH + 2, np.uint64)
    stack[0, IS] = t.ANY | t.SCOPE | t.SPECIAL
    values, none = np.zeros(2 * len(ATTRIBUTES), np.int32), np.zeros(2 * len(ATTRIBUTES), np.int32)
    # of one type from the start, or the kernels below would be compiled once more
    top, beyond, i = np.int64(0), np.int64(0), np.int64(0)
    while i < n:
        # a tag makes a few of each at most
        if state[BLOCKS_DONE] + 4 > len(blocks):
            blocks = _longer(blocks)
        if state[ELEMENTS_DONE] + 4 > len(elements):
            elements = _longer(elements)
        if state[PIECES_DONE] + 1 > len(pieces):
            pieces = _longer(pieces)
        at = next_markup(data, i)
        if at > i:
            shown = not is_blank(data, i, at)
            if shown and stack[top, IS] & t.HEAD:
                top = pop(elements, stack, top, top, state, blocks, out)
            if shown and not state[BODY_SEEN] and not stack[top, MARKS] & UNREAD:
                top = imply_body(elements, stack, names, top, state, none)
            if not stack[top, MARKS] & UNREAD:
                add_text(data, i, at, stack[top, NUMBER], stack[top, MARKS], state, out, blocks)
            i = at
            continue
        ends = data[i + 1] == _SLASH
        name_at = i + 2 if ends else i + 1
        if name_at >= n or not is_letter(data[name_at]):
            i = after_comment(data, i)
            continue
        name, name_end = read_name(data, name_at)
        bits, targets, stops = _known(table, name)
        i, closes = read_attributes(data, name_end, values)
        if ends:
            if bits & t.BREAK:
                break_line(state, blocks, out)
            elif beyond and not bits & (t.VOID | t.UNREAD):
                beyond -= 1
                if not bits & t.INLINE:
                    end_block(state, blocks, out)
            elif not bits & (t.HTML | t.BODY):
                top = close_named(elements, stack, names, top, state, blocks, out, name, bits)
            continue
        if bits & t.IN_HEAD and (stack[top, IS] & t.HEAD or not stack[top, MARKS] & UNREAD):
            _keep_piece(data, pieces, state, bits, name_end, i, values, name)
        inside = raw_end(data, i, name) if bits & t.RAW else i
        if bits & t.HTML and stack[top, MARKS] & UNREAD:
            # a second page begins before the head of the first has ended
            continue
        if stack[top, IS] & t.HEAD and not bits & (t.IN_HEAD | t.HEAD):
            # it was left open
            top = pop(elements, stack, top, top, state, blocks, out)
        if stack[top, MARKS] & UNREAD or bits & t.UNREAD:
            nests = not (bits & (t.VOID | t.RAW) or closes) and top < DEPTH
            if nests and not (bits & t.HEAD and (state[HEAD_SEEN] or state[BODY_SEEN])):
                state[HEAD_SEEN] |= bits & t.HEAD
                top += 1
                stack[top, NUMBER], stack[top, IS], stack[top, MARKS], names[top] = -1, bits, UNREAD, name
            i = inside
            continue
        if bits & (t.HTML | t.BODY):
            if not state[HTML_SEEN] and (bits & t.HTML or not state[BODY_SEEN]):
                state[HTML_SEEN] = 1
                own = bits & t.HTML
                top = push(elements, stack, names, top, state, name_at, name_end, values if own else none, ROOT)
            if bits & t.BODY and not state[BODY_SEEN]:
                state[BODY_SEEN] = 1
                top = push(elements, stack, names, top, state, name_at, name_end, values, ROOT)
            continue
        if not state[BODY_SEEN]:
            top = imply_body(elements, stack, names, top, state, none)
        if targets:
            top = close_implied(elements, stack, top, state, blocks, out, targets, stops)
        if bits & t.CLOSES_P:
            top = close_implied(elements, stack, top, state, blocks, out, t.P, t.SCOPE | t.BUTTON)
        state[IMAGES_SEEN] += bits & t.IMAGE != 0
        if bits & t.BREAK:
            break_line(state, blocks, out)
            continue
        single = bits & t.VOID != 0 or (closes and bits == t.ANY)
        if not single and top < DEPTH and state[ELEMENTS_DONE] < MOST_ELEMENTS:
            top = push(elements, stack, names, top, state, name_at, name_end, values, bits)
            names[top] = name
        elif not single:
            beyond += 1
        if not bits & t.INLINE and (not bits & t.CELL or characters(data, i, next_markup(data, i)) > LONG_CELL):
            end_block(state, blocks, out)
        if bits & t.RAW:
            add_text(data, i, inside, stack[top, NUMBER], stack[top, MARKS], state, out, blocks)
            i = inside
    top = pop(elements, stack, top, _FIRST, state, blocks, out)
    end_block(state, blocks, out)
    return (
        elements[: state[ELEMENTS_DONE]],
        blocks[: state[BLOCKS_DONE]],
        out[: state[WRITTEN]],
        pieces[: state[PIECES_DONE]],
    )


@kernel
def _keep_piece(data, pieces, state, bits, name_end, tag_end, values, name):
    what, begin, end = -1, tag_end, tag_end
    if bits & t.META:
        what, begin = t.HEAD_META, name_end
    elif bits & t.TITLE:
        what, end = t.HEAD_TITLE, raw_end(data, tag_end, name)
    elif bits & t.RAW and values[_TYPE + 1] - values[_TYPE] > 4:
        what, end = t.HEAD_DATA, raw_end(data, tag_end, name)
        for k in range(4):
            if data[values[_TYPE + 1] - 4 + k] != _JSON[k]:
                what = -1
    if what >= 0 and state[PIECES_DONE] < _MOST_PIECES:
        row = pieces[state[PIECES_DONE]]
        row[0], row[1], row[2] = what, begin, end
        state[PIECES_DONE] += 1


@kernel
def _known(table, name):
    """(bits, targets, stops) of a tag name."""
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) // 2
        if table[middle, 0] < name:
            low = middle + 1
        else:
            high = middle
    if low < len(table) and table[low, 0] == name:
        return np.int64(table[low, 1]), np.int64(table[low, 2]), np.int64(table[low, 3])
    return np.int64(t.ANY), np.int64(0), np.int64(0)


@kernel
def _longer(rows):
    longer = np.zeros((2 * len(rows), rows.shape[1]), np.int32)
    for k in range(len(rows)):
        for c in range(rows.shape[1]):
            longer[k, c] = rows[k, c]
    return longer
