"""Corpora made to hurt deduplication: processor seconds, peak memory, and how both grow from n to 4n documents.

    python bench/pathological.py [DOCUMENTS] [NAME ...]

Each corpus (tests/hostile/corpora.py) is deduplicated in a process of its own, at n and at 4n documents. An exponent of 1 is linear growth;
"unlike", documents that have nothing in common, is what the others are beside.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import pyarrow as pa
from tests.hostile.corpora import CORPORA
from tests.hostile.measure import cost

import cleanse

_SECONDS = 3_000


def main(count: int, names: list[str]) -> None:
    """Print a line for each corpus."""
    for name in ("unlike", "one cluster"):  # kernels are compiled before anything is measured
        _find(name, 200)
    print(f"{'corpus':18} {'documents':>10} {'seconds':>9} {'MB':>7} {'seconds^':>9} {'MB^':>6}", flush=True)
    for name in names or CORPORA:
        some, many = (cost(lambda n=n, name=name: _find(name, n), _SECONDS) for n in (count, 4 * count))  # type: ignore[misc]
        seconds, memory = (math.log(max(y, 1e-3) / max(x, 1e-3), 4) for x, y in zip(some, many, strict=True))
        print(f"{name:18} {4 * count:10,} {many[0]:9.1f} {many[1]:7.0f} {seconds:9.2f} {memory:6.2f}", flush=True)


def _find(name: str, count: int) -> None:
    cleanse.find_duplicates(pa.table({"text": pa.array(CORPORA[name](count), pa.large_string())}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000, sys.argv[2:])
