"""The table between the two stages of stripping: pages with their blocks found and measured, and not yet judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse import schema
from cleanse.boilerplate.blocks import COLUMNS, Blocks, Page, Pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

#: The column of `Blocks` that is one of the page.
_KEY = "key"
_TYPES = {np.object_: pa.string(), np.float64: pa.float32()}
#: The columns of `Blocks`.
_BLOCK = pa.struct(
    [(name, _TYPES.get(kind) or pa.from_numpy_dtype(kind)) for name, kind in COLUMNS.items() if name != _KEY]
)

#: A page, its blocks, and what its site's other pages are compared by; or, in ``aside``, why it cannot be taken apart.
FOUND = pa.schema(
    [schema.DOCUMENT.field(name) for name in (*schema.CARRIED, "format")]
    + [schema.PAGE.field(name) for name in schema.SAID]
    + [
        pa.field("page", pa.large_string()),
        pa.field("beta", pa.float64()),
        pa.field("blocks", pa.list_(_BLOCK)),
        pa.field("keys", pa.list_(pa.int64())),
        pa.field("bodies", pa.list_(pa.int64())),
        pa.field("aside", pa.string()),
    ]
)

#: What of it tells which lines a site repeats.
LINES = pa.schema([FOUND.field(name) for name in ("source", "keys", "bodies")])


def lines_of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Kernel FOUND -> LINES."""
    return (batch.select(LINES.names) for batch in batches)


def found_batch(documents: pa.RecordBatch, found: Pages, bodies: NDArray[np.int64]) -> pa.RecordBatch:
    """The pages of some documents (a batch of `schema.DOCUMENT`) and their `site.body_hashes`."""
    pages, blocks = found.pages, found.blocks
    columns = {name: documents.column(name) for name in (*schema.CARRIED, "format")}
    for name in ("title", "date"):
        given = columns[name].to_pylist()
        columns[name] = [own or getattr(page, name) or None for own, page in zip(given, pages, strict=True)]
    for name in schema.SAID:
        columns[name] = [getattr(page.head, name) or None for page in pages]
    offsets = pa.array(blocks.offsets.astype(np.int32))
    arrays = [pa.array(getattr(blocks, field.name), field.type) for field in _BLOCK]
    columns |= {
        "page": [page.text for page in pages],
        "beta": [page.beta for page in pages],
        "blocks": pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, fields=list(_BLOCK))),
        "keys": pa.ListArray.from_arrays(offsets, pa.array(blocks.key)),
        "bodies": bodies.tolist(),
        "aside": pa.nulls(len(pages), pa.string()),
    }
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, field.type)
        for field, column in ((field, columns[field.name]) for field in FOUND)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=FOUND)


def found_pages(batch: pa.RecordBatch) -> Pages:
    """The pages of a batch and their blocks."""
    column = batch.column("blocks")
    offsets = np.append(0, np.cumsum(column.value_lengths().fill_null(0).to_numpy())).astype(np.int64)
    blocks = Blocks.at(offsets, *np.zeros((2, offsets[-1]), np.int64))
    for field, values in zip(_BLOCK, column.flatten().flatten(), strict=True):
        getattr(blocks, field.name)[:] = values.to_numpy(zero_copy_only=False)
    blocks.key[:] = batch.column("keys").flatten().to_numpy()
    rows = zip(*(batch.column(name).to_pylist() for name in ("page", "format", "title", "beta")), strict=True)
    return Pages([Page(text, form, title or "", beta=beta) for text, form, title, beta in rows], blocks)
