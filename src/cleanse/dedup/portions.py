"""Portions: rows taken a few at a time, so that a step's memory has a bound whatever the rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def portions(sizes: NDArray[np.int64], most: int, rows: int) -> Iterator[slice]:
    """Rows in a row of which no portion has more than ``rows``, or more than ``most`` in size unless one alone has.

    >>> list(portions(np.array([1, 1, 1, 9, 1]), most=3, rows=2))
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None), slice(4, 5, None)]
    """
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = int(ends[first]) - int(sizes[first])
        last = max(int(np.searchsorted(ends, before + most, side="right")), first + 1)
        last = min(last, first + rows)
        yield slice(first, last)
        first = last
