"""Documents that are compared as they are: each is one kept block of a page that is nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.dedup.tokens import tokenise
from cleanse.schema import Kind
from cleanse.threads import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator


def whole_pages(documents: Iterator[pa.RecordBatch], threads: int = 1) -> Iterator[pa.RecordBatch]:
    """Kernel DOCUMENT -> PAGE that strips nothing: each document is one kept block, HTML included as it stands."""
    return in_order(_whole, documents, threads)


def _whole(batch: pa.RecordBatch) -> pa.RecordBatch:
    text = pc.fill_null(batch["content"], "")
    lengths = pc.cast(pc.utf8_length(text), pa.int64())
    words = pa.array(np.diff(tokenise(text).offsets))
    zeros = pa.array(np.zeros(len(batch), np.int64))
    filled = pc.greater(lengths, 0)
    offsets = pa.array(np.concatenate(([0], np.cumsum(filled.to_numpy(zero_copy_only=False)))), pa.int32())
    some = {"zeros": zeros.filter(filled), "lengths": lengths.filter(filled), "words": words.filter(filled)}
    count = len(some["zeros"])
    block = {
        "start": some["zeros"],
        "end": some["lengths"],
        "kind": pa.array([Kind.PARAGRAPH.value] * count, pa.string()),
        "kept": pa.array([True] * count, pa.bool_()),
        "reason": pa.nulls(count, pa.string()),
        "confidence": pa.array([1.0] * count, pa.float32()),
        "evidence": pa.array(["not stripped"] * count, pa.string()),
        "words": some["words"].cast(pa.int32()),
    }
    blocks = pa.StructArray.from_arrays([block[name] for name in schema.BLOCK.names], fields=list(schema.BLOCK))
    pieces = pa.StructArray.from_arrays([some["zeros"], some["zeros"], some["lengths"]], fields=list(schema.PIECE))
    columns = {name: batch[name] for name in schema.CARRIED} | {
        **dict.fromkeys(schema.SAID, pa.nulls(len(batch), pa.string())),
        "page": text,
        "blocks": pa.ListArray.from_arrays(offsets, blocks),
        "text": text,
        "pieces": pa.ListArray.from_arrays(offsets, pieces),
        "page_words": words,
        "text_words": words,
        "confidence": pa.array([1.0] * len(batch), pa.float32()),
    }
    return pa.record_batch([columns[name] for name in schema.PAGE.names], schema=schema.PAGE)
