"""What a run may cost: seconds, memory and disk, by straight lines through measured runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cleanse.config import Config
    from cleanse.estimate.survey import Survey


class Line(NamedTuple):
    """What a megabyte of content costs: processor seconds, and MB of memory and of disk."""

    seconds: float
    memory: float
    disk: float


#: The slopes that `python bench/cost.py --html FOLDER --texts CORPUS.jsonl` prints, for 653 pages of news in five languages
#: (58 MB) and 6,915 laws, manuals and PEPs (39 MB), kernels compiled, on one core of a virtual machine of 2026.
MEASURED = {
    "html best": Line(1.0, 1.0, 1.0),
    "html fast": Line(0.8, 1.0, 1.0),
    "text stripped": Line(1.0, 1.0, 1.0),
    "deduplicated": Line(0.2, 1.0, 2.0),
    "classic": Line(0.1, 1.0, 2.0),
}
#: Seconds to start and MB of memory of any run, by the same command.
START = Line(3.0, 350.0, 0.0)
#: Megabytes of text in a megabyte of HTML, by the same command.
TEXT_OF_HTML = 0.1

_MB = 1e6


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """An estimate: seconds of one processor, memory and temporary disk."""

    seconds: float
    memory_mb: float
    disk_mb: float


def expected_cost(found: Survey, config: Config) -> Cost:
    """What reading, stripping and deduplicating these inputs may cost; standard input is left out."""
    html, text = found.html_bytes / _MB, found.text_bytes / _MB
    parts = [(1.0, START)]
    if config.strip.enabled:
        parts += [(html, MEASURED[f"html {config.strip.extractor}"]), (text, MEASURED["text stripped"])]
        html *= TEXT_OF_HTML
    if config.dedup.enabled:
        line = MEASURED["classic" if config.dedup.profile == "classic" else "deduplicated"]
        parts.append((html + text, line))
    seconds, memory, disk = (sum(size * line[place] for size, line in parts) for place in range(3))
    return Cost(seconds=seconds, memory_mb=memory, disk_mb=disk)
