"""Deduplication over tables that lie in parts on many machines: the kernels, the SQL and the tables of `stages`.

Where one machine keeps tokens and band keys in files, here they are columns: a document's tokens ride to the pairs it is
in, and band keys meet in a shuffle. No table comes together in one place, but for what has a bound of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse import schema
from cleanse.dedup.candidates import most_partners
from cleanse.dedup.components import find_components
from cleanse.dedup.matches import CLUSTERS, MATCHES_WITH_PIECES, SIDES, matched, on_pages
from cleanse.dedup.parts import (
    ALIKE,
    COUNTED,
    MET,
    SIGNED,
    TOKENS,
    cuts_of,
    likenesses,
    meetings,
    passages_of,
    shingles_of,
    spans_of,
    tokens_of,
)
from cleanse.dedup.settle import CUT, long_passages, remove_documents, shared_passages
from cleanse.dedup.shingles import COUNTERS, common_counts
from cleanse.dedup.stages import EXACT, ranked
from cleanse.dedup.verify import SPAN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.stages import Begin
    from cleanse.engines import Distributed

#: The documents that have words and are no exact duplicate.
_UNIQUE = """
    SELECT doc, hashes FROM tokens WHERE words > 0 AND NOT EXISTS (SELECT 1 FROM exact WHERE exact.doc = tokens.doc)
"""
#: Each pair of passages that met once, with their sketches.
_MEETINGS = """
    SELECT met.a, met.b, met.hits, x.sketch AS a_sketch, y.sketch AS b_sketch
    FROM (SELECT a, b, count(*) AS hits FROM met GROUP BY a, b) met
        JOIN signed y ON y.passage = met.b JOIN signed x ON x.passage = met.a
"""
_BOTH = """
    SELECT pairs.a, pairs.b, x.hashes AS a_hashes, x.starts AS a_starts, x.ends AS a_ends,
        y.hashes AS b_hashes, y.starts AS b_starts, y.ends AS b_ends
    FROM pairs JOIN tokens y ON y.doc = pairs.b JOIN tokens x ON x.doc = pairs.a
"""


def deduplicate(engine: Distributed, settings: Dedup, begin: Begin = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``."""
    engine.sql(ranked(settings), "ranked")
    begin("tokens")
    texts = 'SELECT ranked.doc, pages.text FROM pages JOIN ranked ON ranked."order" = pages."order"'
    engine.map(texts, tokens_of(settings), "tokens", TOKENS)
    engine.sql("SELECT doc, one, two, words, length FROM tokens", "fingerprints")
    engine.sql(EXACT, "exact")
    begin("signatures")
    shared = _common_shingles(engine, settings)
    engine.map(_UNIQUE, passages_of(shared, settings), "signed", SIGNED)
    begin("candidates")
    _pair(engine, settings)
    begin("alignment")
    engine.map(_BOTH, spans_of(shared, settings), "spans", SPAN)
    engine.drop("tokens")
    begin("clusters")
    remove_documents(engine, settings)
    engine.sql(shared_passages(settings), "shared")
    _cut(engine, settings)
    engine.sql(matched(settings), "matched")
    engine.sql(SIDES, "sides")
    engine.map(MATCHES_WITH_PIECES, on_pages, "matches", schema.MATCH)
    engine.drop("sides")
    engine.sql(CLUSTERS, "clusters")


def _common_shingles(engine: Distributed, settings: Dedup) -> NDArray[np.bool_] | None:
    """As `candidates.common_shingles`; what comes together is never more than the counters of the sketch."""
    if settings.profile == "classic":
        return None
    engine.map(_UNIQUE, shingles_of(settings), "counted", COUNTED)
    documents = sum(
        batch["n"][0].as_py() for batch in engine.stream(f"SELECT count(*) AS n FROM ({_UNIQUE}) AS documents")
    )
    limit = common_counts(documents, settings)
    shared = np.zeros(COUNTERS, np.bool_)
    for batch in engine.stream(f"SELECT counter FROM counted GROUP BY counter HAVING sum(documents) > {limit!r}"):
        shared[batch["counter"].to_numpy()] = True
    engine.drop("counted")
    return shared


def _pair(engine: Distributed, settings: Dedup) -> None:
    """Make the table ``pairs`` of the table ``signed``, which goes."""
    keyed = "SELECT passage, unnest(keys) AS key FROM signed"
    engine.map_groups(keyed, ["key"], ["passage"], meetings(settings), "met", MET)
    engine.map(_MEETINGS, likenesses(settings), "alike", ALIKE)
    engine.sql(_closest(settings), "pairs")
    for name in ("signed", "met", "alike"):
        engine.drop(name)


def _closest(settings: Dedup) -> str:
    """As `candidates.find_pairs` chooses: of the pairs of each b those that met most often, the lowest a first."""
    return f"""
        WITH counted AS (SELECT a, b, sum(hits) AS hits FROM alike GROUP BY a, b)
        SELECT a, b FROM (
            SELECT a, b, hits, row_number() OVER (PARTITION BY b ORDER BY hits DESC, a) AS place FROM counted
        ) AS placed
        WHERE place <= {most_partners(settings)} AND hits >= {int(settings.band_hits)}
    """


def _cut(engine: Distributed, settings: Dedup) -> None:
    """Make the table ``cuts`` of the table ``shared``: documents that no passage connects are settled apart."""
    if settings.passages == "report":
        engine.load("cuts", [], CUT)
        return
    engine.sql(long_passages(settings), "long")
    find_components(engine, "SELECT keeper AS a, loser AS b FROM long", "component")
    connected = "SELECT component, long.* FROM long JOIN component ON component.doc = long.loser"
    engine.map_groups(connected, ["component"], ["keeper", "loser", "keeper_start"], cuts_of, "cuts", CUT)
    for name in ("long", "component"):
        engine.drop(name)
