"""Deduplication, stage by stage, over the engine's tables: ``pages`` in; ``matches``, ``clusters``, ``removed``, ``cuts`` out.

ranked       documents in the order in which they are preferred as survivors; a document's rank is its number here
fingerprint  equal token sequences are exact duplicates: all but the first go
signed       the band keys of the others' passages
pairs        documents that share enough bands
spans        aligned word by word
removed      star clusters: what goes, and for whom
cuts         long passages that two kept documents share, to be cut from the one that ranks second
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from cleanse import schema
from cleanse.config import Dedup, survivor_order
from cleanse.dedup.candidates import PAIR, common_shingles, find_pairs, sign_passages
from cleanse.dedup.kernels import announce
from cleanse.dedup.matches import CLUSTERS, MATCHES_WITH_PIECES, matched, on_pages
from cleanse.dedup.settle import (
    CUT,
    REMOVED,
    cut_passages,
    long_passages,
    remove_documents,
    shared_passages,
    to_passages,
)
from cleanse.dedup.store import TokenStore, select
from cleanse.dedup.tokens import KERNEL as TOKENISE
from cleanse.dedup.tokens import Tokens, fingerprints, tokenise
from cleanse.dedup.verify import SPAN, spans

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.engines import Engine

FINGERPRINT = pa.schema(
    [("doc", pa.int64()), ("one", pa.uint64()), ("two", pa.uint64()), ("words", pa.int64()), ("length", pa.int64())]
)

Begin = Callable[[str], None]


def deduplicate(engine: Engine, settings: Dedup, folder: Path, threads: int, begin: Begin = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``."""
    engine.sql(ranked(settings), "ranked")
    with TokenStore(folder) as store:
        words = _Words(engine, store, settings)
        begin("tokens")
        key = msgspec.json.encode(settings).decode()
        lengths = engine.stream("SELECT length FROM ranked ORDER BY doc")
        engine.load("fingerprints", fingerprint_rows(lengths, lambda: words.tokens), FINGERPRINT, key=key)
        engine.sql(EXACT, "exact")
        begin("signatures")
        engine.load("pairs", _pairs(words, folder, settings, begin), PAIR)
        begin("alignment")
        engine.map("pairs", lambda pairs: spans(pairs, words.tokens, words.shared, settings, threads), "spans", SPAN)
        begin("clusters")
        remove_documents(engine, settings)
        engine.sql(shared_passages(settings), "shared")
        found = engine.stream(long_passages(settings)) if settings.passages == "drop" else iter(())
        engine.load("cuts", map(cut_passages, [chain.from_iterable(map(to_passages, found))]), CUT)
    report_matches(engine, settings)


def report_matches(engine: Engine, settings: Dedup) -> None:
    """Make the tables ``matches`` and ``clusters`` of what is settled."""
    engine.sql(matched(settings), "matched")
    engine.load("matches", on_pages(engine.stream(MATCHES_WITH_PIECES)), schema.MATCH)
    engine.sql(CLUSTERS, "clusters")


def settle_nothing(engine: Engine) -> None:
    """The same tables for documents that all stay."""
    engine.sql(ranked(Dedup()), "ranked")
    for name, table in (("removed", REMOVED), ("cuts", CUT), ("shared", SPAN)):
        engine.load(name, [], table)
    engine.load("matches", [], schema.MATCH)
    engine.load("clusters", [], schema.CLUSTER)


# -- ranks, tokens, exact duplicates -----------------------------------------------------------------------------------


def ranked(settings: Dedup) -> str:
    """Documents by survivor policy."""
    return f"""
        SELECT (row_number() OVER (ORDER BY {survivor_order(settings)})) - 1 AS doc, "order", id, source, text_words,
            length(text) AS length
        FROM pages
    """


class _Words:
    """The words of all pages, made when they are first asked for: a run that goes on where another was stopped may not."""

    def __init__(self, engine: Engine, store: TokenStore, settings: Dedup) -> None:
        self._engine, self._store, self._settings = engine, store, settings

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of each document, by rank."""
        store_words(self._engine, self._store, self._settings)
        rows = self._engine.stream('SELECT doc FROM ranked ORDER BY "order"')
        ranks = np.concatenate([np.empty(0, np.int64), *(batch["doc"].to_numpy() for batch in rows)])
        return self._store.tokens(np.argsort(ranks))

    @cached_property
    def unique(self) -> NDArray[np.int64]:
        """The documents that have words and are no exact duplicate."""
        alone = np.diff(self.tokens.offsets) > 0
        for batch in self._engine.stream("exact"):
            alone[batch["doc"].to_numpy()] = False
        return np.flatnonzero(alone)

    @cached_property
    def shared(self) -> NDArray[np.bool_] | None:
        """Which tokens stand in shingles that many documents share."""
        return common_shingles(self.tokens, self.unique, self._settings)


def store_words(engine: Engine, store: TokenStore, settings: Dedup) -> None:
    """Put the tokens of all pages into the store, in the order of the table."""
    announce(TOKENISE)
    for batch in engine.stream("pages"):
        store.append(tokenise(batch["text"], plain=settings.profile == "classic"))


def fingerprint_rows(lengths: Iterator[pa.RecordBatch], tokens: Callable[[], Tokens]) -> Iterator[pa.RecordBatch]:
    """FINGERPRINT of documents by number, whose texts have these ``length``s and whose words are asked for with the first."""
    first = 0
    for batch in lengths:
        docs, words = np.arange(first, first + len(batch)), tokens()
        found = fingerprints(select(words, docs))
        sizes = words.offsets[docs + 1] - words.offsets[docs]
        columns = [docs, found[:, 0].copy(), found[:, 1].copy(), sizes, batch["length"].to_numpy()]
        yield pa.record_batch([pa.array(column) for column in columns], schema=FINGERPRINT)
        first += len(batch)


def _pairs(words: _Words, folder: Path, settings: Dedup, begin: Begin) -> Iterator[pa.RecordBatch]:
    with sign_passages(folder, words.tokens, words.unique, words.shared, settings) as signed:
        begin("candidates")
        yield from find_pairs(signed, settings)


#: Each document whose words are those of one that ranks before it, and the first of these.
EXACT = """
    SELECT doc, survivor
    FROM (SELECT doc, words, min(doc) OVER (PARTITION BY one, two, words) AS survivor FROM fingerprints WHERE words > 0)
    WHERE doc > survivor
"""
