"""The scan: from the bytes of a page to its elements and the texts of its blocks, in one pass; a kernel.

Elements are nested as the HTML standard nests them, but for two things: an element whose end tag stands inside another
one ends with that one, and text of a table that is in no cell stays where it is.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from cleanse.boilerplate import tags as t
from cleanse.boilerplate.tokeniser import (
    ATTRIBUTES,
    after_comment,
    is_letter,
    next_markup,
    raw_end,
    read_attributes,
    read_name,
    reference_end,
    space_end,
)

#: Elements deeper than this stand beside those above; pages made for reading stay below 100, browsers stop at 512.
DEPTH: Final = 512
#: More elements are not told apart; the largest of 1,476 real pages has 41,000.
MOST_ELEMENTS: Final = 250_000
#: So many pieces of the head are kept at most.
_MOST_PIECES: Final = 10_000
#: A row is one block while its cells are short; a cell with more characters than this is a column of a layout.
_LONG_CELL: Final = 150

# Columns of an element: its parent, its bits, where the name of its tag begins and ends, its depth, the range of its
# blocks; then where the value of each attribute begins and ends, zero where there is none.
PARENT, BITS, NAME, NAME_END, DEEP, FIRST, LAST, VALUES = range(8)
_COLUMNS: Final = VALUES + 2 * len(ATTRIBUTES)
# Columns of a block: its element, the characters of links in it, the images before its end.
ELEMENT, LINKED, IMAGES = range(3)

# The state: finished blocks, the element of the open block or -1, bytes written, characters of links in the open block
# and of all its text, whether it ends with a line break, images, elements, pieces of the head; what was seen.
_BLOCKS, _OPEN, _AT, _LINKS, _SIZE, _BROKE, _IMAGES, _ELEMENTS, _PIECES, _HTML, _HEAD, _BODY = range(12)
# Of an open element: its number, its bits, its marks.
_NUMBER, _IS, _MARKS = range(3)
_CLOSED, _UNREAD, _PRE, _LINK = 1, 2, 4, 8

_HREF, _TYPE = 2 * ATTRIBUTES.index("href"), 2 * ATTRIBUTES.index("type")
#: What html and body are, which no tag ends.
_ROOT: Final = np.int64(t.ANY | t.SCOPE | t.SPECIAL | t.BODY)
_FIRST, _NOWHERE = np.int64(1), np.int64(0)
_JSON: Final = np.frombuffer(b"json", np.uint8)
_SLASH, _NEWLINE, _BLANK, _AMPERSAND = (ord(mark) for mark in "/\n &")
_END_OF_BLOCK: Final = 0


@njit(cache=True, nogil=True)
def scan(data, table):
    """(elements, blocks, the text of the blocks, a zero after each, pieces of the head) of a page without zeros."""
    n = len(data)
    elements, blocks = np.zeros((256, _COLUMNS), np.int32), np.zeros((256, 3), np.int32)
    pieces = np.zeros((32, 3), np.int32)
    out = np.empty(2 * n + 64, np.uint8)
    state = np.zeros(12, np.int64)
    state[_OPEN], state[_ELEMENTS] = -1, 1
    stack, names = np.zeros((DEPTH + 2, 3), np.int64), np.zeros(DEPTH + 2, np.uint64)
    stack[0, _IS] = t.ANY | t.SCOPE | t.SPECIAL
    values, none = np.zeros(2 * len(ATTRIBUTES), np.int32), np.zeros(2 * len(ATTRIBUTES), np.int32)
    # of one type from the start, or the kernels below would be compiled once more
    top, beyond, i = np.int64(0), np.int64(0), np.int64(0)
    while i < n:
        # a tag makes a few of each at most
        if state[_BLOCKS] + 4 > len(blocks):
            blocks = _longer(blocks)
        if state[_ELEMENTS] + 4 > len(elements):
            elements = _longer(elements)
        if state[_PIECES] + 1 > len(pieces):
            pieces = _longer(pieces)
        at = next_markup(data, i)
        if at > i:
            shown = not _is_blank(data, i, at)
            if shown and stack[top, _IS] & t.HEAD:
                top = _pop(elements, stack, top, top, state, blocks, out)
            if shown and not state[_BODY] and not stack[top, _MARKS] & _UNREAD:
                top = _imply_body(elements, stack, names, top, state, none)
            if not stack[top, _MARKS] & _UNREAD:
                _text(data, i, at, stack[top, _NUMBER], stack[top, _MARKS], state, out, blocks)
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
                _break(state, blocks, out)
            elif beyond and not bits & (t.VOID | t.UNREAD):
                beyond -= 1
                if not bits & t.INLINE:
                    _flush(state, blocks, out)
            elif not bits & (t.HTML | t.BODY):
                top = _end(elements, stack, names, top, state, blocks, out, name, bits)
            continue
        if bits & t.IN_HEAD and (stack[top, _IS] & t.HEAD or not stack[top, _MARKS] & _UNREAD):
            _keep_piece(data, pieces, state, bits, name_end, i, values, name)
        inside = raw_end(data, i, name) if bits & t.RAW else i
        if bits & t.HTML and stack[top, _MARKS] & _UNREAD:
            # a second page begins before the head of the first has ended
            continue
        if stack[top, _IS] & t.HEAD and not bits & (t.IN_HEAD | t.HEAD):
            # it was left open
            top = _pop(elements, stack, top, top, state, blocks, out)
        if stack[top, _MARKS] & _UNREAD or bits & t.UNREAD:
            nests = not (bits & (t.VOID | t.RAW) or closes) and top < DEPTH
            if nests and not (bits & t.HEAD and (state[_HEAD] or state[_BODY])):
                state[_HEAD] |= bits & t.HEAD
                top += 1
                stack[top, _NUMBER], stack[top, _IS], stack[top, _MARKS], names[top] = -1, bits, _UNREAD, name
            i = inside
            continue
        if bits & (t.HTML | t.BODY):
            if not state[_HTML] and (bits & t.HTML or not state[_BODY]):
                state[_HTML] = 1
                own = bits & t.HTML
                top = _push(elements, stack, names, top, state, name_at, name_end, values if own else none, _ROOT)
            if bits & t.BODY and not state[_BODY]:
                state[_BODY] = 1
                top = _push(elements, stack, names, top, state, name_at, name_end, values, _ROOT)
            continue
        if not state[_BODY]:
            top = _imply_body(elements, stack, names, top, state, none)
        if targets:
            top = _close(elements, stack, top, state, blocks, out, targets, stops)
        if bits & t.CLOSES_P:
            top = _close(elements, stack, top, state, blocks, out, t.P, t.SCOPE | t.BUTTON)
        state[_IMAGES] += bits & t.IMAGE != 0
        if bits & t.BREAK:
            _break(state, blocks, out)
            continue
        single = bits & t.VOID != 0 or (closes and bits == t.ANY)
        if not single and top < DEPTH and state[_ELEMENTS] < MOST_ELEMENTS:
            top = _push(elements, stack, names, top, state, name_at, name_end, values, bits)
            names[top] = name
        elif not single:
            beyond += 1
        if not bits & t.INLINE and (not bits & t.CELL or _characters(data, i, next_markup(data, i)) > _LONG_CELL):
            _flush(state, blocks, out)
        if bits & t.RAW:
            _text(data, i, inside, stack[top, _NUMBER], stack[top, _MARKS], state, out, blocks)
            i = inside
    top = _pop(elements, stack, top, _FIRST, state, blocks, out)
    _flush(state, blocks, out)
    return elements[: state[_ELEMENTS]], blocks[: state[_BLOCKS]], out[: state[_AT]], pieces[: state[_PIECES]]


@njit(cache=True, nogil=True)
def _push(elements, stack, names, top, state, name_at, name_end, values, bits):
    """One more element, open; the new top."""
    number = state[_ELEMENTS]
    state[_ELEMENTS] += 1
    row = elements[number]
    row[PARENT], row[BITS], row[NAME], row[NAME_END] = stack[top, _NUMBER], bits, name_at, name_end
    row[DEEP] = elements[row[PARENT], DEEP] + 1
    # what is collected and not yet a block stands before this element, unless it goes on inside it
    row[FIRST] = state[_BLOCKS] + (state[_OPEN] >= 0 and not bits & t.INLINE)
    for k in range(len(values)):
        row[VALUES + k] = values[k]
    marks = stack[top, _MARKS] & (_PRE | _LINK)
    if bits & t.PRE:
        marks |= _PRE
    if bits & t.LINK and values[_HREF + 1] > values[_HREF]:
        marks |= _LINK
    top += 1
    stack[top, _NUMBER], stack[top, _IS], stack[top, _MARKS], names[top] = number, bits, marks, 0
    return top


@njit(cache=True, nogil=True)
def _imply_body(elements, stack, names, top, state, none):
    if not state[_HTML]:
        state[_HTML] = 1
        top = _push(elements, stack, names, top, state, _NOWHERE, _NOWHERE, none, _ROOT)
    state[_BODY] = 1
    return _push(elements, stack, names, top, state, _NOWHERE, _NOWHERE, none, _ROOT)


@njit(cache=True, nogil=True)
def _pop(elements, stack, top, to, state, blocks, out):
    """End the open elements from the top down to ``to``, and those below whose end tags are past; the new top."""
    while top > 0 and (top >= to or stack[top, _MARKS] & _CLOSED):
        number, bits = stack[top, _NUMBER], stack[top, _IS]
        top -= 1
        if number < 0:
            continue
        elements[number, LAST] = state[_BLOCKS] + (state[_OPEN] >= 0)
        if not bits & t.INLINE:
            if not bits & t.CELL or state[_SIZE] > _LONG_CELL:
                _flush(state, blocks, out)
            elif state[_OPEN] >= 0 and not state[_BROKE]:
                out[state[_AT]] = _BLANK
                state[_AT] += 1
                state[_SIZE] += 1
    return top


@njit(cache=True, nogil=True)
def _close(elements, stack, top, state, blocks, out, targets, stops):
    """End the outermost open element that is one of the targets, above one of the stops; the new top."""
    passes = t.DIVISION if targets & (t.ITEM | t.TERM) else 0
    found = 0
    for k in range(top, 0, -1):
        bits = stack[k, _IS]
        if bits & targets:
            found = k
        if bits & stops and not bits & passes:
            break
    return _pop(elements, stack, top, found, state, blocks, out) if found else top


@njit(cache=True, nogil=True)
def _end(elements, stack, names, top, state, blocks, out, name, bits):
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
        if names[k] == name or bits & stack[k, _IS] & t.HEADING:
            if crossed and bits & t.FORMATTING:
                stack[k, _MARKS] |= _CLOSED
                return top
            return _pop(elements, stack, top, k, state, blocks, out)
        if stack[k, _IS] & stops:
            break
        crossed = crossed or stack[k, _IS] & t.SPECIAL != 0
    return top


@njit(cache=True, nogil=True)
def _text(data, i, end, element, marks, state, out, blocks):
    """Text of an element, added to the open block."""
    if state[_OPEN] < 0 or state[_BROKE]:
        if _is_blank(data, i, end):
            return
        if state[_OPEN] < 0:
            state[_OPEN] = element
    pre, at, size, linked = marks & _PRE, state[_AT], 0, 0
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
    state[_AT], state[_SIZE], state[_BROKE] = at, state[_SIZE] + size, 0
    if marks & _LINK:
        state[_LINKS] += linked


@njit(cache=True, nogil=True)
def _break(state, blocks, out):
    """A line break; two in a row are a boundary."""
    if state[_OPEN] >= 0:
        if state[_BROKE]:
            _flush(state, blocks, out)
        else:
            out[state[_AT]] = _NEWLINE
            state[_AT] += 1
            state[_BROKE] = 1


@njit(cache=True, nogil=True)
def _flush(state, blocks, out):
    """End the open block."""
    if state[_OPEN] >= 0:
        row = blocks[state[_BLOCKS]]
        row[ELEMENT], row[LINKED], row[IMAGES] = state[_OPEN], state[_LINKS], state[_IMAGES]
        out[state[_AT]] = _END_OF_BLOCK
        state[_AT] += 1
        state[_BLOCKS] += 1
        state[_OPEN], state[_LINKS], state[_SIZE], state[_BROKE] = -1, 0, 0, 0


@njit(cache=True, nogil=True)
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
    if what >= 0 and state[_PIECES] < _MOST_PIECES:
        row = pieces[state[_PIECES]]
        row[0], row[1], row[2] = what, begin, end
        state[_PIECES] += 1


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _is_blank(data, i, end):
    while i < end:
        after = space_end(data, i, end)
        if after == i:
            return False
        i = after
    return True


@njit(cache=True, nogil=True)
def _characters(data, i, end):
    count = 0
    for k in range(i, end):
        count += data[k] & 0xC0 != 0x80
    return count


@njit(cache=True, nogil=True)
def _longer(rows):
    longer = np.zeros((2 * len(rows), rows.shape[1]), np.int32)
    for k in range(len(rows)):
        for c in range(rows.shape[1]):
            longer[k, c] = rows[k, c]
    return longer
