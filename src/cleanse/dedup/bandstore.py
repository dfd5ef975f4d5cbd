"""The band keys of all passages on disk, read band by band, and a sketch of each passage to tell chance from likeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

#: Values of a signature that a sketch tells of; with half as many, one in 200 of the pairs edited 40 % is lost.
_SKETCHED = 128
#: Keys of one band that are grouped at once; more are split by their last bits.
_GROUPED_KEYS = 2**21


def sketch(values: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """8 bits of the first values of each signature, uint8[passages, n]: equal by chance once in 256."""
    return values[:, :_SKETCHED].astype(np.uint8)


class BandStore:
    """Passages of documents in rank order, in files of ``folder``: 8 bytes a key and 128 bytes a passage on disk.

    In memory it takes 4 bytes a passage.
    """

    def __init__(self, folder: Path, bands: int) -> None:
        self._paths = folder / "bands.keys", folder / "bands.sketches"
        self._keys, self._sketches = (path.open("w+b") for path in self._paths)
        self._bands = bands
        self._sizes: list[int] = []
        self._docs: list[NDArray[np.int32]] = []

    def __enter__(self) -> BandStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._keys, self._sketches):
            file.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def append(self, docs: NDArray[np.int64], keys: NDArray[np.uint64], values: NDArray[np.uint32]) -> None:
        """Add passages: the document of each, its keys, uint64[passages, bands], and its signature."""
        self._docs.append(docs.astype(np.int32))
        self._sizes.append(len(docs))
        self._keys.write(np.ascontiguousarray(keys.T).data)
        self._sketches.write(sketch(values).data)

    def docs(self) -> NDArray[np.int32]:
        """The document of each passage, ascending."""
        self._docs = [np.concatenate([np.empty(0, np.int32), *self._docs])]
        return self._docs[0]

    def sketches(self) -> NDArray[np.uint8]:
        """The sketch of each passage."""
        self._sketches.flush()
        rows = sum(self._sizes)
        return np.memmap(self._paths[1], np.uint8, mode="r").reshape(rows, -1) if rows else np.empty((0, 1), np.uint8)

    def bands(self) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64] | None]]:
        """Each band's keys and the passages that have them, in parts of bounded size; a key is in one part only.

        None for all passages.
        """
        self._keys.flush()
        parts = 1
        while sum(self._sizes) > _GROUPED_KEYS * parts:
            parts *= 2
        for band in range(self._bands):
            if parts == 1:
                yield np.concatenate([np.empty(0, np.uint64), *self._pieces(band)]), None
                continue
            for part in range(parts):
                keys, rows, base = [], [], 0
                for piece in self._pieces(band):
                    mine = np.flatnonzero((piece & np.uint64(parts - 1)) == part)
                    keys.append(piece[mine])
                    rows.append(mine + base)
                    base += len(piece)
                yield np.concatenate(keys), np.concatenate(rows)

    def _pieces(self, band: int) -> Iterator[NDArray[np.uint64]]:
        base = 0
        for size in self._sizes:
            self._keys.seek(8 * (base * self._bands + band * size))
            yield np.fromfile(self._keys, np.uint64, size)
            base += size
