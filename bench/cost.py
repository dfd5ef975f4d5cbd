"""What a run costs by the size of its input: the constants of src/cleanse/estimate/cost.py.

    python bench/cost.py --html FOLDER --texts CORPUS.jsonl [--every N]

FOLDER holds pages as .html, CORPUS.jsonl has {"id", "text"} a line. Each kind of run is made with half of its input and
with all of it, in a process of its own after one that compiles the kernels; a slope is the difference of the two by
megabyte of input. Seconds are of all processors; memory is the greatest of the process and its workers, mapped files
included; disk is the most that the run's work folder held.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_EVERY_SECONDS = 0.1


class Cost(NamedTuple):
    """A run's input in MB, documents, processor seconds, greatest memory and work folder in MB, words in and kept."""

    size: float
    documents: int
    seconds: float
    memory: float
    disk: float
    kept: float


def main() -> None:
    """Print a row for each run, and what a megabyte more costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take every Nth page and text")
    args = parser.parse_args()
    pages = sorted(args.html.rglob("*.html"))[:: args.every]
    lines = args.texts.read_bytes().splitlines(keepends=True)[:: args.every]
    print("| run | input MB | documents | CPU s | peak MB | work MB | corpus MB |\n" + "|---" * 7 + "|")
    with tempfile.TemporaryDirectory() as work:
        for name, arguments in RUNS.items():
            costs = []
            for part, every in (("compile", 50), ("half", 2), ("all", 1)):
                source = Path(work) / f"{name}-{part}"
                source.mkdir()
                if name.startswith("html"):
                    for page in pages[::every]:
                        shutil.copy(page, source)
                else:
                    (source / "texts.jsonl").write_bytes(b"".join(lines[::every]))
                costs.append(measured([*arguments, str(source)], Path(work) / f"{name}-{part}-out"))
                print(f"| {name}, {part} | " + " | ".join(f"{value:,.1f}" for value in costs[-1]) + " |", flush=True)
            print(f"{name}: {slopes(*costs[1:])}", flush=True)


#: The runs that are told apart.
RUNS = {
    "html best": ("run", "--set", "dedup.enabled=false"),
    "html fast": ("run", "--extractor", "fast", "--set", "dedup.enabled=false"),
    "text stripped": ("run", "--set", "dedup.enabled=false"),
    "text deduplicated": ("dedupe",),
    "text classic": ("dedupe", "--duplicates", "classic"),
}


def measured(arguments: list[str], out: Path) -> Cost:
    """The cost of a run of cleanse."""
    code = "from cleanse.cli import program; program()"
    child = subprocess.Popen([sys.executable, "-c", code, *arguments, "-o", str(out), "--quiet"])
    disk, memory = 0, 0
    seconds: dict[int, float] = {}
    while child.poll() is None:
        time.sleep(_EVERY_SECONDS)
        used = family(child.pid)
        seconds |= {process: usage.seconds for process, usage in used.items()}
        memory = max(memory, sum(usage.memory for usage in used.values()))
        disk = max(disk, held(out))
    if child.returncode:
        raise SystemExit(f"cleanse {' '.join(arguments)} failed")
    run = json.loads((out / "run.json").read_text())
    return Cost(
        sum(entry["bytes"] for entry in run["inputs"]) / 1e6,
        run["counts"]["documents"],
        sum(seconds.values()),
        memory / 1e6,
        disk / 1e6,
        (out / "corpus.jsonl").stat().st_size / 1e6,
    )


class Usage(NamedTuple):
    """Processor seconds of a process so far, and bytes of its memory, its part of what it shares."""

    seconds: float
    memory: int


def family(process: int) -> dict[int, Usage]:
    """A process and all that it started which run, by number (Linux)."""
    folder = Path(f"/proc/{process}")
    found: dict[int, Usage] = {}
    with suppress(OSError, StopIteration):
        times = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
        rollup = (folder / "smaps_rollup").read_text().splitlines()
        memory = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) * 1024
        found[process] = Usage(sum(map(int, times)) / os.sysconf("SC_CLK_TCK"), memory)
        for children in folder.glob("task/*/children"):
            for child in map(int, children.read_text().split()):
                found |= family(child)
    return found


def held(folder: Path) -> int:
    """Bytes of the files below a folder that changes meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


def slopes(half: Cost, full: Cost) -> str:
    """What a megabyte of input more costs, and what a run costs besides."""
    more = full.size - half.size
    parts = []
    for name in ("seconds", "memory", "disk", "kept"):
        slope = (getattr(full, name) - getattr(half, name)) / more
        parts.append(f"{name} {getattr(full, name) - slope * full.size:.1f} + {slope:.3f} per MB")
    return ", ".join(parts)


if __name__ == "__main__":
    main()
