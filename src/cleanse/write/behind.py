"""Writing behind: a thread that encodes and compresses what is made, while the next is being made."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa


@contextmanager
def behind(write: Callable[[pa.Table], None]) -> Iterator[Callable[[pa.Table], None]]:
    """Like ``write``, one table behind: what it raises is raised with the next table, or at the end."""
    last: Future[None] | None = None

    def submit(table: pa.Table) -> None:
        nonlocal last
        if last is not None:
            last.result()
        last = thread.submit(write, table)

    with ThreadPoolExecutor(1, "cleanse-write") as thread:
        yield submit
        if last is not None:
            last.result()
