"""Threads: the same work on many things, several at a time, what comes of it in the order of the things."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

Thing = TypeVar("Thing")
Made = TypeVar("Made")


def in_order(work: Callable[[Thing], Made], things: Iterable[Thing], threads: int, ahead: int = 0) -> Iterator[Made]:
    """``map(work, things)`` on so many threads; of what is made one more than these waits, however slowly it is taken.

    With ``ahead``, so many things are under way before what is made of the first is handed out, on any number of threads.

    For work that lets go of the interpreter's lock, as kernels and sorting do.

    >>> list(in_order(len, ["a", "bc", ""], threads=2))
    [1, 2, 0]
    """
    if threads == 1 and not ahead:
        yield from map(work, things)
        return
    with ThreadPoolExecutor(threads, "cleanse-kernel") as pool:
        under_way: deque[Future[Made]] = deque()
        try:
            for thing in things:
                under_way.append(pool.submit(work, thing))
                if len(under_way) > (ahead or threads):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
