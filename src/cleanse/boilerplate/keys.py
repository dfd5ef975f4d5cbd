"""Keys: the words of blocks in lower case as UTF-8, told apart without a string for each; kernels."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleanse.compiled import kernel, uncompiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.characters import Places

#: Of the hash of FNV-1a.
_OFFSET, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of blocks one after the other: that of block ``b`` is ``data[bounds[b] : bounds[b + 1]]``."""

    data: NDArray[np.uint8]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, at: int) -> str:
        return self.data[self.bounds[at] : self.bounds[at + 1]].tobytes().decode()

    def slices(self, which: Places) -> list[bytes]:
        """Some of them, in order."""
        if not len(which):
            return []
        begins, ends = self.bounds[which], self.bounds[which + 1]
        data = self.data[begins[0] : ends[-1]].tobytes()
        pairs = zip((begins - begins[0]).tolist(), (ends - begins[0]).tolist(), strict=True)
        return [data[begin:end] for begin, end in pairs]

    def texts(self) -> list[str]:
        """All of them."""
        return [self[at] for at in range(len(self))]

    def firsts(self, which: Places, groups: NDArray[np.integer], most: int) -> Places:
        """For each of some blocks the place, among these, of the first one in its group with the same first so many
        characters."""
        if uncompiled():
            seen: dict[tuple[int, str], int] = {}
            keys = zip(groups.tolist(), (self[at][:most] for at in which.tolist()), strict=True)
            return np.array([seen.setdefault(key, at) for at, key in enumerate(keys)], np.intp)
        found: Places = _firsts(self.data, self.bounds, which, groups, most)
        return found


@kernel
def _firsts(data, bounds, which, groups, most):
    n, size = len(which), 16
    while size < 2 * n:
        size *= 2
    table, hashes = np.full(size, -1, np.int64), np.zeros(n, np.uint64)
    ends, found = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for at in range(n):
        i, characters = bounds[which[at]], 0
        hash_ = _OFFSET ^ np.uint64(groups[at])
        while i < bounds[which[at] + 1]:
            # bytes that begin a character
            characters += data[i] & 0xC0 != 0x80
            if characters > most:
                break
            hash_ = (hash_ ^ np.uint64(data[i])) * _PRIME
            i += 1
        ends[at], hashes[at], found[at] = i, hash_, at
        slot = np.int64(hash_ ^ hash_ >> _HALF) & (size - 1)
        while table[slot] >= 0:
            other = table[slot]
            alike = hashes[other] == hash_ and groups[other] == groups[at]
            if alike and _alike(data, bounds[which[other]], ends[other], bounds[which[at]], i):
                found[at] = other
                break
            slot = slot + 1 & size - 1
        if found[at] == at:
            table[slot] = at
    return found


@kernel
def _alike(data, one, end, two, stop):
    same = end - one == stop - two
    while same and one < end:
        same = data[one] == data[two]
        one, two = one + 1, two + 1
    return same
