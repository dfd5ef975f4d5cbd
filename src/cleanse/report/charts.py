"""Shapes of the charts: numbers in, coordinates out; the template draws them as inline SVG."""

from __future__ import annotations

import math
from typing import Any

#: Size of a histogram in its own units, and the room for the axis below it.
WIDTH, HEIGHT, AXIS = 400, 150, 22
#: Depths of a matrix cell's colour.
DEPTHS = 6


def bars(histogram: dict[str, Any]) -> dict[str, Any]:
    """The bars of a histogram over 0..1, square-root scaled so that a single pair is still seen beside a thousand."""
    bins = histogram["bins"]
    top = max(bins, default=0)
    step = WIDTH / len(bins)
    drawn = []
    for place, count in enumerate(bins):
        height = math.sqrt(count / top) * (HEIGHT - 24) if top else 0.0
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
                "passed": low >= histogram["threshold"] - 1e-9,
            }
        )
    return {"bars": drawn, "threshold": round(histogram["threshold"] * WIDTH, 1), "top": top}


def depth(value: int, top: int) -> int:
    """The depth of colour of a matrix cell: 0 for nothing, then by the logarithm up to `DEPTHS`."""
    if value <= 0 or top <= 0:
        return 0
    return 1 + round((DEPTHS - 1) * math.log1p(value) / math.log1p(top))


def widths(parts: dict[str, int]) -> dict[str, dict[str, float]]:
    """Parts of a whole as stretches of a bar 100 wide, from left to right."""
    whole = sum(parts.values())
    drawn, left = {}, 0.0
    for name, part in parts.items():
        width = 100 * part / whole if whole else 0.0
        drawn[name] = {"x": round(left, 3), "width": round(width, 3)}
        left += width
    return drawn
