"""run.json: what a run was asked for, what it read and wrote, and what came of it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import cleanse
from cleanse.read.identity import state
from cleanse.read.inputs import STDIN
from cleanse.remote import is_remote, public
from cleanse.verification import file_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleanse.config import Config
    from cleanse.pipeline.reading import Reading
    from cleanse.pipeline.watcher import Spent, Watcher
    from cleanse.read import Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a run was asked for."""

    config: Config
    command: str
    watcher: Watcher


def write_manifest(
    folder: Path,
    task: Task,
    *,
    inputs: Sequence[dict[str, Any]],
    unreadable: Sequence[dict[str, str]],
    counts: dict[str, Any],
    stages: Mapping[str, Spent],
    index: dict[str, Any] | None = None,
) -> None:
    """Write run.json into a folder that holds all other files of the run, the report aside; ``index`` if there was one."""
    manifest = {
        "version": cleanse.__version__,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": public(task.command),
        "fingerprint": task.config.fingerprint(),
        "config": msgspec.to_builtins(task.config),
        "inputs": inputs,
        "unreadable": unreadable,
        "files": _digests(folder),
        "counts": counts,
        "seconds": {name: round(spent.seconds, 3) for name, spent in stages.items()},
        "cpu_seconds": {name: round(spent.cpu, 3) for name, spent in stages.items()},
        "peak_bytes": {name: spent.peak for name, spent in stages.items()},
    }
    if index is not None:
        manifest["index"] = index
    (folder / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def hashed_inputs(reading: Reading, watcher: Watcher) -> list[dict[str, Any]]:
    """The inputs as run.json has them: path, bytes, sha256; null where a file is gone, refused or none.

    One that is not as it was when the run began has ``changed`` instead of a hash, and the watcher is told.
    """
    rows = [_hashed(entry, before) for entry, before in zip(reading.inputs, reading.states, strict=True)]
    changed = [row["path"] for row in rows if "changed" in row]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        watcher.say(f"changed while the run worked, so that run.json has no hash: {changed[0]}{more}")
    return rows


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}


def _hashed(entry: Input, before: tuple[int, int | str]) -> dict[str, Any]:
    if is_remote(entry.path):  # not fetched a second time: what its store calls its version
        size, tag = before
        return {
            "path": entry.label,
            "bytes": size or None,
            "sha256": None,
            "version": tag if isinstance(tag, str) else "",
        }
    row: dict[str, Any] = {"path": entry.label, "bytes": None, "sha256": None}
    path = Path(entry.path)
    # a pipe or a device would be waited for
    if entry.refusal or entry.path == STDIN or (os.path.exists(path) and not os.path.isfile(path)):
        return row
    digest = None
    with suppress(OSError):
        digest = file_digest(path)
    if state(entry) != before:
        return row | {"changed": True}
    return row if digest is None else row | {"bytes": before[0], "sha256": digest}
