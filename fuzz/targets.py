"""Fuzz targets: each takes arbitrary bytes, feeds them to one part of cleanse, and checks what must hold of any input."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from tests.hostile.test_pages import check

import cleanse
from cleanse.boilerplate.scan import scan
from cleanse.boilerplate.scanned import FIRST, LAST, PARENT
from cleanse.boilerplate.tags import tag_table
from cleanse.config import Dedup, Read
from cleanse.dedup.align import align
from cleanse.dedup.shingles import COUNTERS
from cleanse.dedup.tokens import fingerprints, tokenise
from cleanse.errors import CleanseError
from cleanse.read import encoding, find_inputs, read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

_SUFFIXES = (".txt", ".html", ".jsonl", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".txt.gz", ".jsonl.zst", "")


def decode(data: bytes) -> None:
    """Any bytes are some text, which can be written as UTF-8."""
    for declared in (None, "utf-8", "shift_jis", "utf-7", data[:20].decode("latin-1")):
        encoding.decode(data, declared).encode()
    encoding.declared_charset(data)


def read(data: bytes) -> None:
    """Any file is read, or refused with an error that names it."""
    suffix = _SUFFIXES[data[0] % len(_SUFFIXES)] if data else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"page{suffix}")
        path.write_bytes(data[1:])
        try:
            for batch in read_documents(
                find_inputs([path]), Read(), batch_documents=10, batch_bytes=2**20, on_error=lambda error: None
            ):
                batch.validate(full=True)
        except CleanseError:
            pass


def strip_html(data: bytes) -> None:
    """Any HTML is stripped, and its blocks rebuild the page."""
    check(cleanse.strip("<html>" + encoding.decode(data)))


def strip_text(data: bytes) -> None:
    """Any text is stripped, and its blocks rebuild the page: also half of a surrogate pair, where the bytes spell it."""
    try:
        text = encoding.decode_as(data, "utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = encoding.decode_as(data, "utf-8")
    check(cleanse.strip(text))


def scan_tags(data: bytes) -> None:
    """Any page without zeros is scanned, and the ranges of its elements are those of blocks."""
    elements, blocks, text, _ = scan(np.frombuffer(data.replace(b"\0", b" "), np.uint8), tag_table())
    assert ((elements[1:, PARENT] >= 0) & (elements[1:, PARENT] < np.arange(1, len(elements)))).all()
    assert (elements[1:, FIRST] <= elements[1:, LAST]).all()
    assert elements[:, LAST].max() <= len(blocks) == np.count_nonzero(text == 0)


def find_spans(data: bytes) -> None:
    """Two documents are tokenised and aligned; every place is inside them, and spans do not overlap."""
    texts = [encoding.decode(part) for part in data.split(b"\0\0", 1)] + [""]
    with np.errstate(over="ignore"):
        tokens = tokenise(pa.array(texts[:2], pa.large_string()))
        fingerprints(tokens)
        pair = np.array([0]), np.array([1])
        spans = align(*pair, tokens.hashes, tokens.offsets, np.zeros(COUNTERS, np.bool_), Dedup())
    for doc, text in enumerate(texts[:2]):
        mine = slice(tokens.offsets[doc], tokens.offsets[doc + 1])
        starts, ends = tokens.starts[mine].astype(int), tokens.ends[mine].astype(int)
        assert (starts < ends).all()
        assert (ends <= len(text)).all()
        assert (np.diff(starts) >= 0).all()
    for first, last, doc in ((spans.a_first, spans.a_last, 0), (spans.b_first, spans.b_last, 1)):
        assert (first < last).all()
        assert (last <= tokens.offsets[doc + 1] - tokens.offsets[doc]).all()
        order = np.argsort(first)
        assert (last[order][:-1] <= first[order][1:]).all()


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (decode, read, strip_html, strip_text, scan_tags, find_spans)
}
