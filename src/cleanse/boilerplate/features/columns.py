"""Columns over the blocks of some pages, and the few moves that features are made of; none looks past its page.

Sums are taken over whole numbers where they go on from page to page, so that no page has an influence on another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        self.number = np.arange(len(self.page))
        self.at, self.many = self.number - self.first, self.after - self.first
        self._reaches: dict[int, tuple[Numbers, Numbers]] = {}
        self._beyond: dict[int, Numbers] = {}

    def around(self, values: NDArray[Any], reach: int) -> NDArray[Any]:
        """For each block the sum over it and ``reach`` blocks on either side."""
        if reach not in self._reaches:
            low, high = np.maximum(self.number - reach, self.first), np.minimum(self.number + reach + 1, self.after)
            self._reaches[reach] = low, high
        low, high = self._reaches[reach]
        sums = running(values)
        found: NDArray[Any] = sums[high] - sums[low]
        return found

    def before(self, values: NDArray[Any]) -> NDArray[Any]:
        """For each block the sum over those before it."""
        sums = running(values)
        found: NDArray[Any] = sums[:-1] - sums[self.first]
        return found

    def neighbour(self, values: Column, step: int, missing: float = -1.0) -> Column:
        """For each block the value of the block ``step`` places after it (before it, where negative)."""
        if step not in self._beyond:
            place = self.at + step
            self._beyond[step] = np.flatnonzero((place < 0) | (place >= self.many))
        shifted = np.roll(np.asarray(values, float), -step)
        shifted[self._beyond[step]] = missing
        return shifted

    def since(self, flags: Flags, most: int = 60) -> Column:
        """For each block how many blocks ago the last flagged one was, ``most`` where there was none."""
        last = np.maximum.accumulate(np.where(flags, self.number, -1))
        ago = np.where(last >= self.first, self.number - last, most)
        return np.minimum(ago, most).astype(float)

    def until(self, flags: Flags, most: int = 60) -> Column:
        """For each block how many blocks ahead the next flagged one is."""
        n = len(flags)
        following = np.minimum.accumulate(np.where(flags, self.number, n)[::-1])[::-1]
        ahead = np.where(following < self.after, following - self.number, most)
        return np.minimum(ahead, most).astype(float)

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
