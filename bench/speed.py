"""What whole runs cost: stage by stage, beside others' tools, and as the input grows.

    python bench/speed.py INPUT... [--peers ENVIRONMENT] [--growth CURVES.svg] [--set SETTING=VALUE ...]

An INPUT is a file or folder that ``cleanse run`` reads. Each is run once before the clock starts, so that kernels are compiled,
and then measured: CPU seconds of all processes from start to end, wall seconds, the most memory that all had at one time,
looked at ten times a second, and the share of each stage.

With ``--peers``, for each INPUT of JSON lines with ``id`` and ``text``, the deduplicators of bench/dedup_peers.py read the same
file; they neither strip nor find passages nor report. With ``--growth`` each INPUT of JSON lines is also cut to a quarter and a
sixteenth; the exponents of CPU seconds against bytes are fitted for each stage, and drawn.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dedup import installed
from memory import measured

HERE = Path(__file__).parent
#: Stages of less than so many CPU seconds at the largest size have no exponent worth fitting.
_TOO_SHORT = 0.5
_PARTS = (16, 4, 1)
_COLOURS = ("#0b7285", "#c92a2a", "#2b8a3e", "#862e9c", "#e67700", "#364fc7", "#5c940d", "#a61e4d", "#495057")


@dataclass(frozen=True, slots=True)
class Cost:
    """``stages``: CPU seconds of each."""

    megabytes: float
    documents: int
    cpu: float
    wall: float
    peak: float
    stages: dict[str, float]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--growth", type=Path)
    parser.add_argument("--set", action="append", default=[], dest="settings")
    args = parser.parse_args()
    warm(args.inputs[0], args.settings)
    print("| input | documents | MB | CPU s | MB/CPU-s | wall s | peak MB | stages, CPU s |\n|" + "---|" * 8)
    for path in args.inputs:
        print(row(path.name, run(path, args.settings)), flush=True)
        if args.peers and path.suffix == ".jsonl":
            for name, python in installed(args.peers).items():
                print(peer(name, python, path), flush=True)
    curves = {path.name: growth(path, args.settings) for path in args.inputs if args.growth and path.suffix == ".jsonl"}
    for name, costs in curves.items():
        fitted = ", ".join(f"{stage} {exponent:.2f}" for stage, exponent in exponents(costs).items())
        print(f"\n{name}: {' -> '.join(f'{cost.megabytes:.1f}' for cost in costs)} MB, exponents: {fitted}")
        args.growth.write_text(drawing(name, costs), encoding="utf-8")


def run(path: Path, settings: list[str]) -> Cost:
    """One run of cleanse, in processes of its own."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        command = [sys.executable, "-m", "cleanse", "run", "-q", str(path), "-o", str(out)]
        start = time.perf_counter()
        peak, cpu, status = measured([*command, *(f"--set={pair}" for pair in settings)])
        wall = time.perf_counter() - start
        if status:
            raise SystemExit(f"{' '.join(command)} failed")
        told = json.loads((out / "run.json").read_bytes())
    megabytes = sum(entry["bytes"] for entry in told["inputs"]) / 1e6
    return Cost(megabytes, told["counts"]["documents"], cpu, wall, peak / 1e6, told["cpu_seconds"])


def warm(path: Path, settings: list[str]) -> None:
    """A small run, by which kernels are compiled."""
    with tempfile.TemporaryDirectory() as name:
        some = Path(name) / path.name
        if path.is_dir():
            some.mkdir()
            files = sorted(file for file in path.rglob("*") if file.is_file())[:50]
            for number, file in enumerate(files):
                (some / f"{number}{file.suffix}").symlink_to(file.resolve())
            run(some, ["read.follow_links=true", *settings])
        else:
            cut(path, some, path.stat().st_size // 2_000_000 + 1)
            run(some, settings)


def row(name: str, cost: Cost) -> str:
    """A line of the table."""
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in cost.stages.items() if seconds >= 0.01)
    return (
        f"| {name} | {cost.documents:,} | {cost.megabytes:.1f} | {cost.cpu:.1f} | {cost.megabytes / cost.cpu:.2f} "
        f"| {cost.wall:.1f} | {cost.peak:.0f} | {stages} |"
    )


def peer(name: str, python: str, path: Path) -> str:
    """A line of the table for another deduplicator."""
    with tempfile.TemporaryDirectory() as work:
        start = time.perf_counter()
        child = subprocess.Popen(
            [python, str(HERE / "dedup_peers.py"), name, str(path), str(Path(work) / "result.json")],
            env={**os.environ, "RAYON_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(child.pid, 0)
    if status:
        return f"| {path.name}, {name} | failed |"
    cpu, megabytes = used.ru_utime + used.ru_stime, path.stat().st_size / 1e6
    wall = time.perf_counter() - start
    return f"| {path.name}, {name} | | {megabytes:.1f} | {cpu:.1f} | {megabytes / cpu:.2f} | {wall:.1f} | {used.ru_maxrss / 1e3:.0f} | |"


def growth(path: Path, settings: list[str]) -> list[Cost]:
    """What a sixteenth, a quarter and all lines of a file cost."""
    costs = []
    with tempfile.TemporaryDirectory() as name:
        for part in _PARTS:
            some = Path(name) / path.name
            cut(path, some, part)
            costs.append(run(some, settings))
    return costs


def cut(path: Path, target: Path, part: int) -> None:
    """The first ``part``-th of a file, in whole lines."""
    size = path.stat().st_size // part
    with path.open("rb") as source, target.open("wb") as sink:
        while source.tell() < size:
            sink.write(source.readline())


def exponents(costs: list[Cost]) -> dict[str, float]:
    """The slope of log CPU seconds against log bytes, by least squares, of the whole run and of stages that take long enough."""
    sizes = [math.log(cost.megabytes) for cost in costs]
    series = {"all": [cost.cpu for cost in costs]}
    series |= {
        stage: [cost.stages.get(stage, 0.0) for cost in costs]
        for stage, seconds in costs[-1].stages.items()
        if seconds >= _TOO_SHORT
    }
    middle = sum(sizes) / len(sizes)
    spread = sum((size - middle) ** 2 for size in sizes)
    return {
        name: sum((size - middle) * math.log(max(value, 1e-3)) for size, value in zip(sizes, values, strict=True))
        / spread
        for name, values in series.items()
    }


def drawing(name: str, costs: list[Cost]) -> str:
    """The curves on logarithmic axes."""
    fitted = exponents(costs)
    width, height, left, bottom = 640, 400, 60, 340
    sizes = [cost.megabytes for cost in costs]
    most = max(cost.cpu for cost in costs)

    def x(size: float) -> float:
        return left + 360 * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])

    def y(seconds: float) -> float:
        return bottom - 300 * max(0.0, math.log(max(seconds, 1e-3) / 0.01) / math.log(most / 0.01))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<text x="{left}" y="20" font-size="15">CPU seconds of cleanse run as {name} grows</text>',
    ]
    for size in sizes:
        parts.append(f'<line x1="{x(size):.1f}" x2="{x(size):.1f}" y1="40" y2="{bottom}" stroke="#dee2e6"/>')
        parts.append(f'<text x="{x(size):.1f}" y="{bottom + 20}" text-anchor="middle">{size:.0f} MB</text>')
    tick = 0.01
    while tick <= most:
        parts.append(f'<line x1="{left}" x2="{left + 360}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#dee2e6"/>')
        parts.append(f'<text x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
        tick *= 10
    for number, (stage, exponent) in enumerate(fitted.items()):
        values = [cost.cpu if stage == "all" else cost.stages.get(stage, 0.0) for cost in costs]
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, values, strict=True))
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label = 60 + 20 * number
        parts.append(f'<rect x="450" y="{label - 9}" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="470" y="{label + 2}">{stage}: exponent {exponent:.2f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
