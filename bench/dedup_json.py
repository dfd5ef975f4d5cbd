"""Run cleanse's deduplication on a JSONL file and write what it found as one JSON object, for harnesses that compare tools.

    python bench/dedup_json.py CORPUS.jsonl RESULT.json [SETTING=VALUE ...]

The object has ``clusters`` (lists of ids, the survivor first), ``pairs`` (each removed document with its survivor),
``removed`` (ids) and ``passages`` ({"a", "a_start", "a_end", "b", "b_start", "b_end"}, offsets in characters).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import cleanse
from cleanse.config import load_config


def main(corpus: str, result: str, *settings: str) -> None:
    """Read the corpus, find duplicates, write the result."""
    config = load_config(pairs=["strip.enabled=false", "write.report=false", *settings])
    with TemporaryDirectory() as folder:
        run = cleanse.run(corpus, folder, config)
        clusters = defaultdict(list)
        for row in run.clusters.select(["cluster", "id"]).to_pylist():
            clusters[row["cluster"]].append(row["id"])
        passages = run.matches.select(["a", "a_start", "a_end", "b", "b_start", "b_end", "kind"]).to_pylist()
    groups = list(clusters.values())
    found = {
        "clusters": groups,
        "pairs": [[group[0], other] for group in groups for other in group[1:]],
        "removed": [other for group in groups for other in group[1:]],
        "passages": [match for match in passages if match.pop("kind") == "passage"],
    }
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
