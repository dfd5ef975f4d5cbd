"""The shingles of one document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.dedup.shingles import shingle

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shingle_hashes(hashes: NDArray[np.uint32], words: int) -> NDArray[np.uint32]:
    """Hashes of the ``words`` consecutive tokens from each place of one document on; of all tokens if it has fewer."""
    found = np.empty(max(len(hashes) - words + 1, min(len(hashes), 1)), np.uint32)
    shingle(hashes, 0, len(hashes), words, found)
    return found
