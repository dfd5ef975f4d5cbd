"""Whether a run has become slower: CPU seconds of each stage against a fixed piece of work done in between.

    python bench/ratios.py            compare with bench/ratios.json; exit 1 when a stage takes 1.5 times its share
    python bench/ratios.py --write    make this machine's ratios the ones to compare with

Machines differ and are busy, so no seconds are compared: the input is generated and always the same, and each stage's CPU
seconds are divided by those of the reference, which sorts, hashes, compresses and splits text, before and after each run.

The same program takes half as much again in a bad minute, most of all where the operating system works for it (a third to a
half of writing). So the best of many rounds is what the best of some is held against; there are as many when one of them looks
slower.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import tempfile
import time
import zlib
from pathlib import Path

from speed import run

BASELINE = Path(__file__).parent / "ratios.json"
_ROUNDS, _MOST_ROUNDS = 3, 12
#: What a stage may take of its share before; and in units of the reference, so that short stages do not ring.
_MOST, _SLACK = 1.5, 0.15
#: Half of writing is time of the operating system, which takes twice as long for the same in some hours.
_MOST_OF = {"write": 2.0}
_DOCUMENTS = 4_000
_WORDS = ("the", "of", "and", "a", "to", "in", "is", "was", "for", "with")


def main(*arguments: str) -> None:
    """Measure, and compare or write."""
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        inputs = Path(name)
        generate(inputs)
        measured(inputs)  # compiles
        if "--write" in arguments:
            rounds = [measured(inputs) for _ in range(_MOST_ROUNDS)]
            best = {stage: round(share, 3) for stage, share in least(rounds).items()}
            BASELINE.write_text(json.dumps(best, indent=1) + "\n", encoding="utf-8")
        before = json.loads(BASELINE.read_text(encoding="utf-8"))
        while len(rounds) < _ROUNDS or (slower(before, least(rounds)) and len(rounds) < _MOST_ROUNDS):
            rounds.append(measured(inputs))
    now = least(rounds)
    if now.keys() != before.keys():
        raise SystemExit(f"the stages are no longer those of bench/ratios.json ({', '.join(before)}): --write it again")
    late = slower(before, now)
    print("| stage | before | now | |\n|---|---|---|---|")
    for stage, share in now.items():
        print(f"| {stage} | {before[stage]:.3f} | {share:.3f} | {'slower' if stage in late else ''} |")
    if late:
        raise SystemExit(f"slower than bench/ratios.json allows, {len(rounds)} times: {', '.join(late)}")


def least(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The best of each stage."""
    return {stage: min(each[stage] for each in rounds) for stage in rounds[0]}


def slower(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """The stages that take more than they may."""
    return [
        stage for stage, share in now.items() if share > _MOST_OF.get(stage, _MOST) * before.get(stage, share) + _SLACK
    ]


def measured(inputs: Path) -> dict[str, float]:
    """CPU seconds of the stages of a run, in units of the reference."""
    before = reference()
    cost = run(inputs, ["run.threads=1"])
    unit = (before + reference()) / 2
    return {stage: seconds / unit for stage, seconds in cost.stages.items()} | {"all": cost.cpu / unit}


def reference() -> float:
    """CPU seconds of the fixed work."""
    start = time.process_time()
    draw = random.Random(1)
    words = [f"{draw.choice(_WORDS)}{draw.randrange(5_000)}" for _ in range(200_000)]
    text = " ".join(sorted(words))
    counts: dict[str, int] = {}
    for word in text.split(" "):
        counts[word] = counts.get(word, 0) + 1
    hashlib.sha256(zlib.compress(text.encode(), 6)).hexdigest()
    return time.process_time() - start


def generate(folder: Path) -> None:
    """Pages of text with menus, and some HTML; a tenth are edited copies."""
    draw = random.Random(2)
    vocabulary = [f"{draw.choice(_WORDS)}{n}" for n in range(20_000)]
    menu = "\n".join(f"* {word.title()}" for word in vocabulary[:40])
    pages: list[str] = []
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(_DOCUMENTS):
            if pages and number % 10 == 0:
                words = draw.choice(pages).split(" ")
                for place in range(0, len(words), 12):
                    words[place] = draw.choice(vocabulary)
                page = " ".join(words)
            else:
                sentences = [" ".join(draw.choices(vocabulary, k=14)).capitalize() + "." for _ in range(12)]
                page = "\n\n".join(" ".join(sentences[k : k + 4]) for k in range(0, 12, 4))
            pages.append(page)
            url = f"https://site{number % 7}.example/{number}"
            lines.write(
                json.dumps({"id": str(number), "url": url, "text": f"{menu}\n\n{page}\n\nShare this page"}) + "\n"
            )
    for number in range(100):
        paragraphs = "".join(f"<p>{part}</p>" for part in pages[number].split("\n\n"))
        items = "".join(f"<li><a href='/{k}'>{word}</a></li>" for k, word in enumerate(vocabulary[:40]))
        page = f"<html><body><nav><ul>{items}</ul></nav><article><h1>Page {number}</h1>{paragraphs}</article></body></html>"
        (folder / f"page{number}.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
