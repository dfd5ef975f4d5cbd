"""How much of what is removed is really there: the words of each removed document that its survivor has in the same order.

    python bench/dedup_faults.py CORPUS.jsonl [SETTING=VALUE ...]

A removal is a fault when the longest common subsequence with the survivor holds fewer than 60 % of its words. Words are
lower-cased runs of letters and digits, found without cleanse's own tokens. The worst removals are printed with their ids.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from dedup_json import find

FAULT = 0.6
SHOWN = 10
_WORD = re.compile(r"\w+")


class Removal(NamedTuple):
    """A removed document, its survivor, and the share of its words that the survivor has in order."""

    share: float
    id: str
    survivor: str


def main(corpus: Path, *settings: str) -> None:
    """Print the number of removals, the share of faults and the worst removals."""
    texts: dict[str, str] = {}
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            texts[row["id"]] = row["text"]
    found = removals(texts, find(str(corpus), *settings)["clusters"])
    faults = sum(removal.share < FAULT for removal in found)
    print(f"removed  {len(found)} of {len(texts)}")
    print(
        f"faults   {faults} ({faults / max(1, len(found)):.2%}): less than {FAULT:.0%} of the words are in the survivor"
    )
    for limit in (0.8, 0.9, 0.95):
        below = sum(removal.share < limit for removal in found)
        print(f"         {below} ({below / max(1, len(found)):.2%}) have less than {limit:.0%} there")
    for removal in found[:SHOWN]:
        print(f"  {removal.share:.3f}  {removal.id}  for  {removal.survivor}")


def removals(texts: dict[str, str], clusters: list[list[str]]) -> list[Removal]:
    """Every removal of the clusters, whose first member survives, the worst first."""
    found = []
    for survivor, *others in clusters:
        kept = _WORD.findall(texts[survivor].lower())
        for other in others:
            words = _WORD.findall(texts[other].lower())
            found.append(Removal(LCSseq.similarity(words, kept) / max(1, len(words)), other, survivor))
    return sorted(found)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), *sys.argv[2:])
