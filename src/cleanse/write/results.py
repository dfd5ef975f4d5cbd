"""All results of a run, in one pass over its pages with the verdicts of deduplication beside them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.dedup.pieces import page_offsets
from cleanse.threads import in_order
from cleanse.write.behind import behind
from cleanse.write.corpus import Corpus
from cleanse.write.counts import Counts
from cleanse.write.cutting import plain_words
from cleanse.write.rowgroups import RowGroups
from cleanse.write.verdicts import outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cleanse.config import Write
    from cleanse.engines import Engine
    from cleanse.write.verdicts import Outcome

_REMOVALS = """
    SELECT x."order", y.id AS survivor, kind, similarity, coverage, y."order" < 0 AS indexed
    FROM removed JOIN ranked x USING (doc) JOIN ranked y ON y.doc = removed.survivor
    ORDER BY x."order"
"""
_CUTS = """
    WITH keepers AS (
        SELECT "order", pieces FROM pages
        WHERE "order" IN (SELECT "order" FROM ranked WHERE doc IN (SELECT keeper FROM cuts))
    )
    SELECT x."order", c.start, c."end", y.id AS survivor, p.pieces, c.keeper_start, c.keeper_end, c.similarity,
        y."order" < 0 AS indexed
    FROM cuts c JOIN ranked x ON x.doc = c.loser JOIN ranked y ON y.doc = c.keeper
        LEFT JOIN keepers p ON p."order" = y."order"
    ORDER BY x."order", c.start
"""
_CUT_DOCUMENTS = "SELECT count(DISTINCT loser) AS documents FROM cuts"
#: Of so many documents words are counted in less time by a kernel, the time to load it included.
_WORTH_A_KERNEL = 150
#: Pages are sorted out together until they have so many bytes, of which a dozen times as much is held meanwhile, or are so
#: many: of each some objects of Python are made, of an empty one, too.
_BATCH_BYTES, _BATCH_PAGES = 2_000_000, 16_384


def write_results(engine: Engine, folder: Path, settings: Write, threads: int) -> Counts:
    """Write corpus, kept, dropped, matches and clusters into ``folder``."""
    counts = Counts()
    removals, cuts = _Ordered(engine.stream(_REMOVALS)), _Ordered(_cuts(engine))
    words = _counter(engine)

    def sorted_out(some: tuple[pa.RecordBatch, pa.Table, pa.Table]) -> tuple[pa.RecordBatch, Outcome]:
        return some[0], outcome(*some, words)

    with ExitStack() as files:
        corpus = files.enter_context(behind(files.enter_context(Corpus(folder, settings)).write))
        kept, dropped = (
            files.enter_context(behind(files.enter_context(RowGroups(folder / name, columns)).write))
            for name, columns in (("kept.parquet", schema.KEPT), ("dropped.parquet", schema.DROPPED))
        )
        orders = ((pages, pages["order"].to_numpy()) for pages in _batches(engine))
        verdicts = ((pages, removals.of(order), cuts.of(order)) for pages, order in orders)
        for pages, result in in_order(sorted_out, verdicts, threads):
            counts.add(pages, result)
            corpus(result.corpus)
            kept(result.kept)
            dropped(result.dropped)
    for name, columns in (("matches", schema.MATCH), ("clusters", schema.CLUSTER)):
        with RowGroups(folder / f"{name}.parquet", columns) as file:
            for batch in engine.stream(name):
                file.write(pa.Table.from_batches([batch]))
    return counts


def _counter(engine: Engine) -> Callable[[str], int]:
    """What counts the words of documents that lose passages."""
    if next(engine.stream(_CUT_DOCUMENTS))["documents"][0].as_py() < _WORTH_A_KERNEL:
        return plain_words
    from cleanse.boilerplate.counts import count_words

    return count_words


def _batches(engine: Engine) -> Iterator[pa.RecordBatch]:
    """The pages, some megabytes or thousands at a time."""
    held: list[pa.RecordBatch] = []
    size = pages = 0
    for batch in engine.stream("pages"):
        held.append(batch)
        size += pc.sum(pc.binary_length(batch["page"])).as_py() or 0
        pages += len(batch)
        if size >= _BATCH_BYTES or pages >= _BATCH_PAGES:
            yield _one(held)
            held, size, pages = [], 0, 0
    if held:
        yield _one(held)


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _cuts(engine: Engine) -> Iterator[pa.RecordBatch]:
    """The cuts, with the keeper's places on its page."""
    for batch in engine.stream(_CUTS):
        columns = {name: batch[name] for name in batch.schema.names if name != "pieces"}
        for name, end in (("keeper_start", False), ("keeper_end", True)):
            columns[name] = pa.array(page_offsets(batch["pieces"], batch[name].to_numpy(), end=end))
        yield pa.record_batch(columns)


class _Ordered:
    """The rows of a query in ascending ``order``, taken beside pages that come in the same order."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = (pa.Table.from_batches([batch]) for batch in batches)
        self._rest = next(self._batches, None)

    def of(self, orders: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Table:
        """The rows of pages; ``page`` says of which of them."""
        taken = []
        while self._rest is not None:
            count = int(np.searchsorted(self._rest["order"].to_numpy(), orders[-1], side="right"))
            taken.append(self._rest.slice(0, count))
            self._rest = self._rest.slice(count)
            if len(self._rest):
                break
            self._rest = next(self._batches, None)
        if not taken:
            return pa.table({"page": pa.array([], pa.int64())})
        rows = pa.concat_tables(taken)
        return rows.append_column("page", pa.array(np.searchsorted(orders, rows["order"].to_numpy())))
