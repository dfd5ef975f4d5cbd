"""A batch of pages with their verdicts as tables: what stays of them, where, and what was dropped, each piece in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.dedup.passages import whole_sentences
from cleanse.schema import DUPLICATE_REASONS, Reason
from cleanse.write.columns import CORPUS
from cleanse.write.cutting import Cut, Rest, cut_out, named, plain_words
from cleanse.write.texts import slices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from numpy.typing import NDArray

    Places = NDArray[np.intp]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a batch of pages the rows of the corpus, of KEPT and of DROPPED, each in the order of the pages.

    ``stays`` tells which pages have a row in the corpus, ``dropped_of`` of which page a dropped row is, int64[rows]; ``words``
    are those of the corpus.
    """

    corpus: pa.Table
    kept: pa.Table
    dropped: pa.Table
    stays: Mask
    dropped_of: Places
    words: int


def outcome(
    pages: pa.RecordBatch, removals: pa.Table, cuts: pa.Table, words: Callable[[str], int] = plain_words
) -> Outcome:
    """What becomes of a batch of PAGE. ``removals`` and ``cuts`` are those of its pages: ``page`` is the place in the batch; see
    `cleanse.write.results` for the other columns. ``words`` counts those of a text."""
    empty = pc.equal(pc.binary_length(pages["text"]), 0).to_numpy(zero_copy_only=False)
    gone = _removed(pages, removals, empty)
    rests = _rests(pages, cuts, gone.empty | gone.removed, words)
    cut = np.zeros(len(pages), bool)
    cut[list(rests)] = True
    left = np.ones(len(pages), bool)
    left[[place for place, rest in rests.items() if not rest.text]] = False
    stays = left & ~gone.empty & ~gone.removed
    blocks, of_block = _dropped_blocks(pages)
    dropped, of_dropped = _in_order(
        (blocks, of_block),
        (gone.rows, gone.of),
        _rows_of(rests, "dropped", schema.DROPPED),
    )
    kept, _ = _in_order(_kept_pieces(pages, ~cut), _rows_of(rests, "kept", schema.KEPT))
    text_words = pages["text_words"].to_numpy()
    return Outcome(
        corpus=_corpus(pages, rests, stays),
        kept=kept,
        dropped=dropped,
        stays=stays,
        dropped_of=of_dropped,
        words=int(text_words[stays & ~cut].sum()) + sum(rest.words for rest in rests.values()),
    )


@dataclass(frozen=True, slots=True)
class _Gone:
    """The pages that go as a whole: which, and their rows of DROPPED with the pages these are of."""

    empty: Mask
    removed: Mask
    rows: pa.Table
    of: Places


def _removed(pages: pa.RecordBatch, removals: pa.Table, empty: Mask) -> _Gone:
    by_page = dict(zip(removals["page"].to_pylist(), removals.to_pylist(), strict=True))
    removed = np.zeros(len(pages), bool)
    removed[list(by_page)] = True
    removed &= ~empty
    of = np.flatnonzero(empty | removed)
    there = pages.take(pa.array(of))
    last = np.cumsum(pc.list_value_length(there["pieces"]).to_numpy()) - 1
    first = np.append(0, last + 1)[:-1]
    pieces, some = there["pieces"].flatten(), removed[of]
    page_start, length = (pieces.field(name).to_numpy() for name in ("page_start", "length"))
    start, end = np.zeros(len(of), np.int64), np.zeros(len(of), np.int64)
    start[some] = page_start[first[some]]
    end[some] = (page_start + length)[last[some]]
    why = [by_page[page] if page in by_page and not empty[page] else None for page in of.tolist()]
    rows = pa.table(
        {
            "id": there["id"],
            "source": there["source"],
            "level": ["document"] * len(of),
            "kind": ["document"] * len(of),
            "reason": [DUPLICATE_REASONS[row["kind"]].value if row else Reason.EMPTY.value for row in why],
            "confidence": [round(row["coverage"] * row["similarity"], 4) if row else 1.0 for row in why],
            "evidence": [_evidence(row) if row else "nothing of it was kept" for row in why],
            "start": start,
            "end": end,
            "words": there["text_words"],
            "text": there["text"],
            "survivor": pa.array([row["survivor"] if row else None for row in why], pa.string()),
            "survivor_start": pa.nulls(len(of), pa.int64()),
            "survivor_end": pa.nulls(len(of), pa.int64()),
        }
    )
    return _Gone(empty, removed, rows.cast(schema.DROPPED), of)


def _evidence(removal: Mapping[str, Any]) -> str:
    survivor = named(removal["survivor"], indexed=removal["indexed"])
    return f"{removal['coverage']:.0%} of it stands in {survivor}, {removal['similarity']:.0%} alike"


def _rests(pages: pa.RecordBatch, cuts: pa.Table, gone: Mask, words: Callable[[str], int]) -> dict[int, Rest]:
    """What is left of the pages that lose passages, by their places."""
    by_page: dict[int, list[Cut]] = {}
    for row in cuts.to_pylist():
        page = row["page"]
        if gone[page]:
            continue
        start, end = whole_sentences(pages["text"][page].as_py(), row["start"], row["end"])
        if start < end:
            similarity = min(1.0, row["similarity"])
            place = row["keeper_start"], row["keeper_end"]
            by_page.setdefault(page, []).append(Cut(start, end, row["survivor"], *place, similarity, row["indexed"]))
    columns = pages.select(["id", "source", "text", "pieces"])
    return {page: cut_out(columns.slice(page, 1).to_pylist()[0], own, words) for page, own in by_page.items()}


def _dropped_blocks(pages: pa.RecordBatch) -> tuple[pa.Table, Places]:
    blocks = pages["blocks"].flatten()
    goes = pc.invert(blocks.field("kept"))
    of = np.repeat(np.arange(len(pages)), pc.list_value_length(pages["blocks"]).to_numpy())
    of = of[goes.to_numpy(zero_copy_only=False)]
    blocks = blocks.filter(goes)
    starts, ends = blocks.field("start").to_numpy(), blocks.field("end").to_numpy()
    rows = pa.table(
        {
            "id": pages["id"].take(pa.array(of)),
            "source": pages["source"].take(pa.array(of)),
            "level": pa.repeat("block", len(of)),
            **{
                name: blocks.field(name)
                for name in ("kind", "reason", "confidence", "evidence", "start", "end", "words")
            },
            "text": slices(pages["page"], of, starts, ends),
            "survivor": pa.nulls(len(of), pa.string()),
            "survivor_start": pa.nulls(len(of), pa.int64()),
            "survivor_end": pa.nulls(len(of), pa.int64()),
        }
    )
    return rows.cast(schema.DROPPED), of


def _kept_pieces(pages: pa.RecordBatch, which: Mask) -> tuple[pa.Table, Places]:
    of = np.repeat(np.arange(len(pages)), pc.list_value_length(pages["pieces"]).to_numpy())
    some = which[of]
    pieces, of = pages["pieces"].flatten().filter(pa.array(some)), of[some]
    places = {name: pieces.field(name) for name in schema.KEPT.names[1:]}
    return pa.table({"id": pages["id"].take(pa.array(of)), **places}).cast(schema.KEPT), of


def _rows_of(rests: dict[int, Rest], table: Literal["kept", "dropped"], columns: pa.Schema) -> tuple[pa.Table, Places]:
    rows = [(page, row) for page, rest in rests.items() for row in getattr(rest, table)]
    return pa.Table.from_pylist([row for _, row in rows], columns), np.array([page for page, _ in rows], np.intp)


def _in_order(*tables: tuple[pa.Table, Places]) -> tuple[pa.Table, Places]:
    """Tables joined, in the order of the pages that their rows are of."""
    some = [(rows, of) for rows, of in tables if len(of)] or [tables[0]]
    if len(some) == 1:
        return some[0]
    of = np.concatenate([of for _, of in some])
    order = np.argsort(of, kind="stable")
    return pa.concat_tables([rows for rows, _ in some]).take(pa.array(order)), of[order]


def _corpus(pages: pa.RecordBatch, rests: dict[int, Rest], stays: Mask) -> pa.Table:
    text = pages["text"]
    if rests:
        changed = np.zeros(len(pages), bool)
        changed[list(rests)] = True
        texts = pa.array([rests[page].text for page in sorted(rests)], text.type)
        text = pc.replace_with_mask(text, pa.array(changed), texts)
    columns = {name: pages[name] for name in CORPUS.names if name != "text"}
    return pa.table({**columns, "text": text}).filter(pa.array(stays)).cast(CORPUS)
