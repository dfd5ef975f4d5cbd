"""How well planted near-duplicates are found.

    python bench/dedup.py FOLDER [SETTING=VALUE ...]

FOLDER holds ``corpus.jsonl`` ({"id", "text"}) and ``gold_docs.json``: {"clusters": [[id, ...]], "pairs": [{"a", "b", "kind",
"level"}], "hard_negatives": [[id, id]]}. A pair of documents counts as found when both are in one cluster.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from itertools import combinations
from pathlib import Path

from dedup_json import find

Pairs = set[frozenset[str]]


def main(folder: Path, *settings: str) -> None:
    """Print precision, recall, recall by kind of copy, hard negatives and CPU seconds."""
    gold = json.loads((folder / "gold_docs.json").read_text(encoding="utf-8"))
    before = time.process_time()
    found = find(str(folder / "corpus.jsonl"), *settings)
    seconds = time.process_time() - before
    got, want = pairs(found["clusters"]), pairs(gold["clusters"])
    precision, recall = len(got & want) / max(1, len(got)), len(got & want) / max(1, len(want))
    print(
        f"pairs      precision {precision:.4f}  recall {recall:.4f}  F1 {2 * precision * recall / (precision + recall):.4f}"
    )
    planted, hit = Counter[str](), Counter[str]()
    for pair in gold.get("pairs", []):
        kind = pair["kind"] if pair["kind"] in ("boiler", "format") else f"{pair['kind']} {pair['level']}"
        planted[kind] += 1
        hit[kind] += frozenset((pair["a"], pair["b"])) in got
    print("recall     " + "  ".join(f"{kind} {hit[kind] / planted[kind]:.3f}" for kind in sorted(planted)))
    wrong = sum(frozenset(pair) in got for pair in gold.get("hard_negatives", []))
    print(f"negatives  {wrong} of {len(gold.get('hard_negatives', []))} pairs that share only boilerplate")
    print(f"cost       {seconds:.1f} CPU seconds, everything included")


def pairs(clusters: list[list[str]]) -> Pairs:
    """All pairs of documents that stand in one cluster."""
    return {frozenset(pair) for members in clusters for pair in combinations(members, 2)}


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), *sys.argv[2:])
