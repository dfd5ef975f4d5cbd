"""Columns: what the corpus has of each document."""

from __future__ import annotations

import pyarrow as pa

from cleanse.schema import SAID

#: In a folder of text files ``text`` is the file and the index names it.
CORPUS = pa.schema(
    [(name, pa.string()) for name in ("id", "source", "url", "date", "title", *SAID)] + [("text", pa.large_string())]
)
