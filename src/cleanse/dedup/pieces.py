"""Pieces: where the places of a kept text stand on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


def page_offsets(pieces: pa.ListArray, places: NDArray[np.int64], *, end: bool) -> NDArray[np.int64]:
    """Where on the page the place of each kept text stands, int64[texts]; an ``end`` belongs to the piece before it.

    A row of ``pieces`` (`schema.PIECE`, ascending) and of ``places`` for each text. A text without pieces is its page.
    """
    counts = np.diff(pieces.offsets.to_numpy())
    flat = pieces.flatten()
    if not len(flat):
        return np.asarray(places, np.int64)
    page_start, text_start = (flat.field(name).to_numpy() for name in ("page_start", "text_start"))
    # texts one behind the other, each as long as the longest reach: one sorted column to search all places in
    reach = max(int(places.max(initial=0)), int(text_start.max())) + 2
    rows = np.arange(len(counts), dtype=np.int64)
    starts = text_start + np.repeat(rows, counts) * reach
    lasts = np.cumsum(counts)
    at = np.searchsorted(starts, places + rows * reach, side="left" if end else "right") - 1
    at = np.clip(at, lasts - counts, np.maximum(lasts - 1, 0))
    moved = np.where(counts > 0, page_start[at] - text_start[at], 0)
    return np.asarray(places + moved, np.int64)
