"""Relevance: which candidate pairs are aligned. A document that is known to go needs to be compared no more.

Pairs come in rank order, so that whether a document goes for one before it is known when the pairs that it begins are
reached. If it goes it is nobody's survivor, and none of its passages is reported: these pairs say nothing. In a cluster
of thousands each document is aligned with the few that stay. The one exception is looked at last: a document may take
over what was removed for its own survivor only if it covers that, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cleanse.dedup.settle import BEGINNING
from cleanse.dedup.store import release
from cleanse.dedup.verify import compare, parts
from cleanse.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens
    from cleanse.dedup.verify import Part

#: Parts of the pairs that are under way before the first of them tells who goes: a constant, so that what is aligned
#: does not depend on the number of threads.
_UNDER_WAY: Final = 16
#: In the place of a part's number: no part has told that the document goes.
_STAYS: Final = np.iinfo(np.int32).max


def relevant_spans(
    pairs: Callable[[], Iterator[pa.RecordBatch]],
    tokens: Tokens,
    shared: NDArray[np.bool_],
    text_words: NDArray[np.int64],
    settings: Dedup,
    threads: int,
) -> Iterator[pa.RecordBatch]:
    """The spans of the PAIR batches, which ascend, that matter to what is removed, reported or cut.

    ``text_words`` of each document by rank. Not for the classic profile, which reports all pairs.
    """
    fates = _Fates(text_words, settings)

    def compared(part: Part) -> pa.RecordBatch:
        found = compare(*part, tokens, shared, settings)
        release(tokens)
        return found

    for found in in_order(compared, fates.open(parts(pairs(), tokens)), threads, _UNDER_WAY):
        fates.learn(found)
        yield found
    heirs = fates.heirs()
    if heirs.any():
        yield from in_order(compared, fates.left(parts(pairs(), tokens), heirs), threads)


class _Fates:
    """Which documents are known to go, as the spans of one part of the pairs after the other tell."""

    def __init__(self, text_words: NDArray[np.int64], settings: Dedup) -> None:
        self._words, self._settings = text_words, settings
        self._told = np.full(len(text_words), _STAYS, np.int32)  # by which part
        self._parts = 0
        self._known: list[int] = []  # parts that had told when each part of the pairs was looked at
        self._upwards: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._hubs = np.zeros(len(text_words), np.bool_)

    def open(self, pairs: Iterator[Part]) -> Iterator[Part]:
        """The pairs whose first document is not known to go."""
        for a, b in pairs:
            self._known.append(self._parts)
            stays = self._told[a] == _STAYS
            if stays.any():
                yield a[stays], b[stays]

    def left(self, pairs: Iterator[Part], second: NDArray[np.bool_]) -> Iterator[Part]:
        """Of the pairs that were not open, those with such a second document."""
        for (a, b), known in zip(pairs, self._known, strict=True):
            closed = (self._told[a] < known) & second[b]
            if closed.any():
                yield a[closed], b[closed]

    def learn(self, spans: pa.RecordBatch) -> None:
        """What the spans of the next part tell: the rule of `settle.remove_documents`, in rank order."""
        column = {name: spans[name].to_numpy() for name in spans.schema.names}
        a, b = column["a"], column["b"]
        firsts = np.flatnonzero((np.diff(a, prepend=-1) != 0) | (np.diff(b, prepend=-1) != 0))
        if len(firsts):
            begins_a, begins_b = (
                np.minimum.reduceat(column[name], firsts) <= BEGINNING for name in ("a_start", "b_start")
            )
            of = {name: values[firsts] for name, values in column.items()}
            a, b = of["a"], of["b"]
            enough, there, part = (
                getattr(self._settings, name) for name in ("coverage", "survival", "contained_share")
            )
            short = self._words < self._settings.teaser_words
            alike = of["similarity"] >= self._settings.similarity
            covers_a = alike & (of["coverage_a"] >= enough) & (of["survival_a"] >= there)
            covers_a &= (of["coverage_b"] >= part) | begins_b | short[a]
            covers_b = alike & (of["coverage_b"] >= enough) & (of["survival_b"] >= there)
            covers_b &= (of["coverage_a"] >= part) | begins_a | short[b]
            for first, second in zip(a[covers_b].tolist(), b[covers_b].tolist(), strict=True):
                if self._told[first] == _STAYS:
                    self._told[second] = min(self._told[second], self._parts)
                    self._hubs[first] = True
            up = covers_a & ~covers_b & (self._told[a] == _STAYS)
            self._upwards.append((a[up], b[up]))
        self._parts += 1

    def heirs(self) -> NDArray[np.bool_]:
        """The documents that stay and that one before them, for which others go, could go for."""
        found = np.zeros(len(self._told), np.bool_)
        for a, b in self._upwards:
            found[b[self._hubs[a] & (self._told[b] == _STAYS)]] = True
        return found
