"""The same things in the same order, however many threads work on them, and no more at once than may be."""

from __future__ import annotations

import threading
import time

import pytest

from cleanse.config import Run
from cleanse.memory import growing, kernel_threads
from cleanse.threads import in_order


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_order_is_that_of_the_things(threads: int) -> None:
    def work(number: int) -> int:
        time.sleep(0.002 * (number % 3 == 0))  # some are overtaken
        return number * number

    assert list(in_order(work, iter(range(50)), threads)) == [number * number for number in range(50)]
    assert list(in_order(work, [], threads)) == []


def test_things_are_taken_as_what_is_made_is_taken() -> None:
    taken = []

    def things() -> object:
        for number in range(100):
            taken.append(number)
            yield number

    made = in_order(str, things(), threads=3)
    for number in range(20):
        assert next(made) == str(number)
        assert len(taken) <= number + 1 + 3
    made.close()
    assert len(taken) < 30


def test_several_work_at_once() -> None:
    together = threading.Barrier(2, timeout=30)
    assert [place >= 0 for place in in_order(lambda _: together.wait(), range(4), threads=2)] == [True] * 4


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_ends_it(threads: int) -> None:
    seen = []

    def work(number: int) -> int:
        seen.append(number)
        if number == 5:
            raise ValueError("five")
        return number

    found = []
    with pytest.raises(ValueError, match="five"):
        found.extend(in_order(work, range(1000), threads))
    assert len(seen) < 20
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("cleanse-kernel")]


def test_threads_are_as_many_as_memory_suffices_for() -> None:
    assert kernel_threads(Run(threads=32, memory="600MB")) == 2
    assert kernel_threads(Run(threads=32, memory="1GB")) == 10
    assert kernel_threads(Run(threads=4, memory="1GB")) == 4
    assert kernel_threads(Run(threads=1, memory="600MB")) == 1


def test_memory_is_given_back_in_smaller_pieces_where_there_is_little() -> None:
    sizes = [growing(Run(memory=memory)) for memory in ("200MB", "600MB", "1GB", "1TB")]
    assert sizes == [2**20, 600_000_000 // 256, 1_000_000_000 // 256, 2**23]
