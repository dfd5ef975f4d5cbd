"""Sketches: some bits of each passage's signature, by which documents that share a key by chance are told without their texts."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from cleanse.compiled import kernel
from cleanse.dedup.bandstore import sketch
from cleanse.dedup.candidates import least_equal
from cleanse.dedup.pairs import equal
from cleanse.index.postings import blobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.signatures import Signatures
    from cleanse.index.file import IndexFile

#: Passages of a document that has sketches, at most: comparing all of two such documents takes about as long as reading the
#: text of one and aligning it.
_PASSAGES: Final = 256
#: Documents of the index whose sketches are in memory at once, 130 MB at most.
_READ_DOCUMENTS = 4096


@dataclass(frozen=True, slots=True)
class Sketches:
    """Of documents in a row: ``values`` uint8[passages, n], and where those of each begin, ``offsets`` int64[documents + 1]."""

    values: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, signatures: Signatures, documents: int, settings: Dedup) -> Sketches:
        """Of ``documents`` documents with these signatures; none of those too long, nor in the classic profile, which needs none."""
        values = sketch(signatures.values)
        counts = np.bincount(signatures.docs, minlength=documents)
        counts[counts > (0 if settings.profile == "classic" else _PASSAGES)] = 0
        return cls(values[counts[signatures.docs] > 0], np.append(0, np.cumsum(counts)))

    @classmethod
    def joined(cls, parts: list[Sketches], settings: Dedup) -> Sketches:
        """Those of the documents of all parts."""
        counts = [np.diff(part.offsets) for part in parts]
        values = [sketch(np.empty((0, settings.num_perm), np.uint32)), *(part.values for part in parts)]
        return cls(np.concatenate(values), np.cumsum(np.concatenate([np.zeros(1, np.int64), *counts])))

    def blobs(self, docs: NDArray[np.int64]) -> pa.LargeBinaryArray:
        """What the index keeps of some documents."""
        offsets = pa.py_buffer(self.offsets * self.values.shape[1])
        data = pa.py_buffer(np.ascontiguousarray(self.values))
        every = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(self.offsets) - 1, [None, offsets, data])
        return every.take(pa.array(docs))

    @classmethod
    def from_blobs(cls, found: pa.LargeBinaryArray, width: int) -> Sketches:
        """What `blobs` gave of documents; of those whose bytes are no whole sketches, none."""
        data, offsets = blobs(found)
        sizes = np.diff(offsets)
        whole = sizes % width == 0
        values = data[offsets[0] : offsets[-1]]
        if not whole.all():
            values = values[np.repeat(whole, sizes)]
        return cls(values.reshape(-1, width), np.append(0, np.cumsum(np.where(whole, sizes // width, 0))))


def alike(
    file: IndexFile, a: NDArray[np.int64], b: NDArray[np.int64], fresh: Sketches
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of pairs, ascending, those two passages of which are equal in enough places of their sketches, as in a run.

    What has no sketches may be like anything. Documents are numbered from those of the index on, which ``fresh`` follow; of
    those of the index that were removed no pair is left.
    """
    first, width = file.documents, fresh.values.shape[1]
    least = least_equal(width, file.settings)
    kept = np.zeros(len(a), np.bool_)
    new = np.searchsorted(a, first)
    kept[new:] = _alike(
        a[new:] - first, b[new:] - first, fresh.values, fresh.offsets, fresh.values, fresh.offsets, least
    )
    start = 0
    for docs, known in _stored(file, np.unique(a[:new]), width):
        end = np.searchsorted(a[:new], docs[-1], side="right")
        places = np.searchsorted(docs, a[start:end])
        there = docs[places] == a[start:end]
        mine = start + np.flatnonzero(there)
        kept[mine] = _alike(
            places[there], b[mine] - first, known.values, known.offsets, fresh.values, fresh.offsets, least
        )
        start = end
    return a[kept], b[kept]


def _stored(file: IndexFile, docs: NDArray[np.int64], width: int) -> Iterator[tuple[NDArray[np.int64], Sketches]]:
    """Those of the documents that were kept, ascending, and their sketches, some at a time."""
    query = "SELECT doc, sketches FROM texts JOIN given USING (doc) ORDER BY doc"
    for first in range(0, len(docs), _READ_DOCUMENTS):
        for batch in file.read(query, pa.table({"doc": docs[first : first + _READ_DOCUMENTS]})):
            yield batch["doc"].to_numpy(), Sketches.from_blobs(batch["sketches"].cast(pa.large_binary()), width)


@kernel
def _alike(a, b, values_a, offsets_a, values_b, offsets_b, least):
    """Whether any passage of a[k] and any of b[k] have sketches that are equal in ``least`` places."""
    found = np.zeros(len(a), np.bool_)
    for k in range(len(a)):
        first_a, last_a = offsets_a[a[k]], offsets_a[a[k] + 1]
        first_b, last_b = offsets_b[b[k]], offsets_b[b[k] + 1]
        found[k] = first_a == last_a or first_b == last_b
        for i in range(first_a, last_a):
            for j in range(first_b, last_b):
                if not found[k] and equal(values_a[i], values_b[j]) >= least:
                    found[k] = True
            if found[k]:
                break
    return found
