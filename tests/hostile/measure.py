"""What hostile pages cost, each beside an ordinary page of its size: seconds, memory, and how both grow.

    python -m tests.hostile.measure [CHARACTERS] [NAME ...]

Each page is stripped in a process of its own, at a quarter of the size and at the whole. "slower" is the time beside the ordinary page;
an exponent of 1 is linear growth.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import sys
import time
from typing import TYPE_CHECKING

import cleanse
from tests.hostile.pages import HTML, ORDINARY, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds below which a growth says nothing.
_LEAST = 0.05


def main(size: int, names: list[str]) -> None:
    """Print a line for each page."""
    cleanse.strip(HTML["paragraphs"](100_000))  # so many blocks that the compiled forest is loaded
    for page in ORDINARY.values():
        cleanse.strip(page(20_000))
    usual = {name: cost(lambda page=page: cleanse.strip(page(size))) for name, page in ORDINARY.items()}  # type: ignore[misc]
    print(f"{'page':28} {'seconds':>8} {'slower':>7} {'growth':>7} {'MB':>7} {'MB usual':>8}", flush=True)
    for name in names or PAGES:
        beside = usual["ordinary html" if name in HTML else "ordinary text"]
        quarter, whole = (cost(lambda n=n, name=name: cleanse.strip(PAGES[name](n))) for n in (size // 4, size))  # type: ignore[misc]
        growth = math.log(whole[0] / quarter[0], 4) if whole[0] > _LEAST else math.nan
        print(
            f"{name:28} {whole[0]:8.2f} {whole[0] / beside[0]:7.1f} {growth:7.2f} {whole[1]:7.0f} {beside[1]:8.0f}",
            flush=True,
        )


def cost(work: Callable[[], object], timeout: int = 120) -> tuple[float, float]:
    """(seconds of processor time, megabytes at the peak above what was there) of some work in a child process."""
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (timeout, timeout + 1))
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        work()
        spent = time.process_time() - start
        peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writable, pickle.dumps((spent, peak)))
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else (math.inf, math.inf)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400_000, sys.argv[2:])
