"""Copies in which every twentieth character is another are found in every script, and nothing else is."""

from __future__ import annotations

import random

import pytest

import cleanse

ALPHABETS = {
    "Chinese": ([chr(c) for c in range(0x4E00, 0x4E00 + 2500)], (1, 2, 2, 3), ""),
    "Japanese": ([chr(c) for c in [*range(0x4E00, 0x4E00 + 1200), *[*range(0x3042, 0x3094)] * 6]], (1, 2, 3, 4), ""),
    "Thai": ([chr(c) for c in [*[*range(0x0E01, 0x0E2F)] * 3, *range(0x0E30, 0x0E3A)]], (3, 4, 5), ""),
    "Khmer": ([chr(c) for c in [*[*range(0x1780, 0x17A3)] * 3, *range(0x17B6, 0x17C6)]], (3, 4, 5), ""),
    "Korean": ([chr(c) for c in range(0xAC00, 0xD7A4, 9)], (2, 3, 4), " "),
    "Arabic": ([chr(c) for c in [*range(0x0627, 0x063B), *range(0x0641, 0x064B)]], (3, 4, 5, 6), " "),
    "Greek": ([chr(c) for c in range(0x03B1, 0x03CA)], (3, 4, 5, 6), " "),
}


@pytest.mark.large
@pytest.mark.parametrize("script", ALPHABETS)
def test_copies_with_other_characters_are_found(script: str) -> None:
    alphabet, lengths, space = ALPHABETS[script]
    chance = random.Random(script)
    words = ["".join(chance.choices(alphabet, k=chance.choice(lengths))) for _ in range(3000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]

    def page() -> str:
        lines = [space.join(chance.choices(words, weights, k=chance.randint(6, 18))) for _ in range(20)]
        return "\n".join(line + "." for line in lines)

    def noisy(text: str) -> str:
        return "".join(
            c if c in " .\n" or chance.random() >= 0.05 else chance.choice(["", c + chance.choice(alphabet), "x"])
            for c in text
        )

    pages = [page() for _ in range(24)]
    copies = [noisy(text) for text in pages[:12]] + [noisy(text[: len(text) // 2]) for text in pages[12:18]]
    found = cleanse.find_duplicates([*pages, *copies]).removed.to_pylist()
    groups = {frozenset((int(row["id"]), int(row["survivor"]))) for row in found}
    assert groups == {frozenset((n, n + 24)) for n in range(18)}
