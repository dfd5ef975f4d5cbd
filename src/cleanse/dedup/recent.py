"""Recent documents: the band keys of their passages and their words, within a bound of memory; the longest unused go first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleanse.dedup.candidates import least_equal
from cleanse.dedup.pairs import pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens

#: No more than this part of the memory is forgotten at once.
_PARTS = 16


@dataclass(frozen=True, slots=True)
class Recalled:
    """A document that is remembered: its number counts all that came."""

    number: int
    name: str
    fingerprint: bytes
    tokens: Tokens

    @property
    def size(self) -> int:
        """Bytes of its words."""
        return self.tokens.hashes.nbytes + self.tokens.starts.nbytes + self.tokens.ends.nbytes


@dataclass(frozen=True, slots=True)
class _Segment:
    """Some documents, ``members``: keys, ascending, each with its passage; document and sketch of each passage."""

    keys: NDArray[np.uint64]
    passages: NDArray[np.int32]
    docs: NDArray[np.int32]
    sketches: NDArray[np.uint8]
    members: NDArray[np.int32]

    @property
    def size(self) -> int:
        columns = (self.keys, self.passages, self.docs, self.sketches, self.members)
        return sum(column.nbytes for column in columns)

    def meeting(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The places of the given keys, which are ascending and different."""
        first, last = (np.searchsorted(self.keys, keys, side) for side in ("left", "right"))
        counts = last - first
        return np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())

    def of(self, docs: NDArray[np.int32]) -> _Segment:
        """The part that some documents have."""
        mine = np.isin(self.docs, docs)
        renumbered = (np.cumsum(mine) - 1).astype(np.int32)
        kept = mine[self.passages]
        return _Segment(self.keys[kept], renumbered[self.passages[kept]], self.docs[mine], self.sketches[mine], docs)


class Recent:
    """Documents by number, and by the bands that their passages share with another's; their columns
    take ``memory`` bytes at most, or one document alone more.

    The oldest go first, but those that were used since get a second chance.
    """

    def __init__(self, memory: int, settings: Dedup) -> None:
        self._memory, self._settings = memory, settings
        self._segments: list[_Segment] = []  # the oldest first
        self._docs: dict[int, Recalled] = {}
        self._prints: dict[bytes, int] = {}
        self._used: set[int] = set()
        self.size = 0

    def __len__(self) -> int:
        return len(self._docs)

    def use(self, number: int) -> Recalled:
        """A document, which is not forgotten soon after."""
        self._used.add(number)
        return self._docs[number]

    def equal(self, fingerprint: bytes) -> int | None:
        """The number of the document that has this fingerprint."""
        return self._prints.get(fingerprint)

    def meeting(self, keys: NDArray[np.uint64], sketches: NDArray[np.uint8]) -> list[Recalled]:
        """The documents that share enough bands with the passages of another, by the rules of `candidates.find_pairs`."""
        asked = np.unique(keys)
        new = np.int32(2**31 - 1)  # ranks behind all others
        met, docs, seen = [keys.ravel()], [np.full(keys.size, new)], [np.repeat(sketches, keys.shape[1], axis=0)]
        for segment in self._segments:
            places = segment.meeting(asked)
            passages = segment.passages[places]
            met.append(segment.keys[places])
            docs.append(segment.docs[passages])
            seen.append(segment.sketches[passages])
        all_docs = np.concatenate(docs)
        order = np.argsort(all_docs, kind="stable")
        all_docs = all_docs[order]
        sketched = np.concatenate(seen)[order]
        sketched.flags.writeable = False  # as a map of a file is: the kernel is compiled for one of the two
        least = least_equal(sketches.shape[1], self._settings)
        a, b = pairs(np.concatenate(met)[order], all_docs, self._settings.band_members, sketched, least)
        found, hits = np.unique(all_docs[a[all_docs[b] == new]], return_counts=True)
        return [self._docs[int(number)] for number in found[hits >= self._settings.band_hits]]

    def remember(self, doc: Recalled, keys: NDArray[np.uint64], sketches: NDArray[np.uint8]) -> None:
        """Add a document and its passages, once enough others are forgotten."""
        passages = np.repeat(np.arange(len(keys), dtype=np.int32), keys.shape[1])
        order = np.argsort(keys.ravel())
        docs, member = np.full(len(keys), doc.number, np.int32), np.array([doc.number], np.int32)
        segment = _Segment(keys.ravel()[order], passages[order], docs, sketches, member)
        while self._segments and self.size + doc.size + segment.size > self._memory:
            self._forget()
        self._docs[doc.number] = doc
        self._prints[doc.fingerprint] = doc.number
        self.size += doc.size
        self._append(segment)

    def _append(self, segment: _Segment) -> None:
        """Add a segment. Those of a size are merged, so that there are few, until they are a part of the memory."""
        self._segments.append(segment)
        self.size += segment.size
        while len(self._segments) > 1:
            one, two = self._segments[-2:]
            if one.size > 2 * two.size or one.size + two.size > self._memory // _PARTS:
                return
            self._segments[-2:] = [_merged(one, two)]

    def _forget(self) -> None:
        oldest = self._segments.pop(0)
        self.size -= oldest.size
        again = self._used.intersection(oldest.members.tolist())
        self._used -= again
        for number in oldest.members.tolist():
            if number not in again:
                doc = self._docs.pop(number)
                self._prints.pop(doc.fingerprint, None)
                self.size -= doc.size
        if again:
            self._append(oldest.of(np.array(sorted(again), np.int32)))


def _merged(one: _Segment, two: _Segment) -> _Segment:
    keys = np.concatenate([one.keys, two.keys])
    order = np.argsort(keys, kind="stable")
    passages = np.concatenate([one.passages, two.passages + np.int32(len(one.docs))])
    docs, sketches = np.concatenate([one.docs, two.docs]), np.concatenate([one.sketches, two.sketches])
    return _Segment(keys[order], passages[order], docs, sketches, np.concatenate([one.members, two.members]))
