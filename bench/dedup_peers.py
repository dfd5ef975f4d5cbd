"""Run another deduplicator on a JSONL file and write the pairs it finds as JSON: {"pairs": [[id, id], ...]}.

    python bench/dedup_peers.py datasketch|gaoya|rensa CORPUS.jsonl RESULT.json

Each is used as its documentation says: word 5-grams, 128 permutations, Jaccard similarity 0.7. `bench/dedup.py --peers`
calls this in an environment of their own.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

SIMILARITY, PERMUTATIONS, WORDS = 0.7, 128, 5
#: Bands and rows that are nearest to the threshold among those that use all permutations.
BANDS, ROWS = 16, 8

Pairs = Iterator[tuple[int, int]]


def shingles(text: str) -> list[str]:
    """The different shingles of a text, in order."""
    words = re.findall(r"\w+", text.lower())
    if len(words) < WORDS:
        return [" ".join(words)] if words else []
    return list(dict.fromkeys(" ".join(words[k : k + WORDS]) for k in range(len(words) - WORDS + 1)))


def datasketch(texts: list[str]) -> Pairs:
    """MinHashLSH, its candidates kept when the estimate reaches the threshold."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=SIMILARITY, num_perm=PERMUTATIONS)
    sketches = []
    for n, text in enumerate(texts):
        sketch = MinHash(num_perm=PERMUTATIONS)
        if found := shingles(text):
            sketch.update_batch([shingle.encode() for shingle in found])
        for other in index.query(sketch):
            if sketch.jaccard(sketches[other]) >= SIMILARITY:
                yield other, n
        index.insert(n, sketch)
        sketches.append(sketch)


def gaoya(texts: list[str]) -> Pairs:
    """MinHashStringIndex with its own tokeniser."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, SIMILARITY, BANDS, ROWS, None, "word", True, (WORDS, WORDS), "smallvec")
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    for n, found in enumerate(index.par_bulk_query(texts)):
        yield from ((other, n) for other in found if other < n)


def rensa(texts: list[str]) -> Pairs:
    """RMinHash and RMinHashLSH, candidates as they come."""
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets([shingles(text) for text in texts], num_perm=PERMUTATIONS, seed=42)
    index = RMinHashLSH(threshold=SIMILARITY, num_perm=PERMUTATIONS, num_bands=BANDS)
    index.insert_pairs(enumerate(sketches))
    for n, found in enumerate(index.query_all(sketches)):
        yield from ((int(other), n) for other in found if int(other) < n)


PEERS: dict[str, Callable[[list[str]], Pairs]] = {"datasketch": datasketch, "gaoya": gaoya, "rensa": rensa}


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in PEERS:
        raise SystemExit(__doc__)
    name, corpus, result = sys.argv[1:]
    ids, texts = [], []
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            ids.append(row["id"])
            texts.append(row["text"])
    found = [[ids[a], ids[b]] for a, b in PEERS[name](texts)]
    Path(result).write_text(json.dumps({"pairs": found}), encoding="utf-8")
