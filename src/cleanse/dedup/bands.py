"""Bands: signatures cut into pieces, so that passages alike enough share at least one."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleanse.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U64 = np.uint64
_BASE = _U64(0x9E3779B97F4A7C15)  # of the polynomial over token hashes: odd, 2^64 / golden ratio
_MIX = _U64(0xFF51AFD7ED558CCD)  # MurmurHash3 finalizer
_MIX_2 = _U64(0xC4CEB9FE1A85EC53)
_SHIFT_29, _SHIFT_32 = _U64(29), _U64(32)


@cache
def choose_bands(similarity: float, recall: float, num_perm: int) -> tuple[int, int]:
    """Bands and rows, with the most rows for which ``1 - (1 - similarity**rows)**bands`` reaches ``recall``.

    Fit for ``datasketch.MinHashLSH(params=(bands, rows))``. One row each if no choice reaches it.

    >>> choose_bands(0.15, 0.75, 128)
    (64, 2)
    """
    best = 1
    for rows in range(2, num_perm + 1):
        if 1 - (1 - similarity**rows) ** (num_perm // rows) < recall:
            break
        best = rows
    return num_perm // best, best


def band_keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> NDArray[np.uint64]:
    """A 64-bit key of each band of each signature, uint64[passages, bands]; a column is contiguous in memory."""
    keys = np.empty((bands, len(signatures)), np.uint64)
    _band_keys(signatures, rows, keys)
    return keys.T


@kernel
def _band_keys(signatures, rows, keys):
    for k in range(len(signatures)):
        for band in range(len(keys)):
            state = _U64(band + 1) * _MIX_2
            for r in range(band * rows, band * rows + rows):
                state = (state ^ _U64(signatures[k, r])) * _BASE
                state ^= state >> _SHIFT_29
            state *= _MIX
            keys[band, k] = state ^ (state >> _SHIFT_32)
