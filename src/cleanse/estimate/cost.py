"""What a run may cost: seconds, memory and disk, by straight lines through measured runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cleanse.memory import crew, limit

if TYPE_CHECKING:
    from cleanse.config import Config
    from cleanse.estimate.survey import Survey


class Line(NamedTuple):
    """What a megabyte of content costs: processor seconds, and MB of memory and of disk."""

    seconds: float
    memory: float
    disk: float


#: What `python bench/cost.py --html FOLDER --texts CORPUS.jsonl --every 4` measured for 164 pages of news in five languages
#: (15 MB) and 1,729 laws, manuals and PEPs (10 MB), on a virtual machine whose two processors had much else to do, rounded: the
#: seconds of the whole less START, as the half before it compiles kernels, too. The memory of deduplication is that of larger
#: corpora, docs/deduplication.md.
MEASURED = {
    "html best": Line(1.1, 0.0, 1.3),
    "html fast": Line(0.7, 0.0, 1.1),
    "text stripped": Line(0.7, 0.0, 4.5),
    "deduplicated": Line(0.3, 1.0, 6.1),
    "classic": Line(0.3, 1.0, 3.5),
}
#: Any run, and each of the processes that take pages apart.
START, WORKER = Line(4.0, 220.0, 0.0), Line(0.0, 150.0, 0.0)
#: Megabytes of text in a megabyte of HTML, by the same command.
TEXT_OF_HTML = 0.045

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
    parts: list[tuple[float, Line]] = [(1.0, START)]
    if config.strip.enabled:
        parts += [(html, MEASURED[f"html {config.strip.extractor}"]), (text, MEASURED["text stripped"])]
        parts.append((crew(config.run).processes, WORKER))
        html *= TEXT_OF_HTML
    if config.dedup.enabled:
        line = MEASURED["classic" if config.dedup.profile == "classic" else "deduplicated"]
        parts.append((html + text, line))
    seconds, memory, disk = (sum(size * line[place] for size, line in parts) for place in range(3))
    return Cost(seconds=seconds, memory_mb=min(memory, limit(config.run) / _MB), disk_mb=disk)
