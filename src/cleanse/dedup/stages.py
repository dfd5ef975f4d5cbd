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
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.config import Dedup
from cleanse.dedup.candidates import PAIR, common_shingles, find_pairs, sign_passages
from cleanse.dedup.kernels import announce
from cleanse.dedup.matches import CLUSTERS, matched, matches_on_pages
from cleanse.dedup.settle import CUT, REMOVED, cut_passages, removed_documents, shared_passages
from cleanse.dedup.store import TokenStore
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

Say = Callable[[str], None]


def deduplicate(engine: Engine, settings: Dedup, folder: Path, threads: int, say: Say = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``."""
    engine.sql(_ranked(settings), "ranked")
    with TokenStore(folder) as store:
        say("tokens")
        ranks = _ranks(engine)
        engine.load("fingerprints", read_tokens(engine, store, ranks, settings), FINGERPRINT)
        engine.sql(EXACT, "exact")
        tokens = store.tokens(np.argsort(ranks))
        unique = _unique(engine, tokens)
        say("signatures")
        shared = common_shingles(tokens, unique, settings)
        with sign_passages(folder, tokens, unique, shared, settings) as signed:
            say("candidates")
            engine.load("pairs", find_pairs(signed, settings), PAIR)
        say("alignment")
        engine.load("spans", spans(engine, tokens, shared, settings, threads), SPAN)
        say("clusters")
        engine.load("removed", removed_documents(engine, len(tokens), settings), REMOVED)
        engine.sql(shared_passages(settings), "shared")
        engine.load("cuts", cut_passages(engine, settings), CUT)
    report_matches(engine, settings)


def report_matches(engine: Engine, settings: Dedup) -> None:
    """Make the tables ``matches`` and ``clusters`` of what is settled."""
    engine.sql(matched(settings), "matched")
    engine.load("matches", matches_on_pages(engine), schema.MATCH)
    engine.sql(CLUSTERS, "clusters")


def settle_nothing(engine: Engine) -> None:
    """The same tables for documents that all stay."""
    engine.sql(_ranked(Dedup()), "ranked")
    for name, table in (("removed", REMOVED), ("cuts", CUT), ("shared", SPAN)):
        engine.load(name, [], table)
    engine.load("matches", [], schema.MATCH)
    engine.load("clusters", [], schema.CLUSTER)


# -- ranks, tokens, exact duplicates -----------------------------------------------------------------------------------


def _ranked(settings: Dedup) -> str:
    """Documents by survivor policy; ties go to the longer one, then to the smaller id, so that input order is no matter."""
    sources = ", ".join("'" + source.replace("'", "''") + "'" for source in settings.source_priority)
    policy = {
        "longest": "",
        "first": '"order", ',
        "newest": "date DESC NULLS LAST, ",
        "source": f"coalesce(list_position([{sources}]::VARCHAR[], source), 2147483647), ",
    }[settings.survivor]
    return f"""
        SELECT (row_number() OVER (ORDER BY {policy} text_words DESC, id)) - 1 AS doc, "order", id, source, text_words
        FROM pages
    """


def _ranks(engine: Engine) -> NDArray[np.int64]:
    """The rank of each page, in the order of the table ``pages``."""
    rows = engine.stream('SELECT doc FROM ranked ORDER BY "order"')
    return np.concatenate([np.empty(0, np.int64), *(batch["doc"].to_numpy() for batch in rows)])


def read_tokens(
    engine: Engine, store: TokenStore, ranks: NDArray[np.int64], settings: Dedup
) -> Iterator[pa.RecordBatch]:
    """A row a page, as they come; their tokens go into the store."""
    announce(TOKENISE)
    done = 0
    for batch in engine.stream("pages"):
        tokens = tokenise(batch["text"], plain=settings.profile == "classic")
        store.append(tokens)
        found = fingerprints(tokens)
        yield pa.record_batch(
            [
                pa.array(ranks[done : done + len(batch)]),
                pa.array(found[:, 0].copy()),
                pa.array(found[:, 1].copy()),
                pa.array(np.diff(tokens.offsets)),
                pc.cast(pc.utf8_length(batch["text"]), pa.int64()),
            ],
            schema=FINGERPRINT,
        )
        done += len(batch)


#: Each document whose words are those of one that ranks before it, and the first of these.
EXACT = """
    SELECT doc, survivor
    FROM (SELECT doc, words, min(doc) OVER (PARTITION BY one, two, words) AS survivor FROM fingerprints WHERE words > 0)
    WHERE doc > survivor
"""


def _unique(engine: Engine, tokens: Tokens) -> NDArray[np.int64]:
    """The documents that have words and are no exact duplicate, by rank."""
    alone = np.diff(tokens.offsets) > 0
    for batch in engine.stream("exact"):
        alone[batch["doc"].to_numpy()] = False
    return np.flatnonzero(alone)
