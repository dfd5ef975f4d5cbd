"""Shapes of the charts: numbers in, coordinates out; the templates draw them as inline SVG."""

from __future__ import annotations

import math
from typing import Any

#: Size of a histogram in its own units; axes and labels stand around it.
WIDTH, HEIGHT = 400, 150
#: Room above the highest bar.
_HEAD = 12
#: Depths of a matrix cell's colour.
DEPTHS = 6


def bars(bins: list[int], threshold: float) -> dict[str, Any]:
    """The bars of a histogram over 0..1, square-root scaled so that a single pair is still seen beside a thousand."""
    top = max(bins, default=0)
    step = WIDTH / len(bins)
    drawn = []
    for place, count in enumerate(bins):
        height = _height(count, top)
        low = place / len(bins)
        drawn.append(
            {
                "x": round(place * step + 1, 1),
                "y": round(HEIGHT - height, 1),
                "width": round(step - 2, 1),
                "height": round(height, 1),
                "count": count,
                "low": low,
                "high": (place + 1) / len(bins),
                "passed": low >= threshold - 1e-9,
            }
        )
    lines = [{"count": count, "y": round(HEIGHT - _height(count, top), 1)} for count in _ticks(top)]
    return {"bars": drawn, "threshold": round(threshold * WIDTH, 1), "lines": lines}


def depth(value: int, top: int) -> int:
    """The depth of colour of a matrix cell: 0 for nothing, then by the logarithm up to `DEPTHS`."""
    if value <= 0 or top <= 0:
        return 0
    return 1 + round((DEPTHS - 1) * math.log1p(value) / math.log1p(top))


def funnel(head: dict[str, Any]) -> list[dict[str, Any]]:
    """The words that went in, what each step took of them, and what is left: stretches of a bar 100 wide."""
    whole, kept = head["words_in"], head["words_out"]
    stripped, doubled = head["words_boilerplate"], head["words_duplicate"]
    steps = [
        ("read", "words read", 0, whole),
        ("boilerplate", "boilerplate", max(whole - stripped, 0), stripped),
        ("duplicate", "duplicates", kept, doubled),
        ("kept", "words kept", 0, kept),
    ]
    return [
        {
            "name": name,
            "label": label,
            "words": words,
            "x": round(100 * start / whole, 3) if whole else 0,
            "width": round(max(100 * words / whole, 0.25 if words else 0), 3) if whole else 0,
            "share": words / whole if whole else None,
        }
        for name, label, start, words in steps
    ]


def strip(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """A page as a strip 1000 wide: its stretches in order, each with its reason or None, the share that stays."""
    stretches: list[tuple[str | None, int]] = []
    for piece in pieces:
        size = max(piece["end"] - piece["start"], 1)
        if stretches and stretches[-1][0] == piece["reason"]:
            stretches[-1] = (piece["reason"], stretches[-1][1] + size)
        else:
            stretches.append((piece["reason"], size))
    whole = sum(size for _, size in stretches)
    parts, at = [], 0
    for reason, size in stretches:
        parts.append({"reason": reason, "x": round(1000 * at / whole), "width": max(round(1000 * size / whole), 2)})
        at += size
    kept = sum(size for reason, size in stretches if reason is None)
    reasons = sorted({reason for reason, _ in stretches if reason})
    return {"parts": parts, "reasons": reasons, "share": kept / whole if whole else None}


def _height(count: int, top: int) -> float:
    return math.sqrt(count / top) * (HEIGHT - _HEAD) if top else 0.0


def _ticks(top: int) -> list[int]:
    """A few round counts up to the highest bar, far enough apart on a square-root scale."""
    if top <= 0:
        return []
    places = [digit * 10**power for power in range(len(str(top))) for digit in (1, 2, 5)]
    ticks: list[int] = []
    for count in sorted((place for place in places if place <= top), reverse=True):
        if not ticks or math.sqrt(ticks[-1] / top) - math.sqrt(count / top) > 0.24:
            ticks.append(count)
    return ticks
