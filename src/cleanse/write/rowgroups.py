"""Row groups: a Parquet file whose bytes depend on its rows alone, however they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

#: A row group ends with the row that reaches one of these: bytes are those of the column ``text``.
_ROWS, GROUP_BYTES = 65_536, 2**24


class RowGroups:
    """``with RowGroups(path, schema) as file: file.write(table)``."""

    def __init__(self, path: Path, schema: pa.Schema, group_bytes: int = GROUP_BYTES) -> None:
        self._schema, self._most = schema, group_bytes
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pq.ParquetWriter(self._sink, schema, compression="zstd")
        self._held: list[pa.Table] = []
        self._rows = self._bytes = 0

    def __enter__(self) -> RowGroups:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Bytes of the file so far; those of the group at hand are not among them."""
        return int(self._sink.tell())

    def write(self, table: pa.Table) -> None:
        """Add rows."""
        while len(table):
            table = table.slice(self.fill(table))

    def fill(self, table: pa.Table) -> int:
        """Add rows to the group at hand, as many as it takes; it is written when it is full. Returns how many it took."""
        taken, size = min(len(table), _ROWS - self._rows), 0
        if "text" in table.column_names:
            lengths = pc.binary_length(table["text"].slice(0, taken)).fill_null(0).to_numpy()
            sizes = np.cumsum(lengths, dtype=np.int64)
            taken = min(taken, int(np.searchsorted(sizes, self._most - self._bytes)) + 1)
            size = int(sizes[taken - 1])
        self._held.append(table.slice(0, taken))
        self._rows, self._bytes = self._rows + taken, self._bytes + size
        if self._rows >= _ROWS or self._bytes >= self._most:
            self._flush()
        return taken

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._writer.close()
        self._sink.close()

    def _flush(self) -> None:
        if self._held:
            # one chunk: pages of a column end where chunks do
            self._writer.write_table(pa.concat_tables(self._held).cast(self._schema).combine_chunks(), self._rows)
        self._held, self._rows, self._bytes = [], 0, 0
