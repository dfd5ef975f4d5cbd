"""Judged pages as columns: the verdict on each block, the kept text and its pieces."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate.blocks import KINDS, NONE, REASONS
from cleanse.boilerplate.case import NOWHERE
from cleanse.schema import Kind

if TYPE_CHECKING:
    from cleanse.boilerplate.case import Case

_GAP = "\n\n"
_KINDS = np.array([kind.value for kind in KINDS], np.object_)
#: The last is for none.
_REASONS = np.array([*(reason.value for reason in REASONS), None], np.object_)


class Judged:
    """What is written of the pages of a case: facts of each block, of each piece of kept text, of each page."""

    def __init__(self, case: Case) -> None:
        blocks = case.blocks
        kept = case.reason == NONE
        self.offsets = blocks.offsets
        self.blocks: dict[str, Any] = {
            "start": blocks.start,
            "end": blocks.end,
            "kind": _KINDS[blocks.kind],
            "kept": kept,
            "reason": _REASONS[case.reason],
            "confidence": case.confidence,
            "evidence": case.evidence,
            "words": blocks.words,
        }
        # kept blocks that follow each other are one piece, with what stands between them
        at = np.flatnonzero(kept)
        page = case.page[at]
        begins = np.ones(len(at), bool)
        begins[1:] = (np.diff(at) > 1) | (np.diff(page) > 0)
        last = np.append(begins[1:], True)[: len(at)]
        start, length = blocks.start[at[begins]], blocks.end[at[last]] - blocks.start[at[begins]]
        self.piece_offsets = np.searchsorted(page[begins], np.arange(len(blocks.offsets)))
        before = np.cumsum(length + len(_GAP)) - length - len(_GAP)
        base = np.append(before, 0)[np.minimum(self.piece_offsets[:-1], len(before))]
        text_start = before - np.repeat(base, np.diff(self.piece_offsets))
        self.pieces = {"page_start": start, "text_start": text_start, "length": length}
        spans = list(zip(start.tolist(), (start + length).tolist(), strict=True))
        sums = np.append(0, np.cumsum(blocks.words)), np.append(0, np.cumsum(np.where(kept, blocks.words, 0)))
        self.pages: dict[str, list[Any]] = {
            "title": [_title(case, at) for at in range(len(case.title))],
            "page": [page.text for page in case.pages.pages],
            "text": [
                _GAP.join([page.text[a:b] for a, b in spans[first:after]])
                for page, (first, after) in zip(case.pages.pages, pairwise(self.piece_offsets.tolist()), strict=True)
            ],
            "page_words": np.diff(sums[0][self.offsets]).tolist(),
            "text_words": np.diff(sums[1][self.offsets]).tolist(),
            "confidence": case.expected.tolist(),
        }

    def row(self) -> dict[str, Any]:
        """The only page's own columns of `schema.PAGE`."""
        row = {name: values[0] for name, values in self.pages.items()}
        for name, columns in (("blocks", self.blocks), ("pieces", self.pieces)):
            rows = zip(*(column.tolist() for column in columns.values()), strict=True)
            row[name] = [dict(zip(columns, values, strict=True)) for values in rows]
        return row

    def arrays(self) -> dict[str, pa.Array]:
        """The pages' own columns of `schema.PAGE`."""
        arrays = {name: pa.array(values, schema.PAGE.field(name).type) for name, values in self.pages.items()}
        for name, columns, offsets in (
            ("blocks", self.blocks, self.offsets),
            ("pieces", self.pieces, self.piece_offsets),
        ):
            fields = list(schema.PAGE.field(name).type.value_type)
            values = [pa.array(columns[field.name], field.type) for field in fields]
            struct = pa.StructArray.from_arrays(values, fields=fields)
            arrays[name] = pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), struct)
        return arrays


def _title(case: Case, page: int) -> str:
    """The title that stands on the page, or the one that it gives itself."""
    at = int(case.title[page])
    if at == NOWHERE or KINDS[case.blocks.kind[at]] is not Kind.TITLE:
        return case.pages.pages[page].title
    return " ".join(case.pages.text(at).split())
