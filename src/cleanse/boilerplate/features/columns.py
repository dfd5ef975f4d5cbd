"""Columns over the blocks of one page, and the few moves that features are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
Groups = NDArray[np.signedinteger[Any]]
Columns = dict[str, Column]


def running(values: Column | Flags) -> Column:
    """Sums of the first 0, 1, 2 ... n values: n + 1 of them."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums


def around(values: Column, reach: int) -> Column:
    """For each block the sum over it and ``reach`` blocks on either side."""
    sums, n = running(values), len(values)
    at = np.arange(n)
    return sums[np.minimum(at + reach + 1, n)] - sums[np.maximum(at - reach, 0)]


def neighbour(values: Column, step: int, missing: float = -1.0) -> Column:
    """For each block the value of the block ``step`` places after it (before it, where negative)."""
    n = len(values)
    shifted = np.full(n, missing)
    if abs(step) < n:
        if step > 0:
            shifted[:-step] = values[step:]
        else:
            shifted[-step:] = values[:step]
    return shifted


def since(flags: NDArray[np.bool_], most: int = 60) -> Column:
    """For each block how many blocks ago the last flagged one was, ``most`` where there was none."""
    at = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, at, -most))
    return np.minimum(at - last, most).astype(float)


def until(flags: NDArray[np.bool_], most: int = 60) -> Column:
    """For each block how many blocks ahead the next flagged one is."""
    return since(flags[::-1], most)[::-1]


def per_group(groups: Groups, values: Column) -> Column:
    """For each block the sum over the blocks of its group."""
    sums: Column = np.bincount(groups, values).astype(float)[groups]
    return sums


def over_page(value: float, n: int) -> Column:
    """A fact of the page, said of each block."""
    return np.full(n, float(value))
