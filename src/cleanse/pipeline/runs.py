"""A run: read, strip, find duplicates, write, report; one that was stopped is gone on with."""

from __future__ import annotations

import shutil
import weakref
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from cleanse import schema
from cleanse.config import Config
from cleanse.engines import Distributed, Engine, Local
from cleanse.errors import ConfigError, UsageError
from cleanse.memory import kernel_threads
from cleanse.pipeline import distributed, flow
from cleanse.pipeline.manifest import Task, hashed_inputs, write_manifest
from cleanse.pipeline.reading import Reading, unreadable
from cleanse.pipeline.resumption import resumable, settings_facts
from cleanse.pipeline.watcher import Clock, Unwatched, Watcher
from cleanse.read.unstripped import tell_of_markup
from cleanse.remote import is_remote
from cleanse.report import write_report
from cleanse.result import Result
from cleanse.write import refuse_losses, set_aside, staged, write_indexed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cleanse.index.run import RunIndex
    from cleanse.write import OutputFolder


def run(
    inputs: Sequence[str | Path],
    out: str | Path,
    config: Config | None = None,
    *,
    index: str | Path | None = None,
    update: bool = False,
    engine: Distributed | None = None,
    command: str = "",
    fresh: bool = False,
    watcher: Watcher | None = None,
) -> Result:
    """Read inputs, strip, deduplicate, and write corpus and report into the folder ``out``.

    Inputs are files, folders, globs, addresses such as s3://bucket/pages, or "-"; ``out`` may be an address, too: then the
    result is uploaded there at the end. One input that cannot be read is skipped and named in the result. A run that was
    stopped in the same folder is gone on with, as far as its inputs and settings are the same, unless ``fresh``. With
    ``index`` what the index has seen is a duplicate too; with ``update`` the documents are added to it when the result is
    written. With an ``engine``, its machines make all tables, and find the inputs at the same paths. Raises InputNotFound,
    NothingReadable, OutputError, ConfigError.
    """
    task = Task(config=config or Config(), command=command, watcher=watcher or Unwatched())
    reading = Reading(inputs, task.config)
    facts = {"inputs": reading.identity} | settings_facts(task.config)

    def make(folder: OutputFolder) -> None:
        if seen is not None and seen.finished(folder.work):
            return
        with Local(task.config.run, folder.work, count=task.watcher.count) as tables:
            clock = Clock(task.watcher, tables.used)
            clock.begin("read")
            flow.expect_pages(tables, task.config)
            made_of = facts["inputs"] + facts["version"] + facts["settings of reading"]
            documents = reading.documents(folder.work, task.watcher)
            if not task.config.strip.enabled:
                documents = tell_of_markup(documents, task.watcher.say)
            tables.load("documents", documents, schema.DOCUMENT, key=made_of)
            flow.strip_pages(tables, task.config, clock.begin, apart=True)
            if seen is None:
                flow.find_duplicates(tables, task.config, folder.work, clock.begin)
            else:
                seen.settle(tables, folder.work, clock.begin)
            finish(tables, folder, task, clock, hashed_inputs(reading, task.watcher), unreadable(folder.work), seen)

    def make_apart(folder: OutputFolder, engine: Distributed) -> None:
        with engine as tables:
            clock = Clock(task.watcher, tables.used)
            clock.begin("read")
            reading.documents_apart(tables, folder.work)
            distributed.strip_pages(tables, task.config, clock.begin)
            distributed.find_duplicates(tables, task.config, clock.begin)
            finish(tables, folder, task, clock, hashed_inputs(reading, task.watcher), unreadable(folder.work))

    if engine is not None and index is not None:
        raise UsageError("an index is read by one machine: leave out the engine, or the index")
    with _against(index, task.config, update=update) as seen, staged(str(out)) as local:
        facts |= {"index": seen.state} if seen else {}
        refuse_losses(local, reading.files, task.config.write.format)
        resumable(
            local,
            facts,
            task.watcher,
            make if engine is None else partial(make_apart, engine=engine),
            fresh=fresh,
            workdir=task.config.run.workdir,
        )
    if not is_remote(str(out)):
        return Result(local)
    result = Result(set_aside(local))
    weakref.finalize(result, shutil.rmtree, result.folder, ignore_errors=True)
    return result


def finish(
    engine: Engine,
    folder: OutputFolder,
    task: Task,
    clock: Clock,
    inputs: Sequence[dict[str, Any]],
    missing: Sequence[dict[str, str]],
    seen: RunIndex | None = None,
) -> None:
    """Corpus, tables and report of the tables that are settled; with ``seen`` its index has the documents then."""
    from cleanse.write.results import write_results  # kernels, which nothing before duplicates are found needs

    clock.begin("write")
    counts = write_results(engine, folder.new, task.config.write, kernel_threads(task.config.run)).to_dict()
    if seen is not None:
        write_indexed(engine, folder.new)
    counts |= {
        "matches": _count(engine, "matches"),
        "clusters": _count(engine, "clusters WHERE survivor"),
        "unreadable": len(missing),
    }
    clock.begin("report")
    write_manifest(
        folder.new, task, inputs=inputs, unreadable=missing, counts=counts, stages=clock.stages,
        index=seen.facts if seen else None,
    )  # fmt: skip
    write_report(folder.new, html=task.config.write.report)
    folder.finish()
    if seen is not None:
        seen.finish(folder.work)
    clock.begin("")


def _against(index: str | Path | None, config: Config, *, update: bool) -> AbstractContextManager[RunIndex | None]:
    if index is None:
        if update:
            raise ConfigError("--update needs --index FILE, the index to update")
        return nullcontext()
    from cleanse.index.run import against

    return against(index, config, update=update)


def _count(engine: Engine, table: str) -> int:
    return int(next(engine.stream(f"SELECT count(*) AS n FROM {table}"))["n"][0].as_py())
