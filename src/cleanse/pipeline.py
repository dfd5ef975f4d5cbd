"""The flow: read, strip, find duplicates, write, report."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

import cleanse
from cleanse import schema
from cleanse.boilerplate.page import Stripped
from cleanse.boilerplate.site import template_of, template_query
from cleanse.boilerplate.stages import FOUND, FindBlocks, JudgePages
from cleanse.config import Config
from cleanse.engines import Engine, Local
from cleanse.engines.base import Stale
from cleanse.errors import OutputError
from cleanse.read import Input, find_inputs, from_objects, read_documents
from cleanse.result import Duplicates, Result
from cleanse.resumption import Resumption
from cleanse.verification import file_digest

if TYPE_CHECKING:
    import pyarrow as pa

    from cleanse.write import OutputFolder

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: Called with the name of each stage as it begins.
Begin = Callable[[str], None]


class Watcher(Protocol):
    """Who is told how a run goes on."""

    def begin(self, stage: str) -> None:
        """A stage begins."""

    def count(self, documents: int) -> None:
        """The stage has done so many documents more."""

    def say(self, message: str) -> None:
        """Something that the user should know."""


class Unwatched:
    """Tells nobody."""

    def begin(self, stage: str) -> None:
        """Nothing."""

    def count(self, documents: int) -> None:
        """Nothing."""

    def say(self, message: str) -> None:
        """Nothing."""


@dataclass(slots=True)
class Clock:
    """Seconds by stage."""

    watcher: Watcher
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
            self.watcher.begin(stage)


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
    from cleanse.write import OutputFolder

    config = config or Config()
    watcher = watcher or Unwatched()
    found = find_inputs(inputs)
    with _room_on_disk(Path(out)), OutputFolder(Path(out), fresh=fresh) as folder:
        resumption = Resumption(folder.work, found, config)
        for news in resumption.begin():
            watcher.say(news)
        task = _Task(named=", ".join(map(str, inputs)), inputs=found, config=config, command=command, watcher=watcher)
        try:
            _run(task, resumption, folder)
        except Stale:
            folder.start_over()
            resumption.begin()
            _run(task, resumption, folder)
    return Result(Path(out))


@contextmanager
def _room_on_disk(out: Path) -> Iterator[None]:
    """Say how to go on when there is none."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise OutputError(f"{out}: {error.strerror}; make room, and the same command goes on from here") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What a run was asked for; ``named``: the inputs as the user named them."""

    named: str
    inputs: Sequence[Input]
    config: Config
    command: str
    watcher: Watcher


def _run(task: _Task, resumption: Resumption, folder: OutputFolder) -> None:
    from cleanse.report import write_report
    from cleanse.write import write_results

    config, clock = task.config, Clock(task.watcher)
    with Local(config.run, folder.work, count=task.watcher.count) as engine:
        clock.begin("read")
        documents = resumption.recorded(
            lambda errors: read_documents(task.inputs, config.read, **_batching(config), on_error=errors.append),
            task.named,
        )
        engine.load("documents", _counted(documents, task.watcher), schema.DOCUMENT, key=resumption.identity)
        strip_into(engine, config, clock.begin, apart=True)
        _settle(engine, config, folder.work, clock.begin)
        clock.begin("write")
        counts = write_results(engine, folder.new, config.write).to_dict()
        unreadable = resumption.unreadable()
        counts |= {
            "matches": _count(engine, "matches"),
            "clusters": _count(engine, "clusters WHERE survivor"),
            "unreadable": len(unreadable),
        }
        clock.begin("report")
        manifest = _manifest(task, unreadable, _digests(folder.new), counts, clock.seconds)
        (folder.new / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        write_report(folder.new, html=config.write.report)
        clock.begin("")
        folder.finish()


def strip_all(documents: object, config: Config | None = None) -> list[Stripped]:
    """Strip many documents, using what repeats over the pages of each source.

    ``documents`` is Arrow data, or an iterable of strings or of dicts with text or html and optional id, source, url.
    """
    config = config or Config()
    with Local(config.run) as engine:
        engine.load("documents", from_objects(documents, config.read, **_batching(config)), schema.DOCUMENT)
        strip_into(engine, config)
        return [Stripped.of(row) for batch in engine.stream("pages") for row in batch.to_pylist()]


def find_duplicates(
    documents: object, config: Config | None = None, *, begin: Begin = lambda stage: None
) -> Duplicates:
    """Find near-duplicate documents and passages; nothing is stripped. ``documents`` as in `strip_all`."""
    config = config or Config()
    config = msgspec.structs.replace(config, strip=msgspec.structs.replace(config.strip, enabled=False))
    with Local(config.run) as engine:
        engine.load("documents", from_objects(documents, config.read, **_batching(config)), schema.DOCUMENT)
        strip_into(engine, config)
        _settle(engine, config, engine.folder, begin)
        return Duplicates.of(engine, config.dedup)


def strip_into(engine: Engine, config: Config, begin: Begin = lambda stage: None, *, apart: bool = False) -> None:
    """Make the table ``pages`` of the table ``documents``; ``apart``: where a page can harm no other."""
    key = msgspec.json.encode(config.strip).decode()
    if not config.strip.enabled:
        from cleanse.dedup.whole import whole_pages

        engine.map("documents", whole_pages, "pages", schema.PAGE, key=key)
        engine.drop("documents")
        return
    begin("strip")
    find = FindBlocks(config.strip)
    engine.map("documents", find, "found", FOUND, key=key, rescue=find.rescue if apart else None)
    engine.drop("documents")
    begin("judge")
    engine.sql(template_query(config.strip), "template")
    rows = (row for batch in engine.stream("template") for row in batch.to_pylist())
    judge = JudgePages(config.strip, template_of((row["source"], row["key"]) for row in rows))
    engine.map("found", judge, "pages", schema.PAGE, rescue=judge.rescue if apart else None)
    engine.drop("found")


def _settle(engine: Engine, config: Config, folder: Path, begin: Begin) -> None:
    from cleanse.dedup.stages import deduplicate, settle_nothing

    if config.dedup.enabled:
        deduplicate(engine, config.dedup, folder, config.run.processors, begin)
    else:
        settle_nothing(engine)


def _batching(config: Config) -> dict[str, int]:
    return {"batch_documents": config.run.batch_documents, "batch_bytes": config.run.batch_bytes}


def _counted(batches: Iterator[pa.RecordBatch], watcher: Watcher) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        watcher.count(len(batch))
        yield batch


def _count(engine: Engine, table: str) -> int:
    return int(next(engine.stream(f"SELECT count(*) AS n FROM {table}"))["n"][0].as_py())


def _manifest(
    task: _Task,
    unreadable: Sequence[dict[str, str]],
    files: dict[str, str],
    counts: dict[str, Any],
    seconds: dict[str, float],
) -> dict[str, Any]:
    return {
        "version": cleanse.__version__,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": task.command,
        "fingerprint": task.config.fingerprint(),
        "config": msgspec.to_builtins(task.config),
        "inputs": [_hashed(entry) for entry in task.inputs],
        "unreadable": unreadable,
        "files": files,
        "counts": counts,
        "seconds": seconds,
    }


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}


def _hashed(entry: Input) -> dict[str, Any]:
    path = Path(entry.path)
    try:
        return {"path": entry.label, "bytes": path.stat().st_size, "sha256": file_digest(path)}
    except OSError:
        return {"path": entry.label, "bytes": None, "sha256": None}
