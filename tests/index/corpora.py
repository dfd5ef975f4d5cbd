"""Corpora with copies of every kind, in an order in which originals and copies mix."""

from __future__ import annotations

import random
from typing import Any

from tests.conftest import article

Rows = list[dict[str, Any]]


def pages(count: int, seed: int = 0) -> Rows:
    """Documents of their own, and edited, exact, truncated and extended copies of them and of copies; a notice that most
    share, a passage that some share, and documents of a few words or none."""
    draw = random.Random(seed)
    notice, passage = article("notice", 2), article("passage", 8)
    rows: Rows = []
    for number in range(count):
        kind = draw.choice(["own"] * 6 + ["edited", "exact", "truncated", "extended", "passage", "few"])
        text = article(f"s{number}x", draw.randint(5, 20))
        if rows and kind in ("edited", "exact", "truncated", "extended"):
            words = draw.choice(rows)["text"].split(" ")
            if kind == "edited":
                words = [word if draw.random() < 0.9 else f"new{number}" for word in words]
            elif kind == "truncated":
                words = words[: len(words) // 2]
            text = " ".join(words) + ("\n\n" + article(f"more{number}x", 8) if kind == "extended" else "")
        elif kind == "passage":
            text += "\n\n" + passage
        elif kind == "few":
            text = draw.choice(["", "--", "A few words.", f"Number {number} only."])
        if kind in ("own", "passage") and draw.random() < 0.8:
            text += "\n\n" + notice
        rows.append({"id": f"{number}", "source": f"site{number % 3}", "text": text})
    return rows
