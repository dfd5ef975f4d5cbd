"""What an index costs as it grows: documents added in batches, then matched, and the size of the file.

    python bench/index.py BOOKS.jsonl DOCUMENTS BATCHES [SETTING=VALUE ...]
    python bench/index.py FOLDER BATCHES [SETTING=VALUE ...]
    python bench/index.py BOOKS.jsonl DOCUMENTS [LEAST-MOST] > CORPUS.jsonl

The second finds the planted copies of bench/dedup.py through an index, in one batch and in many, and compares the verdicts.
The third writes documents of so many words, for bench/spark.py.

BOOKS.jsonl has texts to cut five-word pieces from ({"text"}). A document is 300 to 800 words of such pieces, drawn at
random, and every fifth is a copy of an earlier one, of any batch, with one piece in
ten replaced. Printed for each batch: wall and CPU seconds, peak memory (the batch's documents and those of the interpreter
included), copies found, bytes a document; at the end, seconds to match one document, ten and a thousand, the file opened
anew each time.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

import cleanse
from cleanse.config import load_config
from dedup import scores

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 5
_COPIES = 5


def planted(folder: Path, batches: int, *settings: str) -> None:
    """Precision and recall of what an index removes; each batch a part of the corpus, as it comes."""
    gold = json.loads((folder / "gold_docs.json").read_text(encoding="utf-8"))
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    verdicts = []
    for number in dict.fromkeys((1, batches)):
        size = -(-len(documents) // number)
        stars: dict[str, list[str]] = {}
        with tempfile.TemporaryDirectory() as work:
            index = cleanse.Index(Path(work) / "bench.idx", load_config(pairs=settings))
            for first in range(0, len(documents), size):
                for row in index.add(documents[first : first + size]).removed.to_pylist():
                    stars.setdefault(row["survivor"], [row["survivor"]]).append(row["id"])
        verdicts.append(stars)
        facts = scores({"clusters": list(stars.values())}, gold)
        print(
            f"{number} batches: precision {facts['precision']:.4f}  recall {facts['recall']:.4f}  wrong {facts['wrong']}"
        )
        print("recall     " + "  ".join(f"{kind} {share:.3f}" for kind, share in facts["kinds"].items()), flush=True)
    print("the same verdicts" if verdicts[0] == verdicts[-1] else "OTHER VERDICTS")


def main(books: Path, documents: int, batches: int, *settings: str) -> None:
    """Add the documents in batches, then match some that are copies and some that are not."""
    config = load_config(pairs=settings)
    growth = Growth(books)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        path = Path(folder) / "bench.idx"
        print(
            "| documents before | wall s | CPU s | peak MB | copies | found | removed | bytes a document |\n"
            + 8 * "|---"
            + "|"
        )
        for batch in range(batches):
            size = documents // batches
            before = batch * size
            table = growth.batch(before, size)
            copies = {number for number in range(before, before + size) if number % _COPIES == _COPIES - 1}
            Path("/proc/self/clear_refs").write_text("5")  # the peak is that of this add (Linux)
            wall, used = time.perf_counter(), _cpu()
            found = cleanse.Index(path, config).add(table)
            wall, used = time.perf_counter() - wall, _cpu() - used
            removed = {int(name) for name in found.removed["id"].to_pylist()}
            each = path.stat().st_size / (before + size)
            cost = f"| {before:,} | {wall:.1f} | {used:.1f} | {_peak():,.0f} |"
            print(f"{cost} {len(copies):,} | {len(copies & removed):,} | {len(removed):,} | {each:,.0f} |", flush=True)
        for count in (1, 10, 1000):
            queries = growth.batch(documents, count)
            seconds = []
            for _ in range(3):
                start = time.perf_counter()
                cleanse.Index(path, config).match(queries)
                seconds.append(time.perf_counter() - start)
            print(f"match {count}: {min(seconds):.3f} s at best, {max(seconds):.3f} s at worst of three")


def write(books: Path, documents: int, words: str = "300-800") -> None:
    """The documents as JSON lines."""
    growth = Growth(books, *map(int, words.split("-")))
    for number in range(documents):
        print(json.dumps({"id": str(number), "text": growth.text(number)}, ensure_ascii=False))


class Growth:
    """Documents by number: the same number is the same document, however they are batched."""

    def __init__(self, books: Path, least: int = 300, most: int = 800) -> None:
        self._least, self._most = least, most
        with books.open(encoding="utf-8") as lines:
            self._words = " ".join(" ".join(json.loads(line)["text"].split()) for line in lines)
        spaces = np.flatnonzero(np.frombuffer(self._words.encode("utf-32-le"), dtype=np.uint32) == ord(" "))
        self._ends = spaces[_PIECE - 1 :: _PIECE].astype(np.uint32)

    def batch(self, first: int, count: int) -> pa.Table:
        """Documents ``first`` to ``first + count``."""
        numbers = range(first, first + count)
        return pa.table({"id": [str(number) for number in numbers], "text": [self.text(number) for number in numbers]})

    def text(self, number: int) -> str:
        """A document, or a copy of an earlier one."""
        draw = random.Random(number)
        if number % _COPIES < _COPIES - 1:
            return " ".join(self._pieces(draw, draw.randint(self._least, self._most) // _PIECE))
        original = draw.randrange(number)
        original -= original % _COPIES == _COPIES - 1
        pieces = self.text(original).split()
        for place in range(0, len(pieces), 10 * _PIECE):
            pieces[place : place + _PIECE] = next(self._pieces(draw, 1)).split()
        return " ".join(pieces)

    def _pieces(self, draw: random.Random, count: int) -> Iterator[str]:
        for _ in range(count):
            place = draw.randrange(1, len(self._ends))
            yield self._words[self._ends[place - 1] + 1 : self._ends[place]]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    """MB that were resident at once since the peak was last forgotten (5 in clear_refs of Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    if Path(sys.argv[1]).is_dir():
        planted(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
    elif len(sys.argv) == 3 or "-" in sys.argv[3]:
        write(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
