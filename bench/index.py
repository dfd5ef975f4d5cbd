"""What an index costs as it grows: documents added in batches, then matched, and the size of the file.

    python bench/index.py BOOKS.jsonl DOCUMENTS BATCHES [pieces] [SETTING=VALUE ...]
    python bench/index.py FOLDER BATCHES [SETTING=VALUE ...]

The documents are those of bench/growing.py, made of BOOKS.jsonl. Printed for each batch: wall and CPU seconds, peak memory
(the batch's documents and those of the interpreter included), copies found, bytes a document; at the end, seconds to match
one document, ten and a thousand, the file opened anew each time.

The second finds the planted copies and passages of bench/dedup.py through an index, in one batch and in many, and compares
the verdicts.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import cleanse
from cleanse.config import load_config
from dedup import scores
from growing import COPIES, Growth


def planted(folder: Path, batches: int, *settings: str) -> None:
    """Precision and recall of what an index removes; each batch a part of the corpus, as it comes."""
    gold = json.loads((folder / "gold_docs.json").read_text(encoding="utf-8"))
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    passages = [json.loads(line) for line in (folder / "gold_passages.jsonl").read_text(encoding="utf-8").splitlines()]
    verdicts = []
    for number in dict.fromkeys((1, batches)):
        size = -(-len(documents) // number)
        stars: dict[str, list[str]] = {}
        gone, met = set[str](), set[tuple[str, str]]()
        with tempfile.TemporaryDirectory() as work:
            index = cleanse.Index(Path(work) / "bench.idx", load_config(pairs=settings))
            for first in range(0, len(documents), size):
                found = index.add(documents[first : first + size])
                for row in found.removed.to_pylist():
                    stars.setdefault(row["survivor"], [row["survivor"]]).append(row["id"])
                    gone.add(row["id"])
                met.update(zip(found.matches["a"].to_pylist(), found.matches["b"].to_pylist(), strict=True))
        verdicts.append(stars)
        facts = scores({"clusters": list(stars.values())}, gold)
        print(
            f"{number} batches: precision {facts['precision']:.4f}  recall {facts['recall']:.4f}  wrong {facts['wrong']}"
        )
        shared = {tuple(sorted((row["a"], row["b"]))) for row in passages if not {row["a"], row["b"]} & gone}
        print(
            f"passages   {len(shared & {tuple(sorted(pair)) for pair in met})} of {len(shared)} pairs that share one and stay"
        )
        print("recall     " + "  ".join(f"{kind} {share:.3f}" for kind, share in facts["kinds"].items()), flush=True)
    print("the same verdicts" if verdicts[0] == verdicts[-1] else "OTHER VERDICTS")


def main(books: Path, documents: int, batches: int, *settings: str) -> None:
    """Add the documents in batches, then match some that are copies and some that are not."""
    config = load_config(pairs=[setting for setting in settings if setting != "pieces"])
    growth = Growth(books, pieces="pieces" in settings)
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
            copies = {number for number in range(before, before + size) if number % COPIES == COPIES - 1}
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
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
