"""The flow: read, strip, find duplicates, write, report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypedDict

import msgspec
import pyarrow as pa

import cleanse
from cleanse import schema
from cleanse.boilerplate.page import Stripped
from cleanse.boilerplate.site import Template, template_of, template_query
from cleanse.boilerplate.stages import FOUND, find_blocks, judge_pages
from cleanse.config import Config
from cleanse.engines import Distributed, Engine, Local
from cleanse.errors import NothingReadable, UnreadableInput
from cleanse.read import Input, find_inputs, from_objects, read_documents
from cleanse.result import Duplicates, Result

#: Called with the name of each stage as it begins.
Say = Callable[[str], None]
#: Wraps the stream of documents, to count them for a progress bar.
Watch = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


@dataclass(slots=True)
class Clock:
    """Seconds by stage."""

    say: Say
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = 0.0

    def begin(self, stage: str) -> None:
        """End the stage before and begin the next one."""
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = round(self.seconds.get(self._stage, 0.0) + now - self._since, 3)
        self._stage, self._since = stage, now
        if stage:
            self.say(stage)


def run(
    inputs: Sequence[str | Path],
    out: str | Path,
    config: Config | None = None,
    *,
    engine: Distributed | None = None,
    command: str = "",
    say: Say = lambda stage: None,
    watch: Watch = lambda batches: batches,
) -> Result:
    """Read inputs, strip, deduplicate, and write corpus and report into the folder ``out``.

    Inputs are files, folders, globs or "-"; one that cannot be read is skipped and named in the result. With an
    ``engine``, its machines make all tables, and find the inputs at the same paths. Raises InputNotFound,
    NothingReadable, OutputError, ConfigError.
    """
    from cleanse.report import write_report
    from cleanse.write import OutputFolder, write_results

    config = config or Config()
    found = find_inputs(inputs)
    unreadable: list[UnreadableInput] = []
    clock = Clock(say)
    with OutputFolder(Path(out)) as folder, engine or Local(config.run, folder.work) as tables:
        clock.begin("read")
        if engine:
            _judge_apart(engine, found, inputs, config, unreadable, clock.begin)
        else:
            batches = read_documents(found, config.read, **_batching(config), on_error=unreadable.append)
            strip_into(tables, watch(_not_empty(batches, inputs, unreadable)), config, clock.begin)
            _settle(tables, config, folder.work, clock.begin)
        clock.begin("write")
        counts = write_results(tables, folder.new, config.write).to_dict()
        counts |= {
            "matches": _count(tables, "matches"),
            "clusters": _count(tables, "clusters WHERE survivor"),
            "unreadable": len(unreadable),
        }
        clock.begin("report")
        manifest = _manifest(config, found, unreadable, counts, clock, command)
        (folder.new / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        write_report(folder.new, html=config.write.report)
        clock.begin("")
        folder.finish()
    return Result(Path(out))


def strip_all(documents: object, config: Config | None = None) -> list[Stripped]:
    """Strip many documents, using what repeats over the pages of each source.

    ``documents`` is Arrow data, or an iterable of strings or of dicts with text or html and optional id, source, url.
    """
    config = config or Config()
    with Local(config.run) as engine:
        strip_into(engine, from_objects(documents, config.read, **_batching(config)), config)
        return [Stripped.of(row) for batch in engine.stream("pages") for row in batch.to_pylist()]


def find_duplicates(documents: object, config: Config | None = None, *, say: Say = lambda stage: None) -> Duplicates:
    """Find near-duplicate documents and passages; nothing is stripped. ``documents`` as in `strip_all`."""
    config = config or Config()
    config = msgspec.structs.replace(config, strip=msgspec.structs.replace(config.strip, enabled=False))
    with Local(config.run) as engine:
        strip_into(engine, from_objects(documents, config.read, **_batching(config)), config)
        _settle(engine, config, engine.folder, say)
        return Duplicates.of(engine, config.dedup)


def strip_into(
    engine: Engine, documents: Iterable[pa.RecordBatch], config: Config, say: Say = lambda stage: None
) -> None:
    """Make the table ``pages`` of documents."""
    if not config.strip.enabled:
        from cleanse.dedup.whole import whole_pages

        engine.load("pages", whole_pages(iter(documents)), schema.PAGE)
        return
    engine.load("found", find_blocks(config.strip)(iter(documents)), FOUND)
    say("strip")
    engine.map("found", judge_pages(config.strip, _template(engine, config)), "pages", schema.PAGE)
    engine.drop("found")


def _template(engine: Engine, config: Config) -> Template:
    if not config.strip.site_evidence:
        return {}
    rows = engine.stream(template_query(config.strip))
    return template_of((row["source"], row["key"]) for batch in rows for row in batch.to_pylist())


def _settle(engine: Engine, config: Config, folder: Path, say: Say) -> None:
    from cleanse.dedup.stages import deduplicate, settle_nothing

    if config.dedup.enabled:
        deduplicate(engine, config.dedup, folder, config.run.threads or os.cpu_count() or 1, say)
    else:
        settle_nothing(engine)


def _judge_apart(
    engine: Distributed,
    found: Sequence[Input],
    inputs: Sequence[str | Path],
    config: Config,
    unreadable: list[UnreadableInput],
    say: Say,
) -> None:
    """All tables of a run, made by the machines of the engine."""
    from cleanse.dedup import distributed
    from cleanse.dedup.stages import settle_nothing
    from cleanse.distributed import read_apart, strip_apart

    if not read_apart(engine, found, config, unreadable.append):
        raise _nothing(inputs, unreadable)
    strip_apart(engine, config, say)
    if config.dedup.enabled:
        distributed.deduplicate(engine, config.dedup, say)
    else:
        settle_nothing(engine)


class _Batching(TypedDict):
    batch_documents: int
    batch_bytes: int


def _batching(config: Config) -> _Batching:
    return {"batch_documents": config.run.batch_documents, "batch_bytes": config.run.batch_bytes}


def _not_empty(
    batches: Iterator[pa.RecordBatch], inputs: Sequence[str | Path], unreadable: list[UnreadableInput]
) -> Iterator[pa.RecordBatch]:
    """The batches; NothingReadable after the last when there was no document in any."""
    documents = 0
    for batch in batches:
        documents += len(batch)
        yield batch
    if not documents:
        raise _nothing(inputs, unreadable)


def _nothing(inputs: Sequence[str | Path], unreadable: list[UnreadableInput]) -> NothingReadable:
    named = ", ".join(map(str, inputs))
    if unreadable:
        more = f" (and {len(unreadable) - 1} more)" if len(unreadable) > 1 else ""
        return NothingReadable(f"nothing readable in {named}: {unreadable[0]}{more}")
    return NothingReadable(f"nothing to read in {named}: no documents there")


def _count(engine: Engine, table: str) -> int:
    return int(next(engine.stream(f"SELECT count(*) AS n FROM {table}"))["n"][0].as_py())


def _manifest(
    config: Config,
    inputs: Sequence[Input],
    unreadable: Sequence[UnreadableInput],
    counts: dict[str, Any],
    clock: Clock,
    command: str,
) -> dict[str, Any]:
    return {
        "version": cleanse.__version__,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "fingerprint": config.fingerprint(),
        "config": msgspec.to_builtins(config),
        "inputs": [_hashed(entry) for entry in inputs],
        "unreadable": [{"path": error.path, "place": error.place, "error": error.problem} for error in unreadable],
        "counts": counts,
        "seconds": clock.seconds,
    }


def _hashed(entry: Input) -> dict[str, Any]:
    try:
        with open(entry.path, "rb") as file:
            digest = sha256()
            size = 0
            while chunk := file.read(2**20):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return {"path": entry.label, "bytes": None, "sha256": None}
    return {"path": entry.label, "bytes": size, "sha256": digest.hexdigest()}
