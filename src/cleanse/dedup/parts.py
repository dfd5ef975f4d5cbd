"""Parts: the kernels of deduplication over tables that lie in parts on many machines, one row a document, passage or pair."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.bandstore import sketch
from cleanse.dedup.candidates import least_equal
from cleanse.dedup.pairs import alike, pairs
from cleanse.dedup.settle import cut_passages, to_passages
from cleanse.dedup.shingles import COUNTERS, count_shingles
from cleanse.dedup.signatures import sign
from cleanse.dedup.store import read_only, select
from cleanse.dedup.tokens import Tokens, fingerprints, tokenise
from cleanse.dedup.verify import compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.engines import Kernel

#: A document by rank: its tokens as uint32 in binary columns, their fingerprint and number, the characters of its text.
TOKENS = pa.schema(
    [("doc", pa.int64()), ("hashes", pa.large_binary()), ("starts", pa.large_binary()), ("ends", pa.large_binary())]
    + [(name, pa.int64()) for name in ("one", "two", "words", "length")]
)
#: A counter of the shingle sketch and the documents of a part that have it.
COUNTED = pa.schema([("counter", pa.int64()), ("documents", pa.int64())])
#: A passage, numbered by its document and then within it; a key for each band; its sketch.
SIGNED = pa.schema([("passage", pa.int64()), ("keys", pa.list_(pa.int64())), ("sketch", pa.large_binary())])
#: Two passages that share a key.
MET = pa.schema([("a", pa.int64()), ("b", pa.int64())])
#: Two documents of which two passages are alike, and the keys that those share.
ALIKE = pa.schema([("a", pa.int64()), ("b", pa.int64()), ("hits", pa.int64())])

#: The number of a passage: its document's rank above so many bits, its place in the document in them.
_PASSAGE_BITS = 32
#: Rows of a batch that a kernel makes.
_ROWS = 65_536


def tokens_of(settings: Dedup) -> Kernel:
    """Kernel (doc, text) -> TOKENS."""

    def kernel(texts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in texts:
            tokens = tokenise(batch["text"], plain=settings.profile == "classic")
            columns = [_binary(column, tokens.offsets) for column in (tokens.hashes, tokens.starts, tokens.ends)]
            one, two = fingerprints(tokens).view(np.int64).T
            numbers = one.copy(), two.copy(), np.diff(tokens.offsets)
            length = pc.cast(pc.utf8_length(batch["text"]), pa.int64())
            yield pa.record_batch([batch["doc"], *columns, *map(pa.array, numbers), length], schema=TOKENS)

    return kernel


def shingles_of(settings: Dedup) -> Kernel:
    """Kernel (hashes) of documents -> COUNTED, once for all documents of the part."""

    def kernel(documents: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        counts = np.zeros(COUNTERS, np.uint32)
        for batch in documents:
            count_shingles(_tokens(batch["hashes"]), settings.shingle_words, counts)
        for counters in _sliced(np.flatnonzero(counts)):
            yield pa.record_batch([pa.array(counters), pa.array(counts[counters].astype(np.int64))], schema=COUNTED)

    return kernel


def passages_of(shared: NDArray[np.bool_] | None, settings: Dedup) -> Kernel:
    """Kernel (doc, hashes) -> SIGNED; ``shared`` as `shingles.common` has it."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)

    def kernel(documents: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in documents:
            signatures = sign(_tokens(batch["hashes"]), settings, shared)
            keys = np.ascontiguousarray(band_keys(signatures.values, bands, rows)).view(np.int64)
            number = _within(signatures.docs)
            passages = batch["doc"].to_numpy()[signatures.docs] << _PASSAGE_BITS | number
            sketches = sketch(signatures.values)
            every = np.arange(len(keys) + 1)
            yield pa.record_batch(
                [
                    pa.array(passages),
                    pa.ListArray.from_arrays(pa.array(every * bands, pa.int32()), pa.array(keys.ravel())),
                    _binary(sketches.ravel(), every * sketches.shape[1]),
                ],
                schema=SIGNED,
            )

    return kernel


def meetings(settings: Dedup) -> Kernel:
    """Kernel (key, passage), by key and within it by passage -> MET.

    All documents of one key are held at once, 16 bytes each: what more than a small share of the documents has in
    common is not signed (`signatures.sign`), so that no key has very many.
    """

    def kernel(keyed: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        waiting: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for batch in keyed:
            waiting.append((batch["key"].to_numpy(), batch["passage"].to_numpy()))
            if waiting[0][0][0] == waiting[-1][0][-1]:
                continue
            keys, passages = _joined(waiting)
            last = int(np.searchsorted(keys, keys[-1]))
            yield from _met(keys[:last], passages[:last], settings)
            waiting = [(keys[last:], passages[last:])]
        if waiting:
            yield from _met(*_joined(waiting), settings)

    return kernel


def likenesses(settings: Dedup) -> Kernel:
    """Kernel (a, b, hits, a_sketch, b_sketch) -> ALIKE, of the passages whose sketches do not say that they met by chance."""

    def kernel(met: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in met:
            one, other = (_matrix(batch[name]) for name in ("a_sketch", "b_sketch"))
            rows = np.arange(len(one))
            least = least_equal(one.shape[1], settings)
            kept = np.flatnonzero(alike(np.concatenate([one, other]), rows, rows + len(one), least))
            a, b, hits = (batch[name].to_numpy()[kept] for name in ("a", "b", "hits"))
            columns = a >> _PASSAGE_BITS, b >> _PASSAGE_BITS, hits
            yield pa.record_batch(list(map(pa.array, columns)), schema=ALIKE)

    return kernel


def spans_of(shared: NDArray[np.bool_] | None, settings: Dedup) -> Kernel:
    """Kernel (a, b, and of each the hashes, starts and ends) -> SPAN."""

    def kernel(both: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in both:
            a, b = batch["a"].to_numpy(), batch["b"].to_numpy()
            docs, rows, places = np.unique(np.concatenate([a, b]), return_index=True, return_inverse=True)
            columns = [_tokens(batch[f"a_{name}"], batch[f"b_{name}"]) for name in ("hashes", "starts", "ends")]
            offsets = columns[0].offsets
            hashes, starts, ends = (
                select(Tokens(hashes=c.hashes, starts=c.hashes, ends=c.hashes, offsets=offsets), rows).hashes
                for c in columns
            )
            sizes = np.diff(offsets)[rows]
            tokens = Tokens(
                hashes=hashes,
                starts=starts,
                ends=ends,
                offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            )
            # pairs of the same document in a row share the work on it
            order = np.lexsort((b, a))
            found = compare(places[: len(a)][order], places[len(a) :][order], tokens, shared, settings)
            for name in ("a", "b"):
                column = pa.array(docs[found[name].to_numpy()])
                found = found.set_column(found.schema.get_field_index(name), name, column)
            yield found

    return kernel


def cuts_of(long: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Kernel: long passages by ``component`` -> CUT; the passages of a component are held at once."""
    rows = (row for batch in long for row in zip(batch["component"].to_pylist(), to_passages(batch), strict=True))
    for _, connected in groupby(rows, key=itemgetter(0)):
        yield cut_passages(passage for _, passage in connected)


def _joined(
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.concatenate([keys for keys, _ in parts]), np.concatenate([passages for _, passages in parts])


def _met(keys: NDArray[np.int64], passages: NDArray[np.int64], settings: Dedup) -> Iterator[pa.RecordBatch]:
    order = np.argsort(passages, kind="stable")
    keys, passages = keys[order], passages[order]
    a, b = pairs(keys.view(np.uint64), passages >> _PASSAGE_BITS, settings.band_members)
    for part in _sliced(np.arange(len(a))):
        yield pa.record_batch([pa.array(passages[a[part]]), pa.array(passages[b[part]])], schema=MET)


def _within(docs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of each passage among those of its document; documents ascend."""
    return np.arange(len(docs)) - np.searchsorted(docs, docs)


def _sliced(values: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (values[start : start + _ROWS] for start in range(0, len(values), _ROWS))


def _binary(values: NDArray[np.uint32] | NDArray[np.uint8], offsets: NDArray[np.int64]) -> pa.Array:
    """A value of raw bytes for each row of an array with offsets."""
    ends = pa.py_buffer(np.ascontiguousarray(offsets * values.itemsize, np.int64))
    return pa.Array.from_buffers(
        pa.large_binary(), len(offsets) - 1, [None, ends, pa.py_buffer(np.ascontiguousarray(values))]
    )


def _tokens(*columns: pa.Array) -> Tokens:
    """The documents of binary columns, one behind the other, with one kind of numbers in the place of hashes."""
    parts, offsets = [], [np.zeros(1, np.int64)]
    for column in columns:
        data, ends = _bytes(column)
        parts.append(data.view(np.uint32))
        offsets.append(ends[1:] // 4 + offsets[-1][-1])
    nothing = read_only(np.empty(0, np.uint32))
    return Tokens(
        hashes=read_only(np.concatenate(parts)), starts=nothing, ends=nothing, offsets=np.concatenate(offsets)
    )


def _matrix(column: pa.Array) -> NDArray[np.uint8]:
    """A row of bytes for each of a column's values, which are of one length."""
    data, _ = _bytes(column)
    return data.reshape(len(column), -1) if len(column) and len(data) else np.empty((len(column), 0), np.uint8)


def _bytes(column: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of a binary column, and where each value begins and the last one ends in them."""
    column = column.cast(pa.large_binary())
    _, places, content = column.buffers()
    ends = np.frombuffer(places, np.int64, len(column) + 1, column.offset * 8) if len(column) else np.zeros(1, np.int64)
    data = np.frombuffer(content, np.uint8) if content is not None and content.size else np.empty(0, np.uint8)
    return data[ends[0] : ends[-1]], ends - ends[0]
