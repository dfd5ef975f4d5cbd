"""The band keys of all passages on disk, read band by band, and a sketch of each passage to tell chance from likeness."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from cleanse.compiled import kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from cleanse.config import Dedup

#: Values of a signature that a sketch tells of; with half as many, one in 200 of the pairs edited 40 % is lost.
_SKETCHED = 128
#: Keys of one band that are grouped at once; more are parted by their last bits.
_GROUPED_KEYS = 2**20
#: Keys of a band that lie together in the file of each part, so that it is read in pieces of some size.
_TOGETHER = 2048


def sketch(values: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """8 bits of the first values of each signature, uint8[passages, n]: equal by chance once in 256."""
    return values[:, :_SKETCHED].astype(np.uint8)


def sketch_width(settings: Dedup) -> int:
    """Places of a sketch."""
    return min(settings.num_perm, _SKETCHED)


class BandStore:
    """About ``passages`` passages of documents in rank order, in files of ``folder``: 12 bytes a key and 128 bytes a
    passage on disk. In memory it takes 4 bytes a passage.
    """

    def __init__(self, folder: Path, bands: int, passages: int = 0) -> None:
        self._bands = bands
        parts = 1
        while passages > _GROUPED_KEYS * parts:
            parts *= 2
        names = ["sketches", *(f"{name}.{part}" for part in range(parts) for name in ("keys", "rows"))]
        self._paths = [folder / f"bands.{name}" for name in names]
        self._sketches, *files = (path.open("w+b") for path in self._paths)
        self._files = list(zip(files[::2], files[1::2], strict=True))
        self._docs: list[NDArray[np.int32]] = []
        self._passages = 0
        self._held: list[NDArray[np.uint64]] = []
        #: for each block that was written, of each part: where the keys of each band begin in its file, and the last end
        self._blocks: list[NDArray[np.int64]] = []

    def __enter__(self) -> BandStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sketches.close()
        for file in (file for both in self._files for file in both):
            file.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def append(self, docs: NDArray[np.int64], keys: NDArray[np.uint64], values: NDArray[np.uint32]) -> None:
        """Add passages: the document of each, its keys, uint64[passages, bands], and its signature."""
        self._docs.append(docs.astype(np.int32))
        self._sketches.write(sketch(values).data)
        self._held.append(keys.T)
        if sum(held.shape[1] for held in self._held) >= _TOGETHER * len(self._files):
            self._write()

    def docs(self) -> NDArray[np.int32]:
        """The document of each passage, ascending."""
        self._docs = [np.concatenate([np.empty(0, np.int32), *self._docs])]
        return self._docs[0]

    def sketches(self) -> NDArray[np.uint8]:
        """The sketch of each passage."""
        self._sketches.flush()
        rows = len(self.docs())
        return np.memmap(self._paths[0], np.uint8, mode="r").reshape(rows, -1) if rows else np.empty((0, 1), np.uint8)

    def bands(self) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint32]]]:
        """Each band's keys and the passages that have them, in parts of bounded size; a key is in one part only."""
        self._write()
        for band in range(self._bands):
            for part, (keys, rows) in enumerate(self._files):
                yield self._column(keys, np.uint64, part, band), self._column(rows, np.uint32, part, band)

    def _write(self) -> None:
        """Write what is held, part by part and in it band by band."""
        if not self._held:
            return
        keys = np.concatenate(self._held, axis=1)
        self._held = []
        parted, rows = np.empty(keys.size, np.uint64), np.empty(keys.size, np.uint32)
        cells = np.append(_part(keys, len(self._files), self._passages, parted, rows), keys.size)
        self._passages += keys.shape[1]
        starts = cells[np.arange(len(self._files))[:, None] * self._bands + np.arange(self._bands + 1)]
        for (keys_file, rows_file), (first, *_, last) in zip(self._files, starts.tolist(), strict=True):
            keys_file.write(parted[first:last].data)
            rows_file.write(rows[first:last].data)
        written = self._blocks[-1][:, -1:] if self._blocks else 0
        self._blocks.append(starts - starts[:, :1] + written)

    def _column(self, file: BinaryIO, kind: type[Any], part: int, band: int) -> NDArray[Any]:
        size = np.dtype(kind).itemsize
        pieces = [np.empty(0, kind)]
        for starts in self._blocks:
            file.seek(size * int(starts[part, band]))
            pieces.append(np.fromfile(file, kind, int(starts[part, band + 1] - starts[part, band])))
        return np.concatenate(pieces)


@kernel
def _part(keys, parts, base, parted, rows):
    """Writes the keys [bands, passages] and their passages, numbered from ``base``, by the last bits of the key, then by
    band; where the keys of each part and band begin."""
    bands, passages = keys.shape
    last = np.uint64(parts - 1)
    cells = np.zeros(parts * bands, np.int64)
    for band in range(bands):
        for k in range(passages):
            cells[np.int64(keys[band, k] & last) * bands + band] += 1
    for cell in range(1, len(cells)):
        cells[cell] += cells[cell - 1]
    # from the last passage to the first, so that each cell is left where it begins
    for band in range(bands):
        for k in range(passages - 1, -1, -1):
            cell = np.int64(keys[band, k] & last) * bands + band
            cells[cell] -= 1
            parted[cells[cell]], rows[cells[cell]] = keys[band, k], base + k
    return cells
