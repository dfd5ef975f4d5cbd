"""The flow: read, strip, find duplicates, write, report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

import cleanse
from cleanse import schema
from cleanse.boilerplate.page import Stripped
from cleanse.boilerplate.site import Template, template_of, template_query
from cleanse.boilerplate.stages import FOUND, find_blocks, judge_pages
from cleanse.config import Config
from cleanse.engines import Engine, Local
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
    index: str | Path | None = None,
    update: bool = False,
    command: str = "",
    say: Say = lambda stage: None,
    watch: Watch = lambda batches: batches,
) -> Result:
    """Read inputs, strip, deduplicate, and write corpus and report into the folder ``out``.

    Inputs are files, folders, globs or "-". One that cannot be read is skipped and named in the result. With ``index``
    what the index has seen is a duplicate too; with ``update`` the documents are added to it when the result is written.
    Raises InputNotFound, NothingReadable, OutputError, ConfigError.
    """
    from cleanse.index.run import against
    from cleanse.report import write_report
    from cleanse.write import OutputFolder, write_indexed, write_results

    config = config or Config()
    found = find_inputs(inputs)
    unreadable: list[UnreadableInput] = []
    clock = Clock(say)
    with (
        against(index, config, update=update) as seen,
        OutputFolder(Path(out)) as folder,
        Local(config.run, folder.work) as engine,
    ):
        clock.begin("read")
        batches = read_documents(found, config.read, **_batching(config), on_error=unreadable.append)
        strip_into(engine, watch(_not_empty(batches, inputs, unreadable)), config, clock.begin)
        if seen is None:
            _settle(engine, config, folder.work, clock.begin)
        else:
            seen.settle(engine, folder.work, clock.begin)
        clock.begin("write")
        counts = write_results(engine, folder.new, config.write).to_dict()
        if seen is not None:
            write_indexed(engine, folder.new)
        counts |= {
            "matches": _count(engine, "matches"),
            "clusters": _count(engine, "clusters WHERE survivor"),
            "unreadable": len(unreadable),
        }
        clock.begin("report")
        manifest = _manifest(config, found, unreadable, counts, clock, command)
        if seen is not None:
            manifest["index"] = seen.facts
        (folder.new / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        write_report(folder.new, html=config.write.report)
        clock.begin("")
        folder.finish()
        if seen is not None:
            seen.finish()
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


def _batching(config: Config) -> dict[str, int]:
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
        named = ", ".join(map(str, inputs))
        if unreadable:
            more = f" (and {len(unreadable) - 1} more)" if len(unreadable) > 1 else ""
            raise NothingReadable(f"nothing readable in {named}: {unreadable[0]}{more}")
        raise NothingReadable(f"nothing to read in {named}: no documents there")


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
