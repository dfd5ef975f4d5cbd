"""The pairs of documents that met, on disk, by ranges of documents that are counted one after the other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

#: Documents of a range, in bits: the pairs of one are counted in some 100 MB.
_RANGE_BITS: Final = 15
#: Pairs that a range holds, many of them often, before they are counted, and that are held for all ranges before they
#: are written. What a document loses that has more partners than are kept hangs on these numbers, and on no setting.
_COUNTED_AT: Final = 2**20
_HELD: Final = 2**19
#: A pair's second document in its range, how often it met, and its first document, packed into one number to sort by.
_HITS_BITS: Final = 17
_FIRST_BITS: Final = 31
_MOST_HITS: Final = 2**_HITS_BITS - 1


class PairStore:
    """Pairs a < b of documents, in files of ``folder``: of each b the ``most`` that met most often, then of the lowest a.

    Ranges of many pairs are counted before all have come, and then may keep others than those; not with ``all_kept``, which
    keeps until the end whatever has met.
    """

    def __init__(self, folder: Path, most: int, *, all_kept: bool = False) -> None:
        self._folder, self._most, self._all_kept = folder, most, all_kept
        self._held: list[NDArray[np.int64]] = []
        self._waiting: Counter[int] = Counter()  # pairs of each range that are not counted
        self._counted: Counter[int] = Counter()  # and different ones that are

    def __enter__(self) -> PairStore:
        self._clear()  # a run that was killed leaves its files, in the folder where the next one goes on
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def append(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
        """Add pairs that met once more."""
        self._held.append(a << 32 | b)
        if sum(map(len, self._held)) >= _HELD:
            self._write_held()

    def met(self, hits: int) -> Iterator[NDArray[np.int64]]:
        """The pairs that met so often, as a << 32 | b, ascending within a range of b, and how often, int64[2, pairs]."""
        self._write_held()
        for number in sorted(self._waiting):
            found = np.stack(closest(self._count(number), self._most))
            yield found[:, found[1] >= hits]

    def pairs(self, hits: int) -> Iterator[NDArray[np.int64]]:
        """The pairs that met so often, as a << 32 | b, ascending, some at a time."""
        for both, _ in self.met(hits):
            self._write(both, "met.first", 32)
        for path in sorted(self._folder.glob("met.first.*")):
            yield np.sort(np.fromfile(path, np.int64))

    def _write_held(self) -> None:
        held = np.concatenate([np.empty(0, np.int64), *self._held])
        self._held = []
        self._waiting.update(self._write(held, "met.second", 0))
        for number, waiting in self._waiting.items():
            if waiting > max(_COUNTED_AT, self._counted[number]):
                met = self._count(number)
                met = met if self._all_kept else np.stack(closest(met, self._most))
                met.tofile(self._path("met.counted", number))
                self._path("met.second", number).unlink()
                self._waiting[number], self._counted[number] = 0, met.shape[1]

    def _write(self, both: NDArray[np.int64], name: str, shift: int) -> Counter[int]:
        """Add pairs to the files of their ranges, by the first document (shift 32) or the second (0); how many to which."""
        numbers = ((both >> shift & 0xFFFFFFFF) >> _RANGE_BITS).astype(np.uint16)
        order = np.argsort(numbers, kind="stable")
        added = Counter[int]()
        for part in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
            if len(part):
                number = int(numbers[part[0]])
                with self._path(name, number).open("ab") as file:
                    file.write(both[part].data)
                added[number] = len(part)
        return added

    def _count(self, number: int) -> NDArray[np.int64]:
        """The pairs of a range, ascending, and how often they met, int64[2, pairs]."""
        met = np.empty((2, 0), np.int64)
        if self._counted[number]:
            met = np.fromfile(self._path("met.counted", number), np.int64).reshape(2, -1)
        if self._waiting[number]:
            met = counted(met, [np.fromfile(self._path("met.second", number), np.int64)])
        return met

    def _clear(self) -> None:
        for path in self._folder.glob("met.*"):
            path.unlink()

    def _path(self, name: str, number: int) -> Path:
        return self._folder / f"{name}.{number:05}"


def counted(met: NDArray[np.int64], held: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Each different pair, ascending, and how often it met, int64[2, pairs]: those counted so far and those held."""
    values = np.concatenate([np.empty(0, np.int64), *held])
    values.sort()
    firsts = np.flatnonzero(np.diff(values, prepend=-1))
    counts = np.diff(firsts, append=len(values))
    values = values[firsts]
    if not met.shape[1]:
        return np.stack([values, counts])
    both = np.concatenate([met[0], values])
    order = np.argsort(both)
    firsts = np.flatnonzero(np.diff(both[order], prepend=-1))
    return np.stack([both[order][firsts], np.add.reduceat(np.concatenate([met[1], counts])[order], firsts)])


def closest(met: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the pairs of a range, ascending, those of each b that met most often, the lowest a first where they met as often."""
    b = met[0] & 0xFFFFFFFF
    base = int(b.min(initial=2**32))
    sizes = np.bincount(b - base)
    if sizes.max(initial=0) <= most:
        return met[0], met[1]
    keys = (b - base) << _HITS_BITS | _MOST_HITS - np.minimum(met[1], _MOST_HITS)
    keys = np.sort(keys << _FIRST_BITS | met[0] >> 32)
    nth = np.arange(len(keys)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    keys = keys[nth < most]
    both = (keys & 2**_FIRST_BITS - 1) << 32 | (keys >> _FIRST_BITS + _HITS_BITS) + base
    hits = _MOST_HITS - (keys >> _FIRST_BITS & _MOST_HITS)
    order = np.argsort(both)
    return both[order], hits[order]
