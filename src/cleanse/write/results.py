"""All results of a run, in one pass over its pages with the verdicts of deduplication beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from cleanse import schema
from cleanse.characters import visible_characters
from cleanse.dedup.passages import whole_sentences
from cleanse.dedup.pieces import page_offsets
from cleanse.errors import InternalError
from cleanse.write.corpus import Corpus
from cleanse.write.verdicts import Cut, Outcome, Removal, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cleanse.config import Write
    from cleanse.engines import Engine

_REMOVALS = """
    SELECT x."order", y.id AS survivor, kind, similarity, coverage, y."order" < 0 AS indexed
    FROM removed JOIN ranked x USING (doc) JOIN ranked y ON y.doc = removed.survivor
    ORDER BY x."order"
"""
_CUTS = """
    SELECT x."order", c.start, c."end", y.id AS survivor, p.pieces, c.keeper_start, c.keeper_end, c.similarity,
        y."order" < 0 AS indexed
    FROM cuts c JOIN ranked x ON x.doc = c.loser JOIN ranked y ON y.doc = c.keeper LEFT JOIN pages p ON p."order" = y."order"
    ORDER BY x."order", c.start
"""


@dataclass(slots=True)
class Counts:
    """What a run did, in numbers."""

    documents: int = 0
    characters: int = 0
    kept: int = 0
    removed: int = 0
    empty: int = 0
    words_in: int = 0
    words_stripped: int = 0
    words_out: int = 0
    blocks: int = 0
    passages_dropped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    reason_words: Counter[str] = field(default_factory=Counter)

    def add(self, page: dict[str, Any], result: Outcome) -> None:
        """Count one document; raises InternalError when a character of it was lost or stands twice."""
        self.documents += 1
        self.blocks += len(page["blocks"])
        self.words_in += page["page_words"]
        self.words_stripped += page["text_words"]
        self.words_out += result.words
        if result.text is not None:
            self.kept += 1
        else:
            gone = result.dropped[-1]["reason"]
            self.empty += gone == schema.Reason.EMPTY
            self.removed += gone != schema.Reason.EMPTY
        for row in result.dropped:
            self.reasons[row["reason"]] += 1
            self.reason_words[row["reason"]] += row["words"]
            self.passages_dropped += row["level"] == "passage"
        came = visible_characters(page["page"])
        went = visible_characters(result.text or "") + sum(visible_characters(row["text"]) for row in result.dropped)
        self.characters += came
        if came != went:
            raise InternalError(
                f"{page['id']}: {came} characters came in, {went} went out; please report this with the page"
            )

    def to_dict(self) -> dict[str, Any]:
        """As run.json has them."""
        plain = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("reason")}
        reasons = {
            name: {"pieces": pieces, "words": self.reason_words[name]} for name, pieces in self.reasons.most_common()
        }
        return plain | {"reasons": reasons}


def write_results(engine: Engine, folder: Path, settings: Write) -> Counts:
    """Write corpus, kept, dropped, matches and clusters into ``folder``."""
    counts = Counts()
    with (
        Corpus(folder, settings) as corpus,
        pq.ParquetWriter(folder / "kept.parquet", schema.KEPT, compression="zstd") as kept,
        pq.ParquetWriter(folder / "dropped.parquet", schema.DROPPED, compression="zstd") as dropped,
    ):
        for pages, outcomes in _outcomes(engine):
            for page, result in zip(pages, outcomes, strict=True):
                counts.add(page, result)
                if result.text is not None:
                    corpus.write(
                        {name: page[name] for name in ("id", "source", "url", "date", "title")} | {"text": result.text}
                    )
            kept.write_table(pa.Table.from_pylist([row for o in outcomes for row in o.kept], schema.KEPT))
            dropped.write_table(pa.Table.from_pylist([row for o in outcomes for row in o.dropped], schema.DROPPED))
    for name, table in (("matches", schema.MATCH), ("clusters", schema.CLUSTER)):
        with pq.ParquetWriter(folder / f"{name}.parquet", table, compression="zstd") as writer:
            for batch in engine.stream(name):
                writer.write_batch(batch.cast(table))
    return counts


def _outcomes(engine: Engine) -> Iterator[tuple[list[dict[str, Any]], list[Outcome]]]:
    """Pages come in order, and so do removals and cuts: one merge over the three."""
    removals, cuts = _by_order(engine.stream(_REMOVALS)), _by_order(_cuts(engine))
    for batch in engine.stream("pages"):
        pages = batch.to_pylist()
        outcomes = []
        for page in pages:
            gone = [
                Removal(row["survivor"], row["kind"], row["similarity"], row["coverage"], row["indexed"])
                for row in removals.take(page["order"])
            ]
            mine = [_cut(page["text"], row) for row in cuts.take(page["order"])]
            outcomes.append(outcome(page, gone[0] if gone else None, [cut for cut in mine if cut.start < cut.end]))
        yield pages, outcomes


def _cut(text: str, row: dict[str, Any]) -> Cut:
    start, end = whole_sentences(text, row["start"], row["end"])
    similarity = min(1.0, row["similarity"])
    return Cut(start, end, row["survivor"], row["keeper_start"], row["keeper_end"], similarity, row["indexed"])


def _cuts(engine: Engine) -> Iterator[pa.RecordBatch]:
    """The cuts, with the keeper's places on its page."""
    for batch in engine.stream(_CUTS):
        columns = {name: batch[name] for name in batch.schema.names if name != "pieces"}
        for name, end in (("keeper_start", False), ("keeper_end", True)):
            columns[name] = pa.array(page_offsets(batch["pieces"], batch[name].to_numpy(), end=end))
        yield pa.record_batch(columns)


class _Merge:
    """The rows of a query in ascending ``order``, taken document by document."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._groups = groupby(rows, key=lambda row: row["order"])
        self._next = next(self._groups, None)

    def take(self, order: int) -> list[dict[str, Any]]:
        """The rows of a document; documents are asked for in ascending order."""
        if self._next is None or self._next[0] != order:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _by_order(batches: Iterator[pa.RecordBatch]) -> _Merge:
    return _Merge(row for batch in batches for row in batch.to_pylist())
