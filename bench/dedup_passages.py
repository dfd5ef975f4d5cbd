"""How exactly planted passages are found, in documents that are no duplicates of each other.

    python bench/dedup_passages.py FOLDER [SETTING=VALUE ...]

FOLDER holds ``corpus.jsonl`` ({"id", "text"}) and ``gold_passages.jsonl``: {"a", "a_start", "a_end", "b", "b_start", "b_end"},
places in characters. Printed: the share of the planted passages' characters that is reported for their pair of documents;
the share of what is reported for these pairs that was planted; how far ends are off, in characters.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from dedup_json import find

Span = tuple[int, int]


def main(folder: Path, *settings: str) -> None:
    """Print recall, precision and distances."""
    found = find(str(folder / "corpus.jsonl"), *settings)
    cluster = {name: number for number, members in enumerate(found["clusters"]) for name in members}
    spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for passage in found["passages"]:
        for one, other in ("ab", "ba"):
            place = passage[f"{one}_start"], passage[f"{one}_end"]
            spans[passage[one], passage[other]].append(place)
    planted = reported = both = 0
    ends: list[int] = []
    missed = pairs = 0
    for gold in each(folder / "gold_passages.jsonl"):
        a, b = gold["a"], gold["b"]
        if a in cluster and cluster[a] == cluster.get(b):
            continue
        pairs += 1
        missed += (a, b) not in spans
        for one, other in ("ab", "ba"):
            mine = spans.get((gold[one], gold[other]), [])
            start, end = gold[f"{one}_start"], gold[f"{one}_end"]
            planted += end - start
            reported += covered(mine, 0, sys.maxsize)
            both += covered(mine, start, end)
            if mine:
                first, last = max(mine, key=lambda span: min(span[1], end) - max(span[0], start))
                ends += [abs(first - start), abs(last - end)]
    print(f"passages   {pairs} planted, {missed} not reported")
    print(f"characters recall {both / planted:.4f}  precision {both / reported:.4f}")
    print(
        f"ends       off by {statistics.median(ends):.0f} in the median, {sorted(ends)[9 * len(ends) // 10]} in one of ten"
    )


def covered(spans: list[Span], start: int, end: int) -> int:
    """The characters between ``start`` and ``end`` that lie in a span."""
    total = 0
    for first, last in sorted(spans):
        total += max(0, min(last, end) - max(first, start))
        start = max(start, last)
    return total


def each(path: Path) -> Any:
    """The objects of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
