"""Run another deduplicator on a JSONL file and write the pairs it finds as JSON: {"pairs": [[id, id], ...]}.

    python bench/dedup_peers.py datasketch|gaoya|rensa|text-dedup|datatrove CORPUS.jsonl RESULT.json

Each is used as its documentation says, by one process: word 5-grams, 128 permutations, Jaccard similarity 0.7; datatrove
with its own 14 buckets of 8 hashes. `bench/dedup.py --peers` calls this in an environment of their own.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
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


def text_dedup(texts: list[str]) -> Pairs:
    """Its command, which writes the corpus without duplicates; a document and the first of its cluster are a pair."""
    import text_dedup.minhash as tool
    from text_dedup.utils.union_find import UnionFind

    found: dict[int, int] = {}
    UnionFind.dump = lambda self, *_, **__: found.update({n: self.find(n) for n in self.parent})
    with tempfile.TemporaryDirectory() as name:
        write(texts, Path(name) / "texts.jsonl")
        options = {
            "path": "json",
            "data_files": f"{name}/texts.jsonl",
            "split": "train",
            "column": "text",
            "num_proc": 1,
            "output": f"{name}/out",
            "cache_dir": f"{name}/cache",
            "ngram": WORDS,
            "num_perm": PERMUTATIONS,
            "threshold": SIMILARITY,
        }
        arguments = [part for option, value in options.items() for part in (f"--{option}", str(value))]
        tool.main([*arguments, "--debug"], standalone_mode=False)
    yield from ((first, n) for n, first in found.items() if first != n)


def datatrove(texts: list[str]) -> Pairs:
    """Its pipeline of signatures and buckets; what shares a bucket is a pair."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupSignature
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.utils.binaryio import read_tuples_from_file

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(texts, folder / "in" / "texts.jsonl")
        signatures, buckets = f"{name}/signatures", f"{name}/buckets"
        sign = [JsonlReader(f"{name}/in"), MinhashDedupSignature(signatures)]
        LocalPipelineExecutor(sign, tasks=1, workers=1, logging_dir=f"{name}/signing").run()
        meet = [MinhashDedupBuckets(signatures, buckets)]
        LocalPipelineExecutor(meet, tasks=MinhashConfig().num_buckets, workers=1, logging_dir=f"{name}/meeting").run()
        for path in sorted(folder.glob("buckets/**/*.dups")):
            with path.open("rb") as file:
                for _, a, _, b in read_tuples_from_file(file, "4I"):
                    yield min(a, b), max(a, b)


def write(texts: list[str], path: Path) -> None:
    """Texts as JSON lines, for those that read files."""
    path.parent.mkdir(exist_ok=True)
    lines = (json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
    path.write_text("".join(lines), encoding="utf-8")


PEERS: dict[str, Callable[[list[str]], Pairs]] = {
    "datasketch": datasketch,
    "gaoya": gaoya,
    "rensa": rensa,
    "text-dedup": text_dedup,
    "datatrove": datatrove,
}
#: What is to be installed for those that are more than a package.
PACKAGES = {"datatrove": ("datatrove[processing]", "spacy", "orjson"), "text-dedup": ("text-dedup==0.4.0",)}


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
