"""Postings: which documents have which key, sorted, in buckets of neighbouring keys, packed into bytes.

An entry is a key of 40 bits above a document of 24 (counted from the first of its segment), uint64, and entries ascend.
A bucket holds the entries whose keys begin with the same bits: for each entry the distance from the key before, then the
document, both as LEB128 (seven bits a byte, the lowest first, the eighth set if more follow).
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from cleanse.compiled import kernel
from cleanse.index.keys import KEY_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bits of an entry that number its document.
DOC_BITS: Final = 64 - KEY_BITS
#: Bytes that the two numbers of an entry take at most.
_LONGEST = 6 + 4
_DOC = np.uint64(DOC_BITS)
_ONE, _SEVEN, _MORE, _LOW = np.uint64(1), np.uint64(7), np.uint64(0x80), np.uint64(0x7F)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Buckets of one segment whose keys begin with their number's ``bits`` bits; ``postings`` large_binary[n]."""

    bits: int
    buckets: NDArray[np.int32]
    entries: NDArray[np.int32]
    postings: pa.LargeBinaryArray


def pack(entries: NDArray[np.uint64], bits: int) -> Buckets:
    """Buckets of ascending entries."""
    data = np.empty(len(entries) * _LONGEST, np.uint8)
    buckets, counts, ends = _pack(entries, np.uint64(64 - bits), data)
    size = int(ends[-1]) if len(ends) else 0
    offsets = np.concatenate(([0], ends)).astype(np.int64)
    postings = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data[:size].copy())]
    )
    return Buckets(bits, buckets, counts, postings)


def unpack(packed: Buckets) -> NDArray[np.uint64]:
    """The entries of buckets, one bucket after the other."""
    found = np.empty(int(packed.entries.sum()), np.uint64)
    _unpack(*_bytes(packed.postings), packed.buckets, packed.entries, np.uint64(64 - packed.bits), found)
    return found


def look_up(packed: Buckets, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The entries of buckets whose key is one of ``keys``, which ascend."""
    return _look_up(  # type: ignore[no-any-return]
        *_bytes(packed.postings), packed.buckets, packed.entries, np.uint64(64 - packed.bits), keys
    )


@kernel
def cap(entries, half):
    """Of ascending entries those that may be paired with what comes later: the first and last ``half`` of each key."""
    kept = np.empty(len(entries), np.uint64)
    size, first = 0, 0
    while first < len(entries):
        last = first
        while last < len(entries) and entries[last] >> _DOC == entries[first] >> _DOC:
            last += 1
        for k in range(first, last):
            if k < first + half or k >= last - half:
                kept[size] = entries[k]
                size += 1
        first = last
    return kept[:size].copy()


def _bytes(postings: pa.LargeBinaryArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    _, offsets, data = postings.buffers()
    places = np.frombuffer(offsets, np.int64, len(postings) + 1, postings.offset * 8)
    found = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return found, places


@kernel
def _pack(entries, shift, data):
    buckets, counts = np.empty(len(entries), np.int32), np.zeros(len(entries), np.int32)
    ends = np.empty(len(entries), np.int64)
    row, at, before = -1, 0, np.uint64(0)
    for k in range(len(entries)):
        bucket = _bucket(entries[k], shift)
        if row < 0 or buckets[row] != bucket:
            row += 1
            buckets[row] = bucket
            before = _start(bucket, shift)
        key = entries[k] >> _DOC
        at = _write(data, at, key - before)
        at = _write(data, at, entries[k] & ((_ONE << _DOC) - _ONE))
        before = key
        counts[row] += 1
        ends[row] = at
    return buckets[: row + 1].copy(), counts[: row + 1].copy(), ends[: row + 1].copy()


@kernel
def _unpack(data, places, buckets, counts, shift, found):
    size = 0
    for row in range(len(buckets)):
        at, key = places[row], _start(buckets[row], shift)
        for _ in range(counts[row]):
            step, at = _read(data, at)
            doc, at = _read(data, at)
            key += step
            found[size] = key << _DOC | doc
            size += 1


@kernel
def _look_up(data, places, buckets, counts, shift, keys):
    found = np.empty(1024, np.uint64)
    size = 0
    for row in range(len(buckets)):
        at, key = places[row], _start(buckets[row], shift)
        k = np.searchsorted(keys, key)
        for _ in range(counts[row]):
            step, at = _read(data, at)
            doc, at = _read(data, at)
            key += step
            while k < len(keys) and keys[k] < key:
                k += 1
            if k == len(keys):
                break
            if keys[k] == key:
                if size == len(found):
                    larger = np.empty(2 * size, np.uint64)
                    larger[:size] = found
                    found = larger
                found[size] = key << _DOC | doc
                size += 1
    return found[:size].copy()


@kernel
def _bucket(entry, shift):
    return np.int32(entry >> shift) if shift < 64 else np.int32(0)


@kernel
def _start(bucket, shift):
    """The lowest key of a bucket."""
    return np.uint64(bucket) << (shift - _DOC) if shift < 64 else np.uint64(0)


@kernel
def _write(data, at, value):
    while value >= _MORE:
        data[at] = value & _LOW | _MORE
        value >>= _SEVEN
        at += 1
    data[at] = value
    return at + 1


@kernel
def _read(data, at):
    value, shift = np.uint64(data[at]) & _LOW, _SEVEN
    while data[at] >= 128:
        at += 1
        value |= (np.uint64(data[at]) & _LOW) << shift
        shift += _SEVEN
    return value, at + 1
