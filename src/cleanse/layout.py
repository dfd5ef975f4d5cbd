"""Layouts: where the corpus of a run lies in its folder, and what there is somebody else's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

#: Stands in the dataset card that a run has written.
CARD_MARK = "<!-- written by cleanse: the next run replaces it -->"

#: The endings of JSON lines, and how they are compressed.
LINES = {".jsonl": "none", ".jsonl.gz": "gz", ".jsonl.zst": "zst"}

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


def foreign(folder: Path) -> list[str]:
    """Names of results in a folder that may well be somebody else's, and that no run has made there."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for name in ("corpus", "data"):
        if (folder / name).is_dir():
            names |= {f"{name}/{path.name}" for path in (folder / name).iterdir()}
    card = folder / "README.md"
    return foreign_among(names, card.read_text(encoding="utf-8", errors="replace") if card.is_file() else "")


def foreign_among(names: Collection[str], card: str) -> list[str]:
    """`foreign` for the paths below a folder and the text of the README.md there."""
    found = []
    if "corpus/index.jsonl" not in names and _others(names, "corpus", _PART):
        found.append("corpus")
    if _others(names, "data", _TRAIN):
        found.append("data")
    if "README.md" in names and CARD_MARK not in card:
        found.append("README.md")
    return found


def _matching(folder: Path, name: re.Pattern[str]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if name.fullmatch(path.name)) if folder.is_dir() else []


def _others(names: Collection[str], folder: str, ours: re.Pattern[str]) -> bool:
    inside = [name.removeprefix(f"{folder}/") for name in names if name.startswith(f"{folder}/")]
    return not all(map(ours.fullmatch, inside))
