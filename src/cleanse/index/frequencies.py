"""Frequencies: which shingles are too common to tell documents apart, settled at fixed numbers of documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.candidates import add_shingles
from cleanse.dedup.shingles import COUNTERS, common

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens
    from cleanse.index.file import IndexFile

#: What is common is settled when there are so many different documents, and whenever they have doubled since. Before,
#: nothing can be common: it takes more than 30 documents.
FIRST_POINT = 64


@dataclass(slots=True)
class Stretch:
    """Documents ``first`` to ``last`` (of those that arrive) for which the same shingles are common."""

    first: int
    last: int
    common: NDArray[np.bool_] | None


@dataclass(slots=True)
class Frequencies:
    """What arriving documents add: stretches of them, counts since the last point, and whether a point was passed."""

    stretches: list[Stretch]
    counts: NDArray[np.uint32] | None = None
    point: int = 0
    common: NDArray[np.bool_] | None = field(default=None)


def count_arrivals(
    file: IndexFile, tokens: Tokens, docs: NDArray[np.int64], settings: Dedup, threads: int
) -> Frequencies:
    """The stretches of the arriving documents ``docs``, each with what is common when it begins."""
    if settings.profile == "classic":
        return Frequencies([Stretch(0, len(docs), None)])
    seen, table = file.documents, read_common(file)
    counts = np.zeros(COUNTERS, np.uint32)
    found = Frequencies([], counts)
    first = 0
    while first < len(docs):
        point = next_point(seen + first)
        last = min(len(docs), point - seen)
        found.stretches.append(Stretch(first, last, table))
        add_shingles(counts, tokens, docs[first:last], settings, threads)
        if seen + last == point:
            if not found.point:
                counts += stored_counts(file)
            table = found.common = common(counts, point, settings)
            found.point = point
        first = last
    return found


def next_point(documents: int) -> int:
    """The number of documents at which what is common is settled next.

    >>> [next_point(documents) for documents in (0, 63, 64, 1000)]
    [64, 64, 128, 1024]
    """
    point = FIRST_POINT
    while point <= documents:
        point *= 2
    return point


def read_common(file: IndexFile) -> NDArray[np.bool_]:
    """Which counters belong to common shingles, as settled at the last point, bool[COUNTERS]."""
    table = np.zeros(COUNTERS, np.bool_)
    for (counters,) in file.rows("SELECT counters FROM common"):
        table[np.frombuffer(counters, np.uint32)] = True
    return table


def stored_counts(file: IndexFile) -> NDArray[np.uint32]:
    """In how many documents of the index each counter's shingles are, uint32[COUNTERS]."""
    counts = np.zeros(COUNTERS, np.uint32)
    for (packed,) in file.rows("SELECT counts FROM shingles"):
        counts += np.frombuffer(pa.decompress(packed, counts.nbytes, "zstd", asbytes=True), np.uint32)
    return counts


def keep_counts(file: IndexFile, found: Frequencies) -> None:
    """Add what arrived: the counts of a batch are a row, which become one row at the next point."""
    if found.counts is None:
        return
    if found.common is not None:
        file.execute("DELETE FROM shingles")
        file.execute("DELETE FROM common")
        counters = np.flatnonzero(found.common).astype(np.uint32)
        file.execute("INSERT INTO common VALUES (?, ?)", found.point, counters.tobytes())
    file.execute("INSERT INTO shingles VALUES (?)", pa.compress(found.counts, "zstd", asbytes=True))
