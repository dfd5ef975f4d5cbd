"""Whether a run keeps to its memory: the peak of all its processes, for a corpus much larger than the limit.

    python bench/memory.py FOLDER [GIGABYTES] [LIMIT] [run|dedupe] [THREADS]

Writes GIGABYTES (5) of documents of 300 to 800 words to FOLDER/corpus.jsonl, every fifth an edited copy of one before it,
and runs `cleanse run --memory LIMIT` (1GB), or `cleanse dedupe`, on it, which goes on where it was stopped. Prints where it is every
half minute. Linux only: what is resident, mapped files and shared libraries included, is added up over the processes, ten
times a second.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_VOCABULARY = 200_000
#: Documents that copies are made of.
_RECENT = 5_000
_SAID_EVERY = 30


def main(folder: Path, gigabytes: float = 5.0, limit: str = "1GB", command: str = "run", threads: int = 2) -> None:
    """Print input, peak of memory and of the work folder, and processor seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus, out = folder / "corpus.jsonl", folder / "out"
    if not corpus.exists() or corpus.stat().st_size < gigabytes * 1e9:
        write(corpus, int(gigabytes * 1e9))
    arguments = [str(corpus), "-o", str(out), "--memory", limit, "--threads", str(threads), "--quiet"]
    peak, seconds, status = measured([sys.executable, "-m", "cleanse", command, *arguments], out / ".cleanse-work")
    if status:
        raise SystemExit(f"the run ended with {status}")
    size, counts = corpus.stat().st_size / 1e6, json.loads((out / "run.json").read_text())["counts"]
    print(
        f"cleanse {command}, {counts['documents']:,} documents, {size:,.0f} MB, limit {limit}, {threads} threads: "
        f"peak {peak / 1e6:,.0f} MB, {seconds:,.0f} CPU seconds"
    )


def write(corpus: Path, size: int) -> int:
    """Documents of about so many bytes, the same ones each time; how many."""
    source = random.Random(1)
    words = ["".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=source.randint(2, 9))) for _ in range(_VOCABULARY)]
    recent: list[list[str]] = []
    written = documents = 0
    with corpus.open("w", encoding="utf-8") as file:
        while written < size:
            if documents % 5 == 4:
                text = [word if source.random() < 0.9 else source.choice(words) for word in source.choice(recent)]
            else:
                text = source.choices(words, k=source.randint(300, 800))
                recent.append(text)
                if len(recent) > _RECENT:
                    recent[source.randrange(_RECENT)] = recent.pop()
            written += file.write(json.dumps({"id": f"d{documents}", "text": " ".join(text)}) + "\n")
            documents += 1
    return documents


def measured(command: list[str], work: Path | None = None) -> tuple[int, float, int]:
    """The most bytes that a command and its children had at once, its processor seconds, and how it ended.

    With the folder that it works in, its progress is printed.
    """
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak, began, said = 0, time.monotonic(), 0
    while True:
        ended, status, used = os.wait4(child.pid, os.WNOHANG)
        if ended:
            child.returncode = os.waitstatus_to_exitcode(status)
            return peak, used.ru_utime + used.ru_stime, child.returncode
        peak = max(peak, sum(map(resident, family(child.pid))))
        if work is not None and time.monotonic() - began > _SAID_EVERY * said:
            said += 1
            stage, disk = progress(work)
            print(
                f"{time.monotonic() - began:8,.0f} s  peak {peak / 1e6:6,.0f} MB  work {disk / 1e6:8,.0f} MB  {stage}",
                flush=True,
            )
        time.sleep(0.1)


def progress(work: Path) -> tuple[str, int]:
    """The table or file of a work folder that was touched last, and the bytes of all."""
    files = []
    for folder, _, names in os.walk(work):
        for path in (Path(folder) / name for name in names):
            with suppress(FileNotFoundError):
                files.append((path.stat().st_mtime, path, path.stat().st_size))
    if not files:
        return "", 0
    _, last, _ = max(files)
    return f"{last.parent.name}/{last.name}", sum(size for _, _, size in files)


def family(process: int) -> list[int]:
    """A process and all that it has started, and they."""
    try:
        children = [child for thread in Path(f"/proc/{process}/task").iterdir() for child in _started_by(thread)]
    except OSError:  # it has ended
        return [process]
    return [process, *(member for child in children for member in family(child))]


def _started_by(thread: Path) -> list[int]:
    return [int(child) for child in (thread / "children").read_text().split()]


def resident(process: int) -> int:
    """The bytes of a process that are in memory."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    given = zip((float, str, str, int), sys.argv[2:], strict=False)
    main(Path(sys.argv[1]), *(kind(value) for kind, value in given))
