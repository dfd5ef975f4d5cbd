"""Arrivals: documents that come to an index, judged as if they had come one after the other, each against all before it.

known        documents of the index that arriving ones may be compared with
arrived      the documents that come, with their fingerprints
fresh        those whose words neither the index nor one before them has: they get the next numbers of the index
stretches    of fresh ones, for which the same shingles are common
met          pairs that share keys
settled      on the same spans and by the same rules as without an index, but that the first seen always stays
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.bandstore import sketch_width
from cleanse.dedup.candidates import PAIR
from cleanse.dedup.settle import (
    CUT,
    REMOVED,
    cut_passages,
    long_passages,
    remove_documents,
    shared_passages,
    to_passages,
)
from cleanse.dedup.stages import EXACT, FINGERPRINT, Begin, fingerprint_rows, report_matches, store_words
from cleanse.dedup.store import TokenStore
from cleanse.dedup.verify import SPAN, spans
from cleanse.index.frequencies import Frequencies, Stretch, count_arrivals, read_common
from cleanse.index.keys import Keyed, document_keys
from cleanse.index.known import KNOWN, Known, known_rows, seen_before
from cleanse.index.meetings import meetings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.dedup.tokens import Tokens
    from cleanse.engines import Engine
    from cleanse.index.file import IndexFile


_FRESH = """
    SELECT doc FROM (SELECT doc, min(doc) OVER (PARTITION BY one, two, words) AS first FROM arrived WHERE words > 0)
    WHERE doc NOT IN (SELECT place FROM seen) AND ({among} OR doc = first) ORDER BY doc
"""
_RANKED = """
    SELECT doc, -1::BIGINT AS "order", id, source, text_words FROM known
    UNION ALL
    SELECT {known} + (row_number() OVER (ORDER BY "order")) - 1, "order", id, source, text_words FROM pages
"""
_FINGERPRINTS = """
    SELECT doc, one, two, words, length FROM known
    UNION ALL
    SELECT doc + {known}, one, two, words, length FROM arrived
    WHERE doc NOT IN (SELECT place FROM seen WHERE survivor IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the index has to learn: ``fresh`` places in the batch, their keys, frequencies, and the numbers in the index of
    the documents that rank first, ``known``."""

    fresh: NDArray[np.int64]
    keyed: Keyed
    frequencies: Frequencies
    known: NDArray[np.int64]


def judge(
    engine: Engine,
    file: IndexFile,
    folder: Path,
    threads: int,
    begin: Begin = lambda stage: None,
    *,
    among: bool = True,
) -> Arrived:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``.

    As `cleanse.dedup.stages.deduplicate` does, against the index as well; documents of the index have the order -1.
    Without ``among``, documents are compared with the index alone, and what is common stays what it is.
    """
    settings = file.settings
    with TokenStore(folder) as store:
        begin("tokens")
        lengths = store_words(engine.stream("pages"), store, settings, threads, engine.check)
        count = len(lengths)
        tokens = store.tokens(np.arange(count))
        engine.load("arrived", fingerprint_rows(lambda: (tokens, lengths)), FINGERPRINT, key=file.state)
        seen = seen_before(file, pa.Table.from_batches(engine.stream("arrived"), FINGERPRINT))
        engine.load("seen", seen.to_batches(), seen.schema)
        fresh = _numbers(engine, _FRESH.format(among=not among))
        begin("signatures")
        frequencies = (
            count_arrivals(file, tokens, fresh, settings, threads)
            if among
            else Frequencies([Stretch(0, len(fresh), None if settings.profile == "classic" else read_common(file))])
        )
        keyed = _keys(file, tokens, fresh, frequencies, threads)
        begin("candidates")
        a, b = meetings(file, keyed, folder, engine.check, among=among)
        wanted = np.concatenate([a[a < file.documents], seen["first"].to_numpy()])
        engine.load("known", known_rows(file, wanted, seen), KNOWN)
        begin("alignment")
        store_words(engine.stream("known"), store, settings, threads, engine.check)
        known = Known(_numbers(engine, "SELECT indexed AS doc FROM known ORDER BY known.doc"))
        a, b = known.local(a, b, file.documents, fresh)
        tokens = store.tokens(np.concatenate([np.arange(count, count + len(known)), np.arange(count)]))
        engine.sql(_RANKED.format(known=len(known)), "ranked")
        engine.sql(_FINGERPRINTS.format(known=len(known)), "fingerprints")
        engine.sql(EXACT if among else f"{EXACT} AND survivor < {len(known)}", "exact")
        engine.load("spans", _spans(tokens, fresh + len(known), a, b, frequencies, file, threads), SPAN)
    begin("clusters")
    remove_documents(engine, settings, "removed_now", first_stays=True)
    engine.load("removed_before", known.removed(seen, REMOVED), REMOVED)
    engine.sql("SELECT * FROM removed_now UNION ALL SELECT * FROM removed_before", "removed")
    engine.sql(shared_passages(settings), "shared")
    long = engine.stream(long_passages(settings, first_stays=True)) if settings.passages == "drop" else iter(())
    cuts = cut_passages(chain.from_iterable(map(to_passages, long)), known.cuts(file))
    engine.load("cuts", [cuts], CUT)
    report_matches(engine, settings)
    return Arrived(fresh, keyed, frequencies, known.docs)


def _numbers(engine: Engine, query: str) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, np.int64), *(batch["doc"].to_numpy() for batch in engine.stream(query))])


def _keys(file: IndexFile, tokens: Tokens, fresh: NDArray[np.int64], frequencies: Frequencies, threads: int) -> Keyed:
    parts = [
        document_keys(tokens, fresh[stretch.first : stretch.last], stretch.common, file.settings, threads)
        for stretch in frequencies.stretches
    ]
    return Keyed.joined(parts, sketch_width(file.settings))


def _spans(
    tokens: Tokens,
    fresh: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    frequencies: Frequencies,
    file: IndexFile,
    threads: int,
) -> Iterator[pa.RecordBatch]:
    """The spans of all pairs; what is common is what was when the second document came."""
    for stretch in frequencies.stretches:
        if stretch.first == stretch.last:
            continue
        mine = (b >= fresh[stretch.first]) & (b <= fresh[stretch.last - 1])
        pairs = pa.record_batch([pa.array(a[mine]), pa.array(b[mine])], schema=PAIR)
        yield from spans(iter([pairs]), tokens, stretch.common, file.settings, threads)
