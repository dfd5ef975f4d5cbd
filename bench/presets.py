"""What each preset drops, rightly and wrongly: planted near-duplicates, real removals, and pages with labelled text.

    python bench/presets.py --planted FOLDER --corpus TEXTS.jsonl --pages FOLDER [--pages FOLDER ...] [--every N]

``--planted`` is a folder as `bench/dedup.py` takes it: precision and recall of pairs of documents. ``--corpus`` is a JSONL
file as `bench/dedup_faults.py` takes it: how much is removed, and what share of the removed documents has less than 60 %,
or 95 %, of its words in its survivor in the same order. ``--pages`` are folders as `bench/strip.py` takes them: precision
and recall of words, the mean over every Nth page.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import fmean

import msgspec

import dedup
import dedup_faults
import strip
from cleanse.boilerplate.page import strip_page
from cleanse.config import PRESETS, load_config
from dedup_json import find


def main() -> None:
    """Print a row for the defaults and for each preset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--planted", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pages", type=Path, action="append", required=True)
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    args = parser.parse_args()
    gold = json.loads((args.planted / "gold_docs.json").read_text(encoding="utf-8"))
    with args.corpus.open("rb") as lines:
        texts = {row["id"]: row["text"] for row in map(msgspec.json.decode, lines)}
    columns = ["preset", "pairs P", "R", "hard negatives", "removed", "below 60 %", "below 95 %"]
    columns += [f"{folder.name} P | R" for folder in args.pages]
    print("| " + " | ".join(columns) + " |\n" + "|---" * (len(columns) + len(args.pages)) + "|")
    for name in ("", *PRESETS):
        pairs = [f"preset={name}"] if name else []
        facts = dedup.scores(find(str(args.planted / "corpus.jsonl"), *pairs), gold)
        cells = [f"{facts['precision']:.3f}", f"{facts['recall']:.3f}", str(facts["wrong"])]
        gone = dedup_faults.removals(texts, find(str(args.corpus), *pairs)["clusters"])
        cells.append(f"{len(gone) / len(texts):.1%}")
        cells += [f"{fmean(removal.share < limit for removal in gone):.2%}" for limit in (dedup_faults.FAULT, 0.95)]
        for folder in args.pages:
            cells += page_scores(folder, pairs, args.every)
        print(f"| {name or '(none)'} | " + " | ".join(cells) + " |", flush=True)


def page_scores(folder: Path, pairs: list[str], every: int) -> list[str]:
    """Precision and recall of the words that are kept of a folder's HTML pages."""
    settings = load_config(pairs=pairs).strip
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    scores = []
    for key in list(gold)[::every]:
        page = (folder / "html" / f"{key}.html").read_text(encoding="utf-8")
        scores.append(strip.word_scores(gold[key]["text"], strip_page(page, gold[key].get("url"), settings).text))
    return [f"{fmean(score[place] for score in scores):.3f}" for place in (0, 1)]


if __name__ == "__main__":
    main()
