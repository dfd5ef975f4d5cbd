"""The rows that a scan writes: the columns of elements and of blocks, and the state that its kernels share."""

from __future__ import annotations

from typing import Final

from cleanse.boilerplate.tokeniser import ATTRIBUTES

# Columns of an element: its parent, its bits, where the name of its tag begins and ends, its depth, the range of its
# blocks and of its text; then where the value of each attribute begins and ends, zero where there is none.
PARENT, BITS, NAME, NAME_END, DEEP, FIRST, LAST, TEXT, TEXT_END, VALUES = range(10)
ELEMENT_COLUMNS: Final = VALUES + 2 * len(ATTRIBUTES)
# Columns of a block: its element, the characters of links in it, the images before its end.
ELEMENT, LINKED, IMAGES = range(3)

# The state: finished blocks, the element of the open block or -1, bytes written, characters of links in the open block
# and of all its text, whether it ends with a line break, images, elements, pieces of the head; what was seen.
(
    BLOCKS_DONE,
    OPEN,
    WRITTEN,
    OPEN_LINKED,
    OPEN_SIZE,
    BROKEN,
    IMAGES_SEEN,
    ELEMENTS_DONE,
    PIECES_DONE,
    HTML_SEEN,
    HEAD_SEEN,
    BODY_SEEN,
) = range(12)
STATE_COLUMNS: Final = 12
# Of an open element: its number, its bits, its marks.
NUMBER, IS, MARKS = range(3)
# Marks: its end tag is past, its text is not read, white space counts, its text is a link's.
CLOSED, UNREAD, PRE, LINK = 1, 2, 4, 8
