"""Likeness: whether the sketches of two documents that hardly met say that they are worth comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.pairs import alike

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.index.file import IndexFile

#: Sketches of two documents that hardly met must be equal in this share of the places that a shared passage makes equal, and
#: in no more than so many. Of texts of an index of 80,000 a sixth of the pairs is left (`bench/growing.py`); of the pairs
#: with a planted passage 99 in 100 are, and of copies all.
_SHARE, _MOST_EQUAL = 1 / 3, 4
#: Rows that are written at once.
_ROWS = 2**16


def add_sketches(file: IndexFile, first: int, sketches: NDArray[np.uint8]) -> None:
    """Keep the sketches, uint8[documents, n], of the documents from ``first`` on."""
    for start in range(0, len(sketches), _ROWS):
        part = sketches[start : start + _ROWS]
        numbers = np.arange(first + start, first + start + len(part))
        file.insert("INSERT INTO sketches SELECT * FROM given", pa.table({"doc": numbers, "sketch": _packed(part)}))


def likely(
    file: IndexFile, a: NDArray[np.int64], b: NDArray[np.int64], sketches: NDArray[np.uint8], words: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether the sketches of each pair are alike; of the documents that arrive they are ``sketches``, and ``words`` their tokens.

    A passage that two documents share makes their sketches the more alike the shorter they are.
    """
    known = np.unique(a[a < file.documents])
    old_sketches, old_words = _stored(file, known, sketches.shape[1])
    both, sizes = np.concatenate([old_sketches, sketches]), np.concatenate([old_words, words])
    first = np.where(a < file.documents, np.searchsorted(known, a), a - file.documents + len(known))
    second = b - file.documents + len(known)
    together = np.maximum(sizes[first] + sizes[second], 1)
    expected = sketches.shape[1] * (file.settings.window_words or together) / together
    least = np.minimum(expected * _SHARE, _MOST_EQUAL).astype(np.int64)
    found = np.empty(len(a), bool)
    for some in range(_MOST_EQUAL + 1):
        these = least == some
        found[these] = alike(both, first[these], second[these], some)
    return found


def _stored(file: IndexFile, docs: NDArray[np.int64], width: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    sketches, words = np.zeros((len(docs), width), np.uint8), np.zeros(len(docs), np.int64)
    query = "SELECT s.doc, s.sketch, d.words FROM given g JOIN sketches s ON s.doc = g.doc JOIN documents d ON d.doc = g.doc"
    for batch in file.read(query, pa.table({"doc": docs})):
        at = np.searchsorted(docs, batch["doc"].to_numpy())
        sketches[at], words[at] = _unpacked(batch["sketch"], width), batch["words"].to_numpy()
    return sketches, words


def _packed(sketches: NDArray[np.uint8]) -> pa.Array:
    rows = pa.py_buffer(np.ascontiguousarray(sketches))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(sketches.shape[1]), len(sketches), [None, rows])


def _unpacked(sketches: pa.Array, width: int) -> NDArray[np.uint8]:
    rows = sketches.cast(pa.binary(width))
    found = np.frombuffer(rows.buffers()[1], np.uint8)[rows.offset * width :][: len(rows) * width]
    return found.reshape(-1, width)
