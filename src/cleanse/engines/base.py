"""What an engine is: a few verbs over named tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, Self

import pyarrow as pa

if TYPE_CHECKING:
    from types import TracebackType

    from cleanse.engines.usage import Usage

#: A stage's work: record batches in, record batches out, no state outside, no knowledge of the engine.
Kernel = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
#: What to make of one row whose kernel cannot finish, and why it cannot.
Rescue = Callable[[pa.RecordBatch, str], pa.RecordBatch]


class Stale(Exception):
    """A table is to be made anew, and one that it is made of is gone: the work folder must be made from the beginning."""


class Engine(Protocol):
    """Keeps named tables somewhere and runs kernels and SQL over them.

    An engine may keep tables from a run that was stopped. ``key`` names what a table is made of besides the tables before
    it: inputs, settings. Batches are taken and kernels run only where a table with this key is not there.
    """

    def load(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema, *, key: str = "") -> None:
        """Make the table ``name`` of record batches from outside."""

    def map(
        self,
        source: str,
        kernel: Kernel,
        into: str,
        schema: pa.Schema,
        *,
        key: str = "",
        rescue: Rescue | None = None,
    ) -> None:
        """Make the table ``into`` of what ``kernel`` makes of the table ``source``, a part at a time.

        With a ``rescue``, rows may crash the kernel, hang or fill the memory: that is what becomes of such a row.
        """

    def sql(self, query: str, into: str) -> None:
        """Make the table ``into`` of a query over other tables."""

    def stream(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table (its name) or of a query (``SELECT ...``), a record batch at a time."""

    def drop(self, name: str) -> None:
        """Forget a table."""

    def check(self) -> None:
        """Raise NoRoom when what lies in the work folder, whoever has written it, is more than it may hold."""

    def used(self) -> Usage:
        """What was used of this machine so far."""


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
