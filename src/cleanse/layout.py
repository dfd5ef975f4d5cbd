"""Layouts: what a run leaves in its folder, where the corpus lies there, and what there is somebody else's."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

#: The files and folders that a run leaves. They are moved in in this order.
RESULTS = (
    "run.json",
    "corpus.jsonl",
    "corpus.jsonl.gz",
    "corpus.jsonl.zst",
    "corpus.parquet",
    "corpus",
    "data",
    "README.md",
    "kept.parquet",
    "dropped.parquet",
    "matches.parquet",
    "clusters.parquet",
    "indexed.parquet",
    "report.json",
    "report.html",
    "compare.html",
    "shard.json",
    "shard.arrow",
)

#: Lies in the folder while files of two runs may stand side by side.
UNFINISHED = "UNFINISHED"

#: Stands in the dataset card that a run has written.
CARD_MARK = "<!-- written by cleanse: the next run replaces it -->"

#: The endings of JSON lines, and how they are compressed.
LINES = {".jsonl": "none", ".jsonl.gz": "gz", ".jsonl.zst": "zst"}

#: The results that say what made the folder, how they begin, and in so many bytes they tell.
_MANIFESTS = ("run.json", "shard.json")
_MANIFEST = re.compile(rb'\{\s*"version": ?"(?=.*"config": ?\{)', re.DOTALL)
HEAD = 4_000_000

_PART = re.compile(r"part-\d{5,}(\.parquet|\.jsonl(\.gz|\.zst)?)")
_TRAIN = re.compile(r"train-\d{5,}-of-\d{5,}\.parquet")


class Layout(NamedTuple):
    """``form`` is parquet, jsonl or txt, for which ``files`` is the index; "" where there is no corpus."""

    form: str
    files: list[Path]


def corpus_layout(folder: Path) -> Layout:
    """The files of the corpus in a run's folder, in order."""
    if (table := folder / "corpus.parquet").exists():
        return Layout("parquet", [table])
    for ending in LINES:
        if (lines := folder / f"corpus{ending}").exists():
            return Layout("jsonl", [lines])
    if (index := folder / "corpus" / "index.jsonl").exists():
        return Layout("txt", [index])
    parts = _matching(folder / "corpus", _PART) or _matching(folder / "data", _TRAIN)
    if not parts:
        return Layout("", [])
    return Layout("parquet" if parts[0].suffix == ".parquet" else "jsonl", parts)


def results(folder: Path) -> list[str]:
    """The names that a run may replace there, and that are no input: those of results but for what is somebody else's."""
    theirs = foreign(folder)
    return [name for name in RESULTS if name not in theirs]


def foreign(folder: Path) -> list[str]:
    """The names of results in a folder that no run has made there."""
    return foreign_among(_names(folder), lambda name: _head(folder / name))


def foreign_among(names: Collection[str], head: Callable[[str], bytes]) -> list[str]:
    """`foreign` for the paths below a folder; ``head`` reads the first `HEAD` bytes of one."""
    if UNFINISHED in names or any(name in names and _MANIFEST.match(head(name)) for name in _MANIFESTS):
        return _plainly_foreign(names, head)
    top = {name.partition("/")[0] for name in names}
    return [name for name in RESULTS if name in top]


def plainly_foreign(folder: Path) -> list[str]:
    """Those of `foreign` that can be told from results even where a run has been."""
    return _plainly_foreign(_names(folder), lambda name: _head(folder / name))


def _plainly_foreign(names: Collection[str], head: Callable[[str], bytes]) -> list[str]:
    found = []
    if "corpus/index.jsonl" not in names and _others(names, "corpus", _PART):
        found.append("corpus")
    if _others(names, "data", _TRAIN):
        found.append("data")
    if "README.md" in names and CARD_MARK.encode() not in head("README.md"):
        found.append("README.md")
    return found


def _names(folder: Path) -> set[str]:
    """The paths of results in a folder."""
    names = set()
    for name in (*RESULTS, UNFINISHED):
        path = folder / name
        if path.is_dir():
            with suppress(OSError):
                names |= {f"{name}/{inside.name}" for inside in path.iterdir()}
        elif os.path.lexists(path):
            names.add(name)
    return names


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def _matching(folder: Path, name: re.Pattern[str]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if name.fullmatch(path.name)) if folder.is_dir() else []


def _others(names: Collection[str], folder: str, ours: re.Pattern[str]) -> bool:
    inside = [name.removeprefix(f"{folder}/") for name in names if name.startswith(f"{folder}/")]
    return not all(map(ours.fullmatch, inside))
