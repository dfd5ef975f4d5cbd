"""A run in parts, on machines that share nothing: each finds the blocks of every n-th batch of pages, and one joins them.

Every shard reads all inputs, so that ids and order are those of one run, and takes its own batches apart. Joined, the parts
are the table that one run would have made; what depends on several pages comes after.
"""

from __future__ import annotations

import heapq
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
from pyarrow import ipc

import cleanse
from cleanse import schema
from cleanse.boilerplate.found import FOUND
from cleanse.config import Config, to_config
from cleanse.engines import Local
from cleanse.errors import InputNotFound, UsageError
from cleanse.pipeline import flow
from cleanse.pipeline.manifest import Task, hashed_inputs
from cleanse.pipeline.reading import Reading, unreadable
from cleanse.pipeline.resumption import resumable, settings_facts
from cleanse.pipeline.runs import finish
from cleanse.pipeline.watcher import Clock, Unwatched, Watcher
from cleanse.remote import on_disk
from cleanse.result import Result
from cleanse.verification import file_digest
from cleanse.write import refuse_losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cleanse.engines import Engine
    from cleanse.write import OutputFolder


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """shard.json: one of ``of`` parts, numbered from 1, and what all of them must have in common."""

    version: str
    shard: int
    of: int
    config: dict[str, Any]
    inputs: list[dict[str, Any]]
    unreadable: list[dict[str, str]]
    sha256: str


def run_shard(
    inputs: Sequence[str | Path],
    out: str | Path,
    shard: int,
    of: int,
    config: Config | None = None,
    *,
    fresh: bool = False,
    watcher: Watcher | None = None,
) -> None:
    """Find the blocks of the ``shard``-th of ``of`` parts of the inputs, counted from 1; `merge` makes the rest.

    Raises InputNotFound, NothingReadable, OutputError, ConfigError, and UsageError for a part that there is not.
    """
    config, watcher = config or Config(), watcher or Unwatched()
    if not 1 <= shard <= of:
        raise UsageError(f"shard {shard}/{of}: shards are numbered from 1/{of} to {of}/{of}")
    if not config.strip.enabled:
        raise UsageError("a run in shards shares the work of stripping, and strip.enabled is false: run it whole")
    reading = Reading(inputs, config)
    facts = {"inputs": reading.identity, "shard": f"{shard}/{of}"} | settings_facts(config)

    def make(folder: OutputFolder) -> None:
        with Local(config.run, folder.work, count=watcher.count) as engine:
            clock = Clock(watcher, engine.used)
            clock.begin("read")
            mine = islice(reading.documents(folder.work, watcher), shard - 1, None, of)
            engine.load("documents", mine, schema.DOCUMENT, key=msgspec.json.encode(facts).decode())
            flow.find_blocks(engine, config, clock.begin, apart=True)
            clock.begin("write")
            _write(engine, folder.new / "shard.arrow")
        found = Shard(
            version=cleanse.__version__,
            shard=shard,
            of=of,
            config=msgspec.to_builtins(config),
            inputs=hashed_inputs(reading, watcher),
            unreadable=unreadable(folder.work),
            sha256=file_digest(folder.new / "shard.arrow"),
        )
        (folder.new / "shard.json").write_bytes(msgspec.json.encode(found) + b"\n")
        folder.finish()
        clock.begin("")

    folder_on_disk = on_disk(out)
    refuse_losses(folder_on_disk, reading.files)
    resumable(folder_on_disk, facts, watcher, make, fresh=fresh, workdir=config.run.workdir)


def merge(
    parts: Sequence[str | Path],
    out: str | Path,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    command: str = "",
    fresh: bool = False,
    watcher: Watcher | None = None,
) -> Result:
    """Join the folders that `run_shard` has filled, and go on as `run` does, with the same result.

    ``settings`` are laid over those of the shards; how pages are read and stripped can no longer change. Raises
    InputNotFound, OutputError, ConfigError, and UsageError for parts that do not belong together.
    """
    folders = [on_disk(part) for part in parts]
    shards = [_read(folder) for folder in folders]
    _check(folders, shards)
    base = to_config(shards[0].config, str(folders[0]))
    tree: dict[str, Any] = msgspec.to_builtins(base)
    for section, values in (settings or {}).items():
        tree[section] = {**tree.get(section, {}), **values}
    task = Task(config=to_config(tree, "settings"), command=command, watcher=watcher or Unwatched())
    for section in ("read", "strip"):
        if getattr(task.config, section) != getattr(base, section):
            raise UsageError(f"settings: {section} is settled by the shards; run them again to change it")
    facts = {"shards": " ".join(shard.sha256 for shard in shards)} | settings_facts(task.config)

    def make(folder: OutputFolder) -> None:
        with Local(task.config.run, folder.work, count=task.watcher.count) as engine:
            clock = Clock(task.watcher, engine.used)
            clock.begin("read")
            engine.load("found", _joined(folders), FOUND, key=facts["shards"])
            flow.judge_pages(engine, task.config, clock.begin, apart=True)
            flow.find_duplicates(engine, task.config, folder.work, clock.begin)
            finish(engine, folder, task, clock, shards[0].inputs, shards[0].unreadable)

    folder_on_disk = on_disk(out)
    refuse_losses(folder_on_disk, [str(folder / "shard.arrow") for folder in folders], task.config.write.format)
    resumable(folder_on_disk, facts, task.watcher, make, fresh=fresh, workdir=task.config.run.workdir)
    return Result(folder_on_disk)


def _write(engine: Engine, path: Path) -> None:
    with (
        pa.OSFile(str(path), "wb") as sink,
        ipc.new_stream(sink, FOUND, options=ipc.IpcWriteOptions(compression="zstd")) as writer,
    ):
        for batch in engine.stream("found"):
            writer.write_batch(batch)


def _read(folder: Path) -> Shard:
    try:
        return msgspec.json.decode((folder / "shard.json").read_bytes(), type=Shard)
    except (FileNotFoundError, NotADirectoryError):
        raise InputNotFound(f"{folder}: holds no shard; give the folders that cleanse run --shard has filled") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{folder / 'shard.json'}: cannot be read: {error}; run this shard again") from None


def _check(folders: Sequence[Path], shards: Sequence[Shard]) -> None:
    first, of = shards[0], shards[0].of
    for folder, shard in zip(folders, shards, strict=True):
        for name in ("version", "of", "config", "inputs", "unreadable"):
            if getattr(shard, name) != getattr(first, name):
                raise UsageError(f"{folder}: its {name} is not that of {folders[0]}; run both with the same command")
        if file_digest(folder / "shard.arrow") != shard.sha256:
            raise UsageError(f"{folder / 'shard.arrow'}: is not as it was written; run this shard again")
    numbers = [shard.shard for shard in shards]
    for number in range(1, of + 1):
        if numbers.count(number) != 1:
            what = "is missing" if number not in numbers else "is there twice"
            raise UsageError(f"shard {number}/{of} {what}; give each of the {of} folders once")


def _joined(folders: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    """The batches of all shards in the order in which one run would have read their documents."""
    yield from heapq.merge(*map(_batches, folders), key=lambda batch: batch["order"][0].as_py())


def _batches(folder: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(folder / "shard.arrow")) as source, ipc.open_stream(source) as reader:
        yield from (batch for batch in reader if len(batch))
