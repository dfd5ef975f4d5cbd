"""Columns over the blocks of some pages, and the few moves that features are made of; none looks past its page.

Sums are taken over whole numbers where they go on from page to page, so that no page has an influence on another.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleanse.compiled import kernel

Column = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.signedinteger[Any]]
Columns = dict[str, Column]


def running(values: NDArray[Any]) -> NDArray[Any]:
    """Sums of the first 0, 1, 2 ... n values: n + 1 of them."""
    sums = np.zeros(len(values) + 1, np.int64 if values.dtype.kind in "bi" else np.float64)
    np.cumsum(values, out=sums[1:])
    return sums


class Spans:
    """Pages as spans of their blocks, each with one at least: ``first`` and ``after`` are those of each block's page, ``at`` is
    its place there, ``many`` the number of blocks of the page."""

    def __init__(self, offsets: Numbers) -> None:
        self.offsets = offsets[np.append(True, np.diff(offsets) > 0)]
        each = np.diff(self.offsets)
        self.page = np.repeat(np.arange(len(each)), each)
        self.first, self.after = self.offsets[:-1][self.page], self.offsets[1:][self.page]
        self.at, self.many = np.arange(len(self.page)) - self.first, self.after - self.first

    def around(self, values: NDArray[Any], reach: int) -> NDArray[Any]:
        """For each block the sum over it and ``reach`` blocks on either side."""
        found: NDArray[Any] = _around(running(values), self.offsets, reach)
        return found

    def before(self, values: NDArray[Any]) -> NDArray[Any]:
        """For each block the sum over those before it."""
        sums = running(values)
        found: NDArray[Any] = sums[:-1] - sums[self.first]
        return found

    def neighbour(self, values: Column, step: int, missing: float = -1.0) -> Column:
        """For each block the value of the block ``step`` places after it (before it, where negative)."""
        found: Column = _neighbour(np.asarray(values, float), self.offsets, step, missing)
        return found

    def since(self, flags: Flags, most: int = 60) -> Column:
        """For each block how many blocks ago the last flagged one was, ``most`` where there was none."""
        found: Column = _away(flags, self.offsets, most, False)
        return found

    def until(self, flags: Flags, most: int = 60) -> Column:
        """For each block how many blocks ahead the next flagged one is."""
        found: Column = _away(flags, self.offsets, most, True)
        return found

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum of each page."""
        sums: NDArray[Any] = np.diff(running(values)[self.offsets])
        return sums

    def over_pages(self, facts: NDArray[Any]) -> Column:
        """A fact of each page, said of each of its blocks."""
        column: Column = np.asarray(facts, float)[self.page]
        return column

    def medians(self, values: Numbers) -> Column:
        """The median of each page."""
        ordered = values[np.lexsort((values, self.page))]
        first, many = self.offsets[:-1], np.diff(self.offsets)
        medians: Column = (ordered[first + (many - 1) // 2] + ordered[first + many // 2]) / 2
        return medians


def per_group(groups: Numbers, values: NDArray[Any]) -> Column:
    """For each block the sum over the blocks of its group."""
    sums: Column = np.bincount(groups, values).astype(float)[groups]
    return sums


@kernel
def _around(sums: Any, offsets: Any, reach: Any) -> Any:
    found = np.empty(len(sums) - 1, sums.dtype)
    for page in range(len(offsets) - 1):
        first, after = offsets[page], offsets[page + 1]
        for at in range(first, after):
            found[at] = sums[min(at + reach + 1, after)] - sums[max(at - reach, first)]
    return found


@kernel
def _neighbour(values: Any, offsets: Any, step: Any, missing: Any) -> Any:
    found = np.full(len(values), missing)
    for page in range(len(offsets) - 1):
        first, after = offsets[page], offsets[page + 1]
        for at in range(max(first, first - step), min(after, after - step)):
            found[at] = values[at + step]
    return found


@kernel
def _away(flags: Any, offsets: Any, most: Any, ahead: Any) -> Any:
    """How many blocks away the nearest flagged one is: before each block, or ahead of it."""
    found = np.empty(len(flags), np.float64)
    for page in range(len(offsets) - 1):
        first, after = offsets[page], offsets[page + 1]
        away = most
        for k in range(after - first):
            at = after - 1 - k if ahead else first + k
            away = 0 if flags[at] else min(away + 1, most)
            found[at] = away
    return found
