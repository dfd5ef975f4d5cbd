"""Segments: the postings of the documents that arrived together; many small segments become a large one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from cleanse.index.keys import KEY_BITS
from cleanse.index.postings import DOC_BITS, Buckets, Shape, cap, look_up, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.index.file import IndexFile

#: Entries of a bucket, about: one that is read for a single key costs a microsecond, and all of a segment are few enough.
_BUCKET_ENTRIES = 256
#: Segments of about one size that are joined: an index has at most so many less one for each power of it.
_JOINED = 16
#: Entries of a segment that is joined which are in memory at once, about.
_HELD_ENTRIES = 2**23
_MOST_BITS = 24


class Segment(NamedTuple):
    """A row of the table ``segments``: its number, its first document and how many they are, entries, bits of a bucket."""

    segment: int
    first: int
    documents: int
    entries: int
    bits: int

    @property
    def shape(self) -> Shape:
        """Of its entries, packed."""
        return Shape.of(self.bits, self.documents)


def entries_of(docs: NDArray[np.int64], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Ascending entries of documents (counted from the segment's first) and their keys."""
    entries = keys << np.uint64(DOC_BITS)
    entries |= docs.view(np.uint64)
    entries.sort()
    return entries


def add_segment(file: IndexFile, first: int, documents: int, entries: NDArray[np.uint64], members: int) -> None:
    """Keep the postings of the documents from ``first`` on, then join segments when they have become many."""
    half = max(members // 2, 1)
    entries = cap(entries, half)
    segment = _new(file, first, documents, len(entries))
    _insert(file, segment, entries)
    while joined := _crowd(file):
        _join(file, joined, half)


def find_entries(file: IndexFile, keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """All that is kept of ``keys``: a key and a document, a row each."""
    keys = _different(np.sort(keys))
    found_keys, found_docs = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for segment in segments(file):
        wanted = _different(keys >> np.uint64(KEY_BITS - segment.bits)).astype(np.int32)
        for buckets in _buckets(file, segment, wanted):
            entries = look_up(buckets, keys)
            found_keys.append(entries >> np.uint64(DOC_BITS))
            found_docs.append((entries & np.uint64(2**DOC_BITS - 1)).astype(np.int64) + segment.first)
    return np.concatenate(found_keys), np.concatenate(found_docs)


def segments(file: IndexFile) -> list[Segment]:
    """All segments, by their documents."""
    return [Segment(*row) for row in file.rows("SELECT * FROM segments ORDER BY first")]


def _different(ascending: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # np.unique hashes, which takes ten times as long for millions of keys
    first = np.ones(len(ascending), bool)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]


def _bits(entries: int) -> int:
    return min(_MOST_BITS, max(0, math.ceil(math.log2(max(entries, 1) / _BUCKET_ENTRIES))))


def _new(file: IndexFile, first: int, documents: int, entries: int) -> Segment:
    number = int(file.rows("SELECT coalesce(max(segment), 0) + 1 FROM segments")[0][0])
    segment = Segment(number, first, documents, entries, _bits(entries))
    file.execute("INSERT INTO segments VALUES (?, ?, ?, ?, ?)", *segment)
    return segment


def _insert(file: IndexFile, segment: Segment, entries: NDArray[np.uint64]) -> None:
    packed = pack(entries, segment.shape)
    table = pa.table([pa.array(packed.buckets), packed.postings], names=["bucket", "postings"])
    file.insert(f"INSERT INTO bands SELECT {segment.segment}, * FROM given", table)


def _buckets(file: IndexFile, segment: Segment, wanted: NDArray[np.int32]) -> Iterator[Buckets]:
    """The wanted buckets of a segment, ``wanted`` ascending; a join finds few, where they are many all between them are read."""
    if not len(wanted):
        return
    query = f"SELECT bucket, postings FROM bands WHERE segment = {segment.segment}"
    query += f" AND bucket BETWEEN {wanted[0]} AND {wanted[-1]}"
    if 4 * len(wanted) < wanted[-1] - wanted[0]:
        query += " AND bucket IN (SELECT bucket FROM given)"
    for batch in file.read(query, pa.table({"bucket": wanted})):
        postings = batch["postings"].cast(pa.large_binary())
        yield Buckets(segment.shape, batch["bucket"].to_numpy(), postings)


def _crowd(file: IndexFile) -> list[Segment]:
    """The last segments, if they are so many of about one size that they should be one."""
    found = segments(file)
    for size in range(1, KEY_BITS):
        small = [segment.documents < _JOINED**size for segment in found]
        tail = found[len(found) - [*small[::-1], False].index(False) :]
        if len(tail) >= _JOINED and sum(segment.documents for segment in tail) < 2**DOC_BITS:
            return tail
    return []


def _join(file: IndexFile, parts: list[Segment], half: int) -> None:
    """One segment in place of some that follow one another, a range of keys after the other."""
    entries = sum(part.entries for part in parts)
    first = parts[0].first
    joint = _new(file, first, sum(part.documents for part in parts), entries)
    ranges = min(joint.bits, max(0, math.ceil(math.log2(max(1, entries / _HELD_ENTRIES)))))
    kept = 0
    for prefix in range(1 << ranges):
        held = [np.empty(0, np.uint64)]
        for part in parts:
            low, high = prefix << part.bits >> ranges, ((prefix + 1 << part.bits) - 1 >> ranges) + 1
            for buckets in _buckets(file, part, np.arange(low, high, dtype=np.int32)):
                found = unpack(buckets)
                if part.bits < ranges:  # a bucket of few documents has keys of several ranges
                    found = found[found >> np.uint64(64 - ranges) == prefix]
                held.append(found + np.uint64(part.first - first))
        joined = np.concatenate(held)
        joined.sort()
        joined = cap(joined, half)
        kept += len(joined)
        _insert(file, joint, joined)
    file.execute("UPDATE segments SET entries = ? WHERE segment = ?", kept, joint.segment)
    for part in parts:
        file.execute("DELETE FROM segments WHERE segment = ?", part.segment)
        file.execute("DELETE FROM bands WHERE segment = ?", part.segment)
