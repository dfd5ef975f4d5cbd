"""What an engine is: four verbs over named tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, Self

import pyarrow as pa

if TYPE_CHECKING:
    from types import TracebackType

#: A stage's work: record batches in, record batches out, no state outside, no knowledge of the engine.
Kernel = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class Engine(Protocol):
    """Keeps named tables somewhere and runs kernels and SQL over them."""

    def load(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Make the table ``name`` of record batches from outside."""

    def map(self, source: str, kernel: Kernel, into: str, schema: pa.Schema) -> None:
        """Make the table ``into`` of what ``kernel`` makes of the table ``source``."""

    def sql(self, query: str, into: str) -> None:
        """Make the table ``into`` of a query over other tables."""

    def stream(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table (its name) or of a query (``SELECT ...``), a record batch at a time."""

    def drop(self, name: str) -> None:
        """Forget a table."""


class Distributed(Engine, Protocol):
    """An engine whose tables lie in parts on many machines: a kernel sees one part, and rows meet by shuffling.

    The source of ``map`` and of ``map_groups`` may be a query. ``with`` forgets all tables.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def map_groups(
        self, source: str, by: Sequence[str], within: Sequence[str], kernel: Kernel, into: str, schema: pa.Schema
    ) -> None:
        """As ``map``; rows that are equal in the columns ``by`` are in one part, and parts ascend in ``by``, ``within``."""
