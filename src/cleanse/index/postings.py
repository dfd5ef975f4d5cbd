"""Postings: which documents have which key, sorted, in buckets of neighbouring keys, packed into bytes.

An entry is a key of 40 bits above a document of 24 (counted from the first of its segment), uint64, and entries ascend.
A bucket holds the entries whose keys begin with the same bits: of each the other bits of the key, then the document, both
highest byte first and in as many whole bytes as the largest of the segment needs.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from cleanse.compiled import kernel
from cleanse.index.keys import KEY_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bits of an entry that number its document.
DOC_BITS: Final = 64 - KEY_BITS
_DOC = np.uint64(DOC_BITS)
#: In a bucket with so many entries for each key that is looked up, an entry is searched for.
_SPARSE: Final = 16
_BYTE, _LOW = np.uint64(8), np.uint64(0xFF)


class Shape(NamedTuple):
    """Of a segment's entries: the bits that number a bucket, and the bytes of what else there is of a key, and of a document."""

    bits: int
    key_bytes: int
    doc_bytes: int

    @classmethod
    def of(cls, bits: int, documents: int) -> Shape:
        """For buckets of so many bits and documents below ``documents``."""
        return cls(bits, -(-(KEY_BITS - bits) // 8), -(-max(documents - 1, 1).bit_length() // 8))


@dataclass(frozen=True, slots=True)
class Buckets:
    """Buckets of one segment, int32[n], ascending, and their entries, ``postings`` large_binary[n]."""

    shape: Shape
    buckets: NDArray[np.int32]
    postings: pa.LargeBinaryArray


def pack(entries: NDArray[np.uint64], shape: Shape) -> Buckets:
    """Buckets of ascending entries."""
    data, buckets, offsets = _pack(entries, *shape)
    postings = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(buckets), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    return Buckets(shape, buckets, postings)


def unpack(packed: Buckets) -> NDArray[np.uint64]:
    """The entries of buckets, one bucket after the other."""
    return _unpack(*_bytes(packed.postings), packed.buckets, *packed.shape)  # type: ignore[no-any-return]


def look_up(packed: Buckets, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The entries of buckets whose key is one of ``keys``, which ascend and differ."""
    return _look_up(*_bytes(packed.postings), packed.buckets, *packed.shape, keys)  # type: ignore[no-any-return]


@kernel
def cap(entries, half):
    """Of ascending entries those that may be paired with what comes later, in their place: the first and last ``half`` of each key."""
    size, first = 0, 0
    while first < len(entries):
        last = first
        while last < len(entries) and entries[last] >> _DOC == entries[first] >> _DOC:
            last += 1
        for k in range(first, last):
            if k < first + half or k >= last - half:
                entries[size] = entries[k]
                size += 1
        first = last
    return entries[:size]


@kernel
def _pack(entries, bits, key_bytes, doc_bytes):
    width = key_bytes + doc_bytes
    data = np.empty(len(entries) * width, np.uint8)
    buckets, offsets = np.empty(len(entries), np.int32), np.zeros(len(entries) + 1, np.int64)
    rows = 0
    for k in range(len(entries)):
        key = entries[k] >> _DOC
        bucket = key >> np.uint64(KEY_BITS - bits)
        if rows == 0 or buckets[rows - 1] != bucket:
            buckets[rows] = bucket
            rows += 1
        _write(data, k * width, key, key_bytes)
        _write(data, k * width + key_bytes, entries[k], doc_bytes)
        offsets[rows] = (k + 1) * width
    return data, buckets[:rows].copy(), offsets[: rows + 1].copy()


@kernel
def _unpack(data, offsets, buckets, bits, key_bytes, doc_bytes):
    width = key_bytes + doc_bytes
    found = np.empty((offsets[-1] - offsets[0]) // width, np.uint64)
    size = 0
    for row in range(len(buckets)):
        first = np.uint64(buckets[row]) << np.uint64(KEY_BITS - bits)
        for k in range((offsets[row + 1] - offsets[row]) // width):
            at = offsets[row] + k * width
            key = _key(data, at, key_bytes, bits, first)
            found[size] = key << _DOC | _read(data, at + key_bytes, doc_bytes)
            size += 1
    return found[:size]


@kernel
def _look_up(data, offsets, buckets, bits, key_bytes, doc_bytes, keys):
    width = key_bytes + doc_bytes
    found = np.empty((offsets[-1] - offsets[0]) // width, np.uint64)
    size, last = 0, 0
    for row in range(len(buckets)):
        first = np.uint64(buckets[row]) << np.uint64(KEY_BITS - bits)
        if row == 0 or buckets[row] < buckets[row - 1]:
            last = np.searchsorted(keys, first)
        while last < len(keys) and keys[last] < first:
            last += 1
        k = last
        while last < len(keys) and keys[last] >> np.uint64(KEY_BITS - bits) == np.uint64(buckets[row]):
            last += 1
        entry, entries = 0, (offsets[row + 1] - offsets[row]) // width
        sparse = (last - k) * _SPARSE < entries
        while k < last and entry < entries:
            if sparse:
                entry = _lower(data, offsets[row], entry, entries, width, key_bytes, bits, first, keys[k])
                if entry == entries:
                    break
            at = offsets[row] + entry * width
            key = _key(data, at, key_bytes, bits, first)
            while k < last and keys[k] < key:
                k += 1
            if k < last and keys[k] == key:
                found[size] = key << _DOC | _read(data, at + key_bytes, doc_bytes)
                size += 1
            if not sparse or (k < last and keys[k] == key):
                entry += 1
    return found[:size].copy()


@kernel
def _lower(data, start, low, high, width, key_bytes, bits, first, key):
    """The first of the entries of a bucket, from ``low`` on, whose key is not below ``key``."""
    while low < high:
        middle = (low + high) // 2
        if _key(data, start + middle * width, key_bytes, bits, first) < key:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _key(data, at, key_bytes, bits, first):
    """The key of an entry of the bucket whose lowest key is ``first``."""
    # the first byte has bits of the bucket, too, where a key's other bits fill no whole bytes
    rest = (np.uint64(1) << np.uint64(KEY_BITS - bits)) - np.uint64(1)
    return first | _read(data, at, key_bytes) & rest


@kernel
def _write(data, at, value, count):
    """The lowest bytes of a number, the highest of them first."""
    for k in range(at + count - 1, at - 1, -1):
        data[k] = value & _LOW
        value >>= _BYTE


@kernel
def _read(data, at, count):
    value = np.uint64(0)
    for k in range(at, at + count):
        value = value << _BYTE | np.uint64(data[k])
    return value


def _bytes(postings: pa.LargeBinaryArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    _, offsets, data = postings.buffers()
    places = np.frombuffer(offsets, np.int64, len(postings) + 1, postings.offset * 8)
    found = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return found, places
