"""How well and how fast pages are stripped, beside the extractors that are installed.

    python bench/strip.py --data FOLDER [--data FOLDER ...] [--peer resiliparse] [--every N] [--as-text blocks|pieces]
    python bench/strip.py --texts FILE.jsonl [--every N]

A data folder holds ``gold.json`` ({id: {"text", "url"?, "type"? or "lang"?}}) and ``html/ID.html`` or ``text/ID.txt``.
Word F1 is the mean over pages of the F1 of the multisets of lower-cased words; a Han, Kana or Thai character counts as a
word; ``precision`` and ``recall`` are cleanse favouring one of them. Speed is in pages per CPU second of this process, once
everything is imported and compiled; MB/s are of characters. The extractors take turns, page by page, so that all have the
machine at the same pace; cleanse and ``fast`` share what they remember of names, but with ``--peers-only``.

With ``--as-text`` HTML is first made text as two scrapers do: a
line for each block, by html-text, or for each piece of text between tags, by BeautifulSoup (``pip install 'cleanse[train]'``).

A file of texts, ``{"text"}`` a line, is stripped as a run does it, a batch at a time: MB per CPU second of finding and of
judging its blocks, each the best of three.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cleanse.boilerplate.blocks import WORD

if TYPE_CHECKING:
    from pyarrow import RecordBatch

    from cleanse.boilerplate.content import Favor

Extract = Callable[[str, str | None], str]

#: So many pages are read once before the clock runs: kernels are compiled when it pays.
_WARM = 40


def main() -> None:
    """Print a row for each extractor and data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", action="append", type=Path, default=[])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--peer", action="append", choices=sorted(PEERS), default=None)
    parser.add_argument("--peers-only", action="store_true", help="leave out cleanse as it is by default")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    parser.add_argument("--as-text", choices=sorted(SCRAPES), help="make HTML text first, as this scraper does")
    args = parser.parse_args()
    scrape = SCRAPES[args.as_text]() if args.as_text else str
    if args.texts:
        print(batches(args.texts, args.every))
        return
    print("| data | extractor | pages | word P | R | F1 | empty | pages/CPU-s | MB/CPU-s | by type |\n|" + "---|" * 10)
    for folder in args.data:
        gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
        keys = list(gold)[:: args.every]
        names = [*([] if args.peers_only else ["cleanse"]), *(args.peer or ["trafilatura", "resiliparse"])]
        for row in measured(folder, {name: PEERS[name]() for name in names}, gold, keys, scrape):
            print(row, flush=True)


def batches(path: Path, every: int) -> str:
    """The speed of the two kernels on texts."""
    from cleanse.boilerplate.stages import FindBlocks, JudgePages
    from cleanse.config import Strip

    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 0, None, every)]
    documents, size = _batched(texts), sum(map(len, texts)) / 1e6
    list(FindBlocks(Strip())(iter(documents[:_WARM])))
    seconds = {"find": float("inf"), "judge": float("inf")}
    for _ in range(3):
        before = time.process_time()
        found = list(FindBlocks(Strip())(iter(documents)))
        between = time.process_time()
        list(JudgePages(Strip(), {})(iter(found)))
        for name, took in (("find", between - before), ("judge", time.process_time() - between)):
            seconds[name] = min(seconds[name], took)
    parts = ", ".join(f"{name} {size / took:.1f} MB/CPU-s" for name, took in seconds.items())
    return f"{path.name}: {len(texts)} texts, {size:.1f} MB; {parts}, both {size / sum(seconds.values()):.1f}"


def _batched(texts: list[str]) -> list[RecordBatch]:
    from cleanse.config import Config
    from cleanse.pipeline.flow import batching
    from cleanse.read import from_objects

    return list(from_objects(texts, Config().read, **batching(Config())))


@dataclass(slots=True)
class Tally:
    """What an extractor made of some pages so far: (precision, recall, F1) of each, F1 by type, empty ones, CPU seconds."""

    scores: list[tuple[float, float, float]] = field(default_factory=list)
    groups: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    empty: int = 0
    seconds: float = 0.0

    def row(self, data: str, name: str, size: int) -> str:
        """A line of the table; the pages have so many characters."""
        precision, recall, f1 = (sum(column) / len(self.scores) for column in zip(*self.scores, strict=True))
        by_type = ", ".join(f"{group} {sum(f) / len(f):.3f}" for group, f in sorted(self.groups.items()) if group)
        seconds = max(self.seconds, 1e-9)
        speed = f"{len(self.scores) / seconds:.1f} | {size / 1e6 / seconds:.2f}"
        scores = f"{precision:.3f} | {recall:.3f} | **{f1:.3f}**"
        return f"| {data} | {name} | {len(self.scores)} | {scores} | {self.empty} | {speed} | {by_type} |"


def measured(
    folder: Path,
    extractors: dict[str, Extract],
    gold: dict[str, dict[str, str]],
    keys: list[str],
    scrape: Callable[[str], str],
) -> list[str]:
    """A line of the table for each extractor."""
    part, ending = ("html", "html") if (folder / "html").is_dir() else ("text", "txt")
    tallies, size = {name: Tally() for name in extractors}, 0
    for at, key in enumerate([*keys[:_WARM], *keys]):
        page, url = scrape((folder / part / f"{key}.{ending}").read_text(encoding="utf-8")), gold[key].get("url")
        if at < len(keys[:_WARM]):
            for extract in extractors.values():
                extract(page, url)
            continue
        size += len(page)
        for name, extract in extractors.items():
            tally, before = tallies[name], time.process_time()
            text = extract(page, url)
            tally.seconds += time.process_time() - before
            score = word_scores(gold[key]["text"], text)
            tally.empty += bool(gold[key]["text"].strip()) and not text.strip()
            tally.scores.append(score)
            tally.groups[gold[key].get("type") or gold[key].get("lang") or ""].append(score[2])
    return [tally.row(folder.name, name, size) for name, tally in tallies.items()]


def word_scores(gold: str, text: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the multiset of words."""
    want, got = Counter(WORD.findall(gold.lower())), Counter(WORD.findall(text.lower()))
    if not want or not got:
        same = float(not want and not got)
        return same, same, same
    shared = (want & got).total()
    precision, recall = shared / got.total(), shared / want.total()
    return precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.0


def cleanse_text(page: str, url: str | None) -> str:
    """What cleanse keeps of a page, for harnesses that take a function."""
    import cleanse

    return cleanse.strip(page, url).text


def cleanse_fast(page: str, url: str | None) -> str:
    """The same without the votes of others."""
    import cleanse

    return cleanse.strip(page, url, extractor="fast").text


def _cleanse() -> Extract:
    return cleanse_text


def _fast() -> Extract:
    return cleanse_fast


def _favoring(favor: Favor) -> Extract:
    import cleanse

    return lambda page, url: cleanse.strip(page, url, favor=favor).text


def _trafilatura() -> Extract:
    import logging

    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return lambda page, url: trafilatura.extract(page, url=url, include_comments=False) or ""


def _readability() -> Extract:
    """The readability-lxml that trafilatura carries."""
    from lxml import html
    from trafilatura.readability_lxml import Document

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    control = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])

    def extract(page: str, url: str | None) -> str:
        summary = (
            Document(html.fromstring(page.translate(control).encode(), parser=parser)).summary() if page.strip() else ""
        )
        return " ".join(html.fromstring(summary).itertext()) if summary.strip() else ""

    return extract


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    return lambda page, url: extract_plain_text(HTMLTree.parse(page), main_content=True, alt_texts=False)


def _blocks() -> Callable[[str], str]:
    import html_text

    def scrape(page: str) -> str:
        try:
            return str(html_text.extract_text(page))
        except Exception:  # a page that it cannot read
            return ""

    return scrape


def _pieces() -> Callable[[str], str]:
    from bs4 import BeautifulSoup

    def scrape(page: str) -> str:
        soup = BeautifulSoup(page, "lxml")
        for tag in soup(["script", "style", "noscript", "template"]):
            tag.decompose()
        return soup.get_text("\n", strip=True)

    return scrape


def _lines() -> Extract:
    """The line rules of the C4 corpus (Raffel et al. 2020): lines of three words and more that end a sentence."""
    ends = re.compile(r"[.?!…。！？][\"'”’»)\]]*$|[\"”]$")

    def extract(page: str, url: str | None) -> str:
        lines = (" ".join(line.split()) for line in page.splitlines())
        return "\n".join(line for line in lines if ends.search(line) and len(WORD.findall(line)) >= 3)

    return extract


PEERS = {
    "lines": _lines,
    "cleanse": _cleanse,
    "fast": _fast,
    "precision": partial(_favoring, "precision"),
    "recall": partial(_favoring, "recall"),
    "trafilatura": _trafilatura,
    "readability": _readability,
    "resiliparse": _resiliparse,
}
SCRAPES = {"blocks": _blocks, "pieces": _pieces}

if __name__ == "__main__":
    main()
