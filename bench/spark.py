"""What a run on Spark costs, and whether its result is that of one machine.

    python bench/spark.py CORPUS.jsonl MASTER [SETTING=VALUE ...]

cuts the corpus into 16 files, runs ``cleanse dedupe`` on them with ``--engine spark --master MASTER`` (as in
"local-cluster[2,1,2048]") and on this machine, compares what both wrote, and prints as JSON: documents and MB; of each
the seconds and the CPU seconds of all its processes; the MB that Spark shuffled; whether the results are the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

_FILES = 16
#: Seconds between looks at what the processes have used: a process that ends in between is counted up to the last look.
_LOOK = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")


def main(corpus: Path, master: str, *settings: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = cut(corpus, folder / "in")
        given = [f"--set={pair}" for pair in ("write.report=false", *settings)]
        command = [sys.executable, "-m", "cleanse", "dedupe", "-q", *given, str(folder / "in"), "-o"]
        (folder / "log").mkdir()
        plain = "--conf spark.eventLog.compress=false --conf spark.eventLog.rolling.enabled=false"
        log = f"--conf spark.eventLog.enabled=true {plain} --conf spark.eventLog.dir={(folder / 'log').as_uri()}"
        memory = "--conf spark.executor.memory=2g --conf spark.ui.enabled=false"
        logged = {"PYSPARK_SUBMIT_ARGS": f"{log} {memory} pyspark-shell"}
        local = measured([*command, str(folder / "local")])
        spark = measured([*command, str(folder / "spark"), "--engine", "spark", "--master", master], logged)
        result = {
            "documents": lines,
            "mb": round(corpus.stat().st_size / 1e6),
            "local": local,
            "spark": spark | {"shuffled_mb": round(shuffled(folder / "log") / 1e6)},
            "same": written(folder / "local") == written(folder / "spark"),
        }
        print(json.dumps(result), flush=True)


def cut(corpus: Path, folder: Path) -> int:
    """The lines of the corpus in files of the folder; how many."""
    folder.mkdir()
    with corpus.open("rb") as file:
        lines = file.readlines()
    for k in range(_FILES):
        first, last = (len(lines) * part // _FILES for part in (k, k + 1))
        (folder / f"{k:02}.jsonl").write_bytes(b"".join(lines[first:last]))
    return len(lines)


def measured(command: list[str], environment: dict[str, str] | None = None) -> dict[str, float]:
    """Seconds, and CPU seconds of a command and all processes that it starts."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | (environment or {}))
    used: dict[tuple[int, int], int] = {}
    while process.poll() is None:
        used |= ticks(process.pid)
        time.sleep(_LOOK)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return {"seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(sum(used.values()) / _TICKS, 1)}


def ticks(root: int) -> dict[tuple[int, int], int]:
    """CPU time of a process and its descendants, by their number and start."""
    processes = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        processes[int(path.parent.name)] = int(fields[1]), int(fields[19]), int(fields[11]) + int(fields[12])
    family, found = {root}, {root}
    while found:
        found = {pid for pid, (parent, _, _) in processes.items() if parent in found}
        family |= found
    return {(pid, processes[pid][1]): processes[pid][2] for pid in family if pid in processes}


def shuffled(folder: Path) -> int:
    """Bytes that the tasks of the logged application wrote for others to read."""
    total = 0
    for path in folder.rglob("*"):
        if path.is_file():
            for line in path.open(encoding="utf-8"):
                if line.startswith('{"Event":"SparkListenerTaskEnd"'):
                    metrics = json.loads(line).get("Task Metrics") or {}
                    total += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return total


def written(folder: Path) -> dict[str, Any]:
    """All that a run wrote, but its times."""
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in ("kept", "dropped", "matches", "clusters")}
    return tables | {"corpus": (folder / "corpus.jsonl").read_bytes()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
