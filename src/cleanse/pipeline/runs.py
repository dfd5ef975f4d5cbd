"""A run: read, strip, find duplicates, write, report; one that was stopped is gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleanse import schema
from cleanse.config import Config
from cleanse.engines import Engine, Local
from cleanse.pipeline import flow
from cleanse.pipeline.manifest import Task, hashed_inputs, write_manifest
from cleanse.pipeline.reading import Reading, unreadable
from cleanse.pipeline.resumption import resumable, settings_facts
from cleanse.pipeline.watcher import Clock, Unwatched, Watcher
from cleanse.report import write_report
from cleanse.result import Result
from cleanse.write import write_results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleanse.write import OutputFolder


def run(
    inputs: Sequence[str | Path],
    out: str | Path,
    config: Config | None = None,
    *,
    command: str = "",
    fresh: bool = False,
    watcher: Watcher | None = None,
) -> Result:
    """Read inputs, strip, deduplicate, and write corpus and report into the folder ``out``.

    Inputs are files, folders, globs or "-". One that cannot be read is skipped and named in the result. A run that was
    stopped in the same folder is gone on with, as far as its inputs and settings are the same, unless ``fresh``. Raises
    InputNotFound, NothingReadable, OutputError, ConfigError.
    """
    task = Task(config=config or Config(), command=command, watcher=watcher or Unwatched())
    reading = Reading(inputs, task.config)
    facts = {"inputs": reading.identity} | settings_facts(task.config)

    def make(folder: OutputFolder) -> None:
        clock = Clock(task.watcher)
        with Local(task.config.run, folder.work, count=task.watcher.count) as engine:
            clock.begin("read")
            made_of = facts["inputs"] + facts["version"] + facts["settings of reading"]
            engine.load("documents", reading.documents(folder.work, task.watcher), schema.DOCUMENT, key=made_of)
            flow.strip_pages(engine, task.config, clock.begin, apart=True)
            finish(engine, folder, task, clock, hashed_inputs(reading.inputs), unreadable(folder.work))

    resumable(Path(out), facts, task.watcher, make, fresh=fresh, workdir=task.config.run.workdir)
    return Result(Path(out))


def finish(
    engine: Engine,
    folder: OutputFolder,
    task: Task,
    clock: Clock,
    inputs: Sequence[dict[str, Any]],
    missing: Sequence[dict[str, str]],
) -> None:
    """All that is done once the table ``pages`` is there: duplicates, corpus and tables, report."""
    flow.find_duplicates(engine, task.config, folder.work, clock.begin)
    clock.begin("write")
    counts = write_results(engine, folder.new, task.config.write).to_dict()
    counts |= {
        "matches": _count(engine, "matches"),
        "clusters": _count(engine, "clusters WHERE survivor"),
        "unreadable": len(missing),
    }
    clock.begin("report")
    write_manifest(folder.new, task, inputs=inputs, unreadable=missing, counts=counts, seconds=clock.seconds)
    write_report(folder.new, html=task.config.write.report)
    clock.begin("")
    folder.finish()


def _count(engine: Engine, table: str) -> int:
    return int(next(engine.stream(f"SELECT count(*) AS n FROM {table}"))["n"][0].as_py())
