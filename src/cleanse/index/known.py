"""Known documents: those of the index that arriving ones are compared with, with their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.dedup.passages import Cuts
    from cleanse.index.file import IndexFile

#: Documents that arrive (by their ``place``) with the very words of one of the index, ``first``, and what became of that
#: one: it may have gone for a ``survivor``.
_SEEN = """
    SELECT g.doc AS place, min(d.doc) AS first, any_value(d.survivor) AS survivor, any_value(d.kind) AS kind,
        any_value(d.similarity) AS similarity, any_value(d.coverage) AS coverage
    FROM given g JOIN documents d USING (one, two, words) GROUP BY g.doc ORDER BY g.doc
"""
_STORED = """
    SELECT d.doc, d.id, d.source, d.text_words, d.words, d.length, d.one, d.two, t.bytes, t.text
    FROM given g JOIN documents d ON d.doc = g.doc JOIN texts t ON t.doc = g.doc ORDER BY d.doc
"""
#: Documents whose texts are sorted at once, and bytes of these: twice what they are when packed is room enough.
_SORTED_DOCUMENTS = 8192
_SORTED_BYTES = 2**25
_SEEN_ROW = pa.schema(
    [(name, pa.int64()) for name in ("place", "first", "survivor")]
    + [("kind", pa.string()), ("similarity", pa.float64()), ("coverage", pa.float64())]
)
#: Documents of the index as a batch has them: ``doc`` is the rank there, ``indexed`` the number in the index.
KNOWN = pa.schema(
    [("doc", pa.int64()), ("indexed", pa.int64()), ("id", pa.string()), ("source", pa.string())]
    + [(name, pa.int64()) for name in ("text_words", "words", "length")]
    + [("one", pa.uint64()), ("two", pa.uint64()), ("text", pa.large_string())]
)


@dataclass(frozen=True, slots=True)
class Known:
    """Kept documents of the index, by their numbers there, which ascend. In a batch they rank before all that arrive, in this order."""

    docs: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.docs)

    def local(
        self, a: NDArray[np.int64], b: NDArray[np.int64], first: int, fresh: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs by rank in the batch, without those whose first document was removed from the index."""
        old = a < first
        kept = ~old | np.isin(a, self.docs)
        a, b, old = a[kept], b[kept], old[kept]
        ranks = np.searchsorted(self.docs, a)
        ranks[~old] = len(self) + fresh[a[~old] - first]
        return ranks, len(self) + fresh[b - first]

    def removed(self, seen: pa.Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The verdict on documents with the words of one that has gone: the same."""
        gone = seen.filter(seen["survivor"].is_valid())
        columns = {name: gone[name].combine_chunks() for name in ("kind", "similarity", "coverage")}
        columns["doc"] = pa.array(gone["place"].to_numpy() + len(self))
        columns["survivor"] = pa.array(np.searchsorted(self.docs, gone["survivor"].to_numpy()))
        yield pa.record_batch([columns[name] for name in schema.names], schema=schema)

    def cuts(self, file: IndexFile) -> Cuts:
        """What has been cut of these documents, by rank."""
        found: Cuts = {}
        query = 'SELECT doc, start, "end" FROM cuts JOIN given USING (doc) ORDER BY doc, start'
        for batch in file.read(query, pa.table({"doc": self.docs})):
            ranks = np.searchsorted(self.docs, batch["doc"].to_numpy()).tolist()
            for rank, start, end in zip(ranks, batch["start"].to_pylist(), batch["end"].to_pylist(), strict=True):
                found.setdefault(rank, []).append((start, end))
        return found


def seen_before(file: IndexFile, arrived: pa.Table) -> pa.Table:
    """The arriving documents whose words the index has, and its verdict on these."""
    found = file.read(_SEEN, arrived.filter(pa.compute.field("words") > 0))
    return pa.Table.from_batches([batch.cast(_SEEN_ROW) for batch in found], _SEEN_ROW)


def kept_texts(file: IndexFile) -> Iterator[pa.RecordBatch]:
    """Ids and texts of all kept documents, as they arrived."""
    for batch in _stored(file, np.arange(file.documents)):
        yield pa.record_batch([batch["id"], _unpacked(batch)], names=["id", "text"])


def known_rows(file: IndexFile, docs: NDArray[np.int64], seen: pa.Table) -> Iterator[pa.RecordBatch]:
    """KNOWN of those of ``docs``, and of the survivors of what was ``seen``, that were kept, some thousands at a time."""
    survivors = seen["survivor"].drop_null().to_numpy()
    wanted = np.unique(np.concatenate([docs, survivors]))
    count = 0
    for batch in _stored(file, wanted):
        columns = {name: batch[name] for name in KNOWN.names if name in batch.schema.names}
        columns |= {
            "doc": pa.array(np.arange(count, count + len(batch))),
            "indexed": batch["doc"],
            "text": _unpacked(batch),
        }
        yield pa.record_batch([columns[name].cast(KNOWN.field(name).type) for name in KNOWN.names], schema=KNOWN)
        count += len(batch)


def _stored(file: IndexFile, docs: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    """Those of some documents, ascending, that were kept, some at a time: to sort all their texts at once would take more than memory."""
    sizes = np.zeros(len(docs), np.int64)
    for batch in file.read("SELECT doc, bytes FROM texts JOIN given USING (doc)", pa.table({"doc": docs})):
        sizes[np.searchsorted(docs, batch["doc"].to_numpy())] = batch["bytes"].to_numpy()
    for portion in portions(sizes, _SORTED_BYTES, _SORTED_DOCUMENTS):
        yield from file.read(_STORED, pa.table({"doc": docs[portion]}))


def _unpacked(packed: pa.RecordBatch) -> pa.Array:
    both = zip(packed["text"].to_pylist(), packed["bytes"].to_pylist(), strict=True)
    texts = [pa.decompress(text, size, "zstd", asbytes=True).decode() for text, size in both]
    return pa.array(texts, pa.large_string())
