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
from typing import Any

import cleanse
from cleanse.config import load_config


def find(corpus: str, *settings: str) -> dict[str, Any]:
    """What a run over the corpus finds."""
    config = load_config(pairs=["strip.enabled=false", "write.report=false", *settings])
    with TemporaryDirectory() as folder:
        run = cleanse.run(corpus, folder, config)
        clusters = defaultdict(list)
        for row in run.clusters.select(["cluster", "id"]).to_pylist():
            clusters[row["cluster"]].append(row["id"])
        passages = run.matches.select(["a", "a_start", "a_end", "b", "b_start", "b_end", "kind"]).to_pylist()
    groups = list(clusters.values())
    return {
        "clusters": groups,
        "pairs": [[group[0], other] for group in groups for other in group[1:]],
        "removed": [other for group in groups for other in group[1:]],
        "passages": [match for match in passages if match.pop("kind") == "passage"],
    }


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    corpus, result, *settings = sys.argv[1:]
    Path(result).write_text(json.dumps(find(corpus, *settings)), encoding="utf-8")
