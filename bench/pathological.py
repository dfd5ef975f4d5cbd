"""Corpora made to hurt: processor seconds, peak memory, and how both grow from n to 4n documents.

    python bench/pathological.py [DOCUMENTS] [NAME ...]
    python bench/pathological.py run [DOCUMENTS] [NAME ...]

Each corpus (tests/hostile/corpora.py) is deduplicated in a process of its own, at n and at 4n documents; after the word run by
`cleanse run --memory 1GB` as a whole, all its processes counted. An exponent of 1 is linear growth; "unlike", documents
that have nothing in common, is what the others are beside.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

import pyarrow as pa
from tests.hostile.corpora import CORPORA
from tests.hostile.measure import cost

import cleanse
from memory import measured

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 3_000


def main(count: int, names: list[str], spent: Callable[[str, int], tuple[float, float]]) -> None:
    """Print a line for each corpus, of what ``spent`` says for so many of its documents: seconds, megabytes."""
    for name in ("unlike", "one cluster"):  # kernels are compiled, libraries loaded, before anything is measured
        _find(name, 200)
        spent(name, 200)
    print(f"{'corpus':18} {'documents':>10} {'seconds':>9} {'MB':>7} {'seconds^':>9} {'MB^':>6}", flush=True)
    for name in names or CORPORA:
        some, many = spent(name, count), spent(name, 4 * count)
        seconds, memory = (math.log(max(y, 1e-3) / max(x, 1e-3), 4) for x, y in zip(some, many, strict=True))
        for documents, line, ends in (count, some, ""), (4 * count, many, f" {seconds:9.2f} {memory:6.2f}"):
            print(f"{name:18} {documents:10,} {line[0]:9.1f} {line[1]:7.0f}{ends}", flush=True)


def deduplicated(name: str, count: int) -> tuple[float, float]:
    """What finding the duplicates takes, beyond what Python and its libraries do."""
    return cost(lambda: _find(name, count), _SECONDS)


def run(name: str, count: int) -> tuple[float, float]:
    """What the whole run takes."""
    with tempfile.TemporaryDirectory() as work:
        corpus = Path(work) / "corpus.jsonl"
        with corpus.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps({"id": f"d{k}", "text": text}) + "\n" for k, text in enumerate(CORPORA[name](count))
            )
        arguments = [str(corpus), "-o", f"{work}/out", "--memory", "1GB", "--quiet"]
        peak, seconds, status = measured([sys.executable, "-m", "cleanse", "run", *arguments])
    if status:
        raise SystemExit(f"{name}: the run ended with {status}")
    return seconds, peak / 1e6


def _find(name: str, count: int) -> None:
    cleanse.find_duplicates(pa.table({"text": pa.array(CORPORA[name](count), pa.large_string())}))


if __name__ == "__main__":
    given = sys.argv[1:]
    whole = given[:1] == ["run"]
    given = given[1:] if whole else given
    main(int(given[0]) if given else 5_000, given[1:], run if whole else deduplicated)
