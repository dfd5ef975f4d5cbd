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
import pyarrow.compute as pc

from cleanse import schema
from cleanse.compiled import announce
from cleanse.config import Dedup, survivor_order
from cleanse.dedup.candidates import PAIR, common_shingles, find_pairs, sign_passages
from cleanse.dedup.matches import CLUSTERS, MATCHES_WITH_PIECES, SIDES, matched, on_pages
from cleanse.dedup.portions import portions
from cleanse.dedup.relevance import relevant_spans
from cleanse.dedup.settle import (
    CUT,
    REMOVED,
    cut_passages,
    long_passages,
    remove_documents,
    shared_passages,
    to_passages,
)
from cleanse.dedup.store import TokenStore, release, select
from cleanse.dedup.tokens import KERNEL as TOKENISE
from cleanse.dedup.tokens import Tokens, fingerprints, tokenise
from cleanse.dedup.verify import SPAN, spans
from cleanse.threads import in_order

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.engines import Engine

FINGERPRINT = pa.schema(
    [("doc", pa.int64()), ("one", pa.uint64()), ("two", pa.uint64()), ("words", pa.int64()), ("length", pa.int64())]
)

Begin = Callable[[str], None]

#: Words whose fingerprints are taken together: so many are in memory at once.
_WORDS = 2**20
#: Bytes of texts that one thread takes apart at once.
_BYTES = 2**21


def deduplicate(engine: Engine, settings: Dedup, folder: Path, threads: int, begin: Begin = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``.

    The caller has begun "tokens"; each later stage is begun here.
    """
    engine.sql(ranked(settings), "ranked")
    with TokenStore(folder) as store:
        words = _Words(engine, store, settings, threads)
        key = msgspec.json.encode(settings).decode()
        engine.load("fingerprints", fingerprint_rows(lambda: (words.tokens, words.lengths)), FINGERPRINT, key=key)
        engine.sql(EXACT, "exact")
        begin("signatures")
        engine.load("pairs", _pairs(words, folder, settings, threads, begin, engine.check), PAIR)
        begin("alignment")
        engine.load("spans", _spans(engine, words, settings, threads), SPAN)
        begin("clusters")
        remove_documents(engine, settings)
        engine.sql(shared_passages(settings), "shared")
        found = engine.stream(long_passages(settings)) if settings.passages == "drop" else iter(())
        engine.load("cuts", map(cut_passages, [chain.from_iterable(map(to_passages, found))]), CUT)
    report_matches(engine, settings)


def report_matches(engine: Engine, settings: Dedup) -> None:
    """Make the tables ``matches`` and ``clusters`` of what is settled."""
    engine.sql(matched(settings), "matched")
    engine.sql(SIDES, "sides")
    engine.load("matches", on_pages(engine.stream(MATCHES_WITH_PIECES)), schema.MATCH)
    engine.drop("sides")
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
        SELECT (row_number() OVER (ORDER BY {survivor_order(settings)})) - 1 AS doc, "order", id, source, text_words
        FROM pages
    """


class _Words:
    """The words of all pages, made when they are first asked for: a run that goes on where another was stopped may not."""

    def __init__(self, engine: Engine, store: TokenStore, settings: Dedup, threads: int) -> None:
        self._engine, self._store, self._settings, self._threads = engine, store, settings, threads

    @cached_property
    def _by_rank(self) -> tuple[Tokens, NDArray[np.int64]]:
        pages = self._engine.stream("pages")
        lengths = store_words(pages, self._store, self._settings, self._threads, self._engine.check)
        rows = self._engine.stream('SELECT doc FROM ranked ORDER BY "order"')
        order = np.argsort(np.concatenate([np.empty(0, np.int64), *(batch["doc"].to_numpy() for batch in rows)]))
        return self._store.tokens(order), lengths[order]

    @property
    def tokens(self) -> Tokens:
        """The tokens of each document, by rank."""
        return self._by_rank[0]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The characters of each document, by rank."""
        return self._by_rank[1]

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
        return common_shingles(self.tokens, self.unique, self._settings, self._threads)


def store_words(
    batches: Iterator[pa.RecordBatch], store: TokenStore, settings: Dedup, threads: int, check: Callable[[], None]
) -> NDArray[np.int64]:
    """Put the tokens of the column ``text`` into the store, in order; the characters of each text. ``check`` is called now and then."""
    announce(TOKENISE)

    def words(texts: pa.Array) -> tuple[Tokens, NDArray[np.int64]]:
        return tokenise(texts, plain=settings.profile == "classic"), pc.utf8_length(texts).to_numpy()

    lengths = [np.empty(0, np.int64)]
    for tokens, characters in in_order(words, _texts(batches), threads):
        store.append(tokens)
        lengths.append(characters)
        check()
    return np.concatenate(lengths)


def _texts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Array]:
    """The texts of all batches, a few at a time."""
    for batch in batches:
        sizes = pc.fill_null(pc.binary_length(batch["text"]), 0).to_numpy()
        for portion in portions(sizes.astype(np.int64), _BYTES, len(batch)):
            yield batch["text"].slice(portion.start, portion.stop - portion.start)


def fingerprint_rows(texts: Callable[[], tuple[Tokens, NDArray[np.int64]]]) -> Iterator[pa.RecordBatch]:
    """FINGERPRINT of documents by number: their words and the lengths of their texts, asked for with the first."""
    words, lengths = texts()
    sizes = np.diff(words.offsets)
    for portion in portions(sizes, _WORDS, len(words)):
        docs = np.arange(portion.start, portion.stop)
        found = fingerprints(select(words, docs))
        release(words)
        columns = [docs, found[:, 0].copy(), found[:, 1].copy(), sizes[portion], lengths[portion]]
        yield pa.record_batch([pa.array(column) for column in columns], schema=FINGERPRINT)


def _pairs(
    words: _Words, folder: Path, settings: Dedup, threads: int, begin: Begin, check: Callable[[], None]
) -> Iterator[pa.RecordBatch]:
    with sign_passages(folder, words.tokens, words.unique, words.shared, settings, check, threads) as signed:
        begin("candidates")
        yield from find_pairs(signed, folder, settings, check, threads)


def _spans(engine: Engine, words: _Words, settings: Dedup, threads: int) -> Iterator[pa.RecordBatch]:
    if words.shared is None:  # classic
        yield from spans(engine.stream("pairs"), words.tokens, words.shared, settings, threads)
        return
    rows = engine.stream("SELECT text_words FROM ranked ORDER BY doc")
    counts = np.concatenate([np.empty(0, np.int64), *(batch["text_words"].to_numpy() for batch in rows)])
    yield from relevant_spans(lambda: engine.stream("pairs"), words.tokens, words.shared, counts, settings, threads)


#: Each document whose words are those of one that ranks before it, and the first of these.
EXACT = """
    SELECT doc, survivor
    FROM (SELECT doc, words, min(doc) OVER (PARTITION BY one, two, words) AS survivor FROM fingerprints WHERE words > 0)
    WHERE doc > survivor
"""
