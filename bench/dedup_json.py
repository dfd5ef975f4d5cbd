"""Run cleanse's deduplication on a JSONL file and write what it found as one JSON object, for harnesses that compare tools.

    python bench/dedup_json.py CORPUS.jsonl RESULT.json [SETTING=VALUE ...]

The object has ``clusters`` (lists of ids, the survivor first), ``pairs`` (each removed document with its survivor;
with ``dedup.profile=classic`` all pairs that reach the threshold, and for exact duplicates those of their copies),
``removed`` (ids) and ``passages`` ({"a", "a_start", "a_end", "b", "b_start", "b_end"}, offsets in characters).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec

import cleanse
from cleanse.config import load_config


def find(corpus: str, *settings: str) -> dict[str, Any]:
    """What is found in the corpus; nothing but the result is written, as with the tools it is compared with."""
    config = load_config(pairs=settings)
    with open(corpus, "rb") as lines:
        found = cleanse.find_duplicates(map(msgspec.json.decode, lines), config)
    clusters = defaultdict(list)
    for row in found.clusters.select(["cluster", "id"]).to_pylist():
        clusters[row["cluster"]].append(row["id"])
    matches = found.matches.select(["a", "a_start", "a_end", "b", "b_start", "b_end", "kind"]).to_pylist()
    groups = list(clusters.values())
    starred = [[group[0], other] for group in groups for other in group[1:]]
    return {
        "clusters": groups,
        "pairs": all_pairs(matches) if config.dedup.profile == "classic" else starred,
        "removed": [other for group in groups for other in group[1:]],
        "passages": [match for match in matches if match.pop("kind") == "passage"],
    }


def all_pairs(matches: list[dict[str, Any]]) -> list[list[str]]:
    """The pairs of matching documents, where a match of a document is one of all its exact duplicates."""
    same: dict[str, list[str]] = {}
    for match in matches:
        if match["kind"] == "exact":
            same.setdefault(match["a"], [match["a"]]).append(match["b"])
    pairs = [[one, other] for group in same.values() for one, other in combinations(group, 2)]
    for match in matches:
        if match["kind"] != "exact":
            a, b = (same.get(match[side], [match[side]]) for side in ("a", "b"))
            pairs += [[one, other] for one in a for other in b]
    return pairs


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    corpus, result, *settings = sys.argv[1:]
    Path(result).write_text(json.dumps(find(corpus, *settings)), encoding="utf-8")
