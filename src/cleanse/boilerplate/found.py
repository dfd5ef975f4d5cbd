"""The table between the two stages of stripping: pages with their blocks found and measured, and not yet judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate.blocks import Block, Page
from cleanse.boilerplate.phrases import Said
from cleanse.boilerplate.site import page_keys
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Fields of `Block`, and at the end those of the phrase that it says.
_BLOCK = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("kind", pa.string()),
        ("level", pa.int8()),
        ("links", pa.float32()),
        ("hint", pa.string()),
        ("hinted_by", pa.string()),
        ("hidden", pa.bool_()),
        ("content", pa.float32()),
        ("words", pa.int32()),
        ("size", pa.float32()),
        ("marker", pa.bool_()),
        ("terminal", pa.bool_()),
        ("stops", pa.bool_()),
        ("dated", pa.bool_()),
        ("trails", pa.int32()),
        ("reason", pa.string()),
        ("form", pa.string()),
        ("phrase", pa.string()),
    ]
)
_SAID = ("reason", "form", "phrase")
_OWN = tuple(name for name in _BLOCK.names if name not in _SAID)

#: A page, its blocks, and what its site's other pages are compared by; or, in ``aside``, why it cannot be taken apart.
FOUND = pa.schema(
    [schema.DOCUMENT.field(name) for name in (*schema.CARRIED, "format")]
    + [
        pa.field("page", pa.large_string()),
        pa.field("blocks", pa.list_(_BLOCK)),
        pa.field("keys", pa.list_(pa.int64())),
        pa.field("bodies", pa.list_(pa.int64())),
        pa.field("aside", pa.string()),
    ]
)

_KINDS = {kind.value: kind for kind in Kind}
_REASONS: dict[str | None, Reason | None] = {None: None, **{reason.value: reason for reason in Reason}}


def found_batch(documents: Sequence[Mapping[str, Any]], pages: Sequence[Page]) -> pa.RecordBatch:
    """The pages of some documents (rows of `schema.DOCUMENT`)."""
    keys, bodies = zip(*map(page_keys, pages), strict=True) if pages else ((), ())
    columns = {name: [document[name] for document in documents] for name in (*schema.CARRIED, "format")} | {
        "title": [row["title"] or page.title or None for row, page in zip(documents, pages, strict=True)],
        "date": [row["date"] or page.date or None for row, page in zip(documents, pages, strict=True)],
        "page": [page.text for page in pages],
        "keys": keys,
        "bodies": bodies,
        "aside": [None] * len(pages),
    }
    arrays = [
        _blocks_column(pages) if field.name == "blocks" else pa.array(columns[field.name], field.type)
        for field in FOUND
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=FOUND)


def _blocks_column(pages: Sequence[Page]) -> pa.ListArray:
    blocks = [block for page in pages for block in page.blocks]
    columns = {name: [getattr(block, name) for block in blocks] for name in _OWN}
    for name in _SAID:
        columns[name] = [getattr(block.said, name, None) for block in blocks]
    arrays = [pa.array(columns[field.name], field.type) for field in _BLOCK]
    offsets = np.cumsum([0, *(len(page.blocks) for page in pages)], dtype=np.int32)
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, fields=list(_BLOCK)))


def found_pages(batch: pa.RecordBatch) -> Iterator[tuple[dict[str, Any], Page]]:
    """(the other columns of its row, the page) for each page of a batch."""
    column = batch.column("blocks")
    rows = zip(*(array.to_numpy(zero_copy_only=False).tolist() for array in column.flatten().flatten()), strict=True)
    counts = column.value_lengths().to_pylist()
    for row, count in zip(batch.drop_columns("blocks").to_pylist(), counts, strict=True):
        text = row["page"]
        blocks = [_block(text, next(rows)) for _ in range(count)]
        yield row, Page(text, blocks, row["format"], row["title"] or "")


def _block(text: str, row: tuple[Any, ...]) -> Block:
    start, end, kind, level, links, hint, *others = row[: -len(_SAID)]
    reason, form, phrase = row[-len(_SAID) :]
    said = Said(Reason(reason), form, phrase) if reason else None
    return Block(text[start:end], start, end, _KINDS[kind], level, links, _REASONS[hint], *others, said)  # type: ignore[call-arg]
