"""How well planted near-duplicates are found in other scripts, on pages of sampled words.

    python bench/dedup_scripts.py WORDS.txt [WORDS.txt ...] [SETTING=VALUE ...]

A file of words, one a line, the most frequent first, makes a corpus: words are drawn by rank (Zipf) from the whole list
and, half of the time, from a topic of 300 words that a tenth of the pages share; lines are sentences of 6 to 30 words.
Where the words of a file are hardly ever two ASCII letters apart (Chinese, Japanese, Thai) they are written without
spaces. Lists as `wordfreq.top_n_list(language, 20000)` and `pythainlp.corpus.tnc.word_freqs()` give them will do.
A third of the pages gets one to three copies: every character edited with the probability named, alone or with half of the
text cut off, or with half as much foreign text behind it.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import accumulate
from pathlib import Path

import cleanse
from cleanse.config import load_config

PAGES = 1500
KINDS = [
    ("edit", 0.0),
    ("edit", 0.02),
    ("edit", 0.05),
    ("edit", 0.05),
    ("edit", 0.05),
    ("edit", 0.1),
    ("half", 0.05),
    ("extended", 0.05),
]
UNSPACED = {"zh", "ja", "th", "km", "lo", "my"}


def main(*arguments: str) -> None:
    """Print precision, recall and F1 of each list, and recall by kind of copy."""
    settings = [argument for argument in arguments if "=" in argument]
    for path in map(Path, (argument for argument in arguments if "=" not in argument)):
        words = path.read_text(encoding="utf-8").split("\n")
        texts, groups, kinds = plant(words, "" if path.stem in UNSPACED else " ", seed=7)
        removed = cleanse.find_duplicates(texts, load_config(pairs=settings)).removed.to_pylist()
        star = {row["id"]: row["survivor"] for row in removed}
        clusters: dict[str, list[int]] = {}
        for n in range(len(texts)):
            clusters.setdefault(star.get(str(n), str(n)), []).append(n)
        got = {frozenset((a, b)) for members in clusters.values() for a in members for b in members if a < b}
        want = {frozenset((a, b)) for members in groups for a in members for b in members if a < b}
        precision, recall = len(got & want) / max(1, len(got)), len(got & want) / len(want)
        print(
            f"{path.stem}  precision {precision:.4f}  recall {recall:.4f}  F1 {2 * precision * recall / (precision + recall):.4f}  ",
            end="",
        )
        planted, hit = Counter[str](), Counter[str]()
        for copy, (kind, level, original) in kinds.items():
            planted[f"{kind} {level}"] += 1
            hit[f"{kind} {level}"] += frozenset((copy, original)) in got
        print("  ".join(f"{kind} {hit[kind] / planted[kind]:.3f}" for kind in sorted(planted)))


def plant(
    words: list[str], space: str, seed: int
) -> tuple[list[str], list[list[int]], dict[int, tuple[str, float, int]]]:
    """Texts, the groups of those that are copies of one another, and of each copy its kind, level and original."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    topics = [chance.sample(words, 300) for _ in range(10)]
    letters = sorted({letter for word in words[:3000] for letter in word if letter.isalpha()})

    def page(topic: list[str], length: int) -> str:
        lines = []
        while length > 0:
            size = chance.randint(6, 30)
            drawn = chance.choices(words, cum_weights=weights, k=size)
            lines.append(space.join(w if chance.random() < 0.5 else chance.choice(topic) for w in drawn) + ".")
            length -= size
        return "\n".join(lines)

    texts = [page(topics[n % 10], chance.randint(120, 900)) for n in range(PAGES)]
    groups: list[list[int]] = []
    kinds: dict[int, tuple[str, float, int]] = {}
    for n in range(0, PAGES, 3):
        group = [n]
        for kind, level in chance.sample(KINDS, chance.randint(1, 3)):
            text = texts[n]
            if kind == "half":
                text = text[: len(text) // 2]
            elif kind == "extended":
                text += (
                    "\n" + page(topics[(n + 1) % 10], len(text.split()) if space else len(text) // 4)[: len(text) // 2]
                )
            group.append(len(texts))
            kinds[len(texts)] = kind, level, n
            texts.append(edit(text, level, letters, chance))
        groups.append(group)
    return texts, groups, kinds


def edit(text: str, level: float, letters: list[str], chance: random.Random) -> str:
    """Every letter replaced (half of the time), deleted or followed by another with probability ``level``."""
    found = []
    for letter in text:
        if letter.isspace() or chance.random() >= level:
            found.append(letter)
        else:
            other = chance.choice(letters)
            found.append(chance.choice([other, other, "", letter + other]))
    return "".join(found)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
