"""How numbers, reasons and settings read to people."""

from __future__ import annotations

import json
from typing import Any

from cleanse.schema import Reason

#: What a reason means, for someone who has not read the documentation.
MEANINGS = {reason.value: reason.meaning for reason in Reason}


def label(name: str) -> str:
    """A reason or kind in words: site_template is site template."""
    return name.replace("_", " ")


def number(value: float | None) -> str:
    """12,345; an en dash for nothing."""
    return "–" if value is None else f"{value:,.0f}"


def short(value: int) -> str:
    """A count in four characters or so, for a cell or an axis: 1234, 12k, 3.4M."""
    if value < 10_000:
        return str(value)
    for unit, size in (("G", 1_000_000_000), ("M", 1_000_000), ("k", 1000)):
        if value >= size * 0.9995:
            return f"{value / size:.1f}{unit}" if value < 9.95 * size else f"{value / size:.0f}{unit}"
    return str(value)


def counted(count: int, noun: str) -> str:
    """1 pair, 2 pairs."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def percent(share: float | None) -> str:
    """A share as a percentage with as many digits as it deserves; never a rounded 0 % or 100 %."""
    if share is None:
        return "–"
    if 0 < share < 0.0005:
        return "<0.1 %"
    if 0.9995 <= share < 1:
        return ">99.9 %"
    return f"{share * 100:.1f} %" if share not in (0, 1) else f"{share * 100:.0f} %"


def bytes_(count: int | None) -> str:
    """1.2 MB."""
    size = float(count or 0)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return ""


def seconds(count: float | None) -> str:
    """0.31 s, 12 s, 3 min 20 s."""
    time = float(count or 0)
    if time < 10:
        return f"{time:.2f} s"
    if time < 120:
        return f"{time:.0f} s"
    return f"{time // 60:.0f} min {time % 60:.0f} s"


def setting(value: Any) -> str:
    """A setting as TOML would write it."""
    return json.dumps(value, ensure_ascii=False)
