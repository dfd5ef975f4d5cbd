"""``cleanse run`` and ``cleanse dedupe``: the main job."""

from __future__ import annotations

import os
import re
import shlex
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

from cleanse.cli.engines import engine_options, open_engine
from cleanse.cli.headings import Command
from cleanse.cli.interruption import Interruption
from cleanse.cli.options import (
    corpus_options,
    fields_options,
    judging_options,
    outcome_options,
    settings_options,
    strip_settings,
    talk_options,
    trace_settings,
    written,
)
from cleanse.compiled import TINY, spare_compiling
from cleanse.errors import ConfigError, GateFailed, UnreadableInput, UsageError, printable
from cleanse.remote import public

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cleanse.progress import Progress
    from cleanse.result import Result


#: Formats of inputs that are as large as they look.
_PLAIN = frozenset({"text", "html", "jsonl", "json", "csv", "tsv"})


def _shard(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value and not re.fullmatch(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}", value):
        raise click.BadParameter("write the number of the part and of all parts, as in 2/8")
    return value


@click.command(cls=Command)
@corpus_options
@written(
    "--shard",
    metavar="I/N",
    callback=_shard,
    help="Do the I-th of N parts of the work, as on N machines; cleanse merge joins them.",
)
@judging_options
@fields_options
@engine_options
@settings_options
@outcome_options
@talk_options
def run(inputs: tuple[str, ...], out: Path | str, **options: Any) -> int:
    """Read, strip, deduplicate; write corpus and report.

    INPUT is a file, a folder, a glob, an address (s3://bucket/pages), or - for standard input: .txt .md .html .jsonl
    .json .csv .tsv .parquet .arrow .warc .wet, each also compressed (.gz .zst .bz2 .xz).
    """
    judging = {name: options.pop(name) for name in ("keep", "favor", "extractor")}
    return _run(inputs, out, strip_settings(**judging), **options)


@click.command(cls=Command)
@corpus_options
@fields_options
@engine_options
@settings_options
@outcome_options
@talk_options
def dedupe(inputs: tuple[str, ...], out: Path | str, **options: Any) -> int:
    """Find and remove duplicates only; texts are taken as they are, HTML with its markup."""
    return _run(inputs, out, {"strip": {"enabled": False}}, **options)


def _run(
    inputs: tuple[str, ...],
    out: Path | str,
    tree: dict[str, Any],
    *,
    form: str | None,
    shard_size: str | None,
    as_json: bool,
    fresh: bool,
    workdir: str | None,
    disk: str | None,
    memory: str | None,
    threads: int | None,
    dry_run: bool,
    duplicates: str | None,
    engine: str,
    master: str | None,
    strict: bool,
    fail_over: str | None,
    no_report: bool,
    index: Path | None,
    update: bool,
    config_file: Path | None,
    pairs: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    profile: bool,
    shard: str | None = None,
    **fields: str | None,
) -> int:
    _share(fail_over)  # refused before the work
    over = tree | {
        "read": {name: value for name, value in fields.items() if value},
        "dedup": {"profile": duplicates} if duplicates else {},
        "write": {name: value for name, value in {"format": form, "shard_size": shard_size}.items() if value}
        | ({"report": False} if no_report else {}),
    }
    machine = {"workdir": workdir, "disk": disk, "memory": memory, "threads": threads}
    over |= {"run": {name: value for name, value in machine.items() if value}}
    traced = trace_settings(config_file, pairs, over)
    settings = traced.config
    if dry_run:
        from cleanse.cli.dryrun import dry_run as describe

        return describe(inputs, out, traced, as_json=as_json)
    if engine == "local" and not index and _is_tiny(inputs):
        spare_compiling()
    from cleanse import pipeline

    with watched(quiet, verbose, profile=profile) as (command, progress):
        if shard:
            if index or engine != "local":
                raise UsageError("--shard shares the work on pages among machines: leave out --index and --engine")
            number, _, of = shard.partition("/")
            pipeline.run_shard(inputs, out, int(number), int(of), settings, fresh=fresh, watcher=progress)
            progress.say(f"shard {shard} is in {out}; cleanse merge joins all {of}")
            return 0
        result = pipeline.run(
            inputs,
            out,
            settings,
            index=index,
            update=update,
            engine=open_engine(engine, master),
            command=command,
            fresh=fresh,
            watcher=progress,
        )
    tell(result, out, as_json=as_json, quiet=quiet, verbose=verbose)
    gates(result, out, strict=strict, fail_over=fail_over)
    return 0


def _is_tiny(inputs: tuple[str, ...]) -> bool:
    """Whether there are no more than a few pages to read."""
    from cleanse.read.inputs import each_input

    size = 0
    for _, entry in each_input(inputs):
        # what is packed, comes from elsewhere or is none may be of any size
        if entry.refusal or entry.compression or entry.format not in _PLAIN or not os.path.isfile(entry.path):
            return False
        size += os.path.getsize(entry.path)
        if size > TINY:
            return False
    return True


@contextmanager
def watched(quiet: bool, verbose: bool, *, profile: bool = False) -> Iterator[tuple[str, Progress]]:
    """Around a run: (the command that was typed, who is told how it goes on)."""
    from cleanse.progress import Progress

    command = public(shlex.join(["cleanse", *sys.argv[1:]]))
    with (
        Interruption(f"the same command goes on from here: {command}"),
        Progress(quiet=quiet, verbose=verbose, profile=profile) as progress,
    ):
        yield command, progress


def tell(result: Result, out: Path | str, *, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Say what a run has done: what it skipped and a summary for people, the counts as JSON."""
    from cleanse.report import summary_text

    manifest = result.manifest
    missing = manifest["unreadable"]
    for missed in missing[: None if verbose else 10]:
        error = UnreadableInput(missed["path"], missed["error"], missed["place"])
        click.echo(printable(f"cleanse: skipped {error}"), err=True)
    if len(missing) > 10 and not verbose:
        click.echo(f"cleanse: skipped {len(missing) - 10} more; run.json names them all", err=True)
    if not quiet:
        page = next(name for name in ("report.html", "report.json") if (result.folder / name).exists())
        click.echo(summary_text(manifest, f"{public(str(out))}/{page}", **_looks(sys.stderr)), err=True)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode({"out": public(str(out)), **manifest["counts"]}).decode())


def gates(result: Result, out: Path | str, *, strict: bool, fail_over: str | None) -> None:
    """Raise what --strict and --fail-over ask for."""
    limit = _share(fail_over)
    counts = result.manifest["counts"]
    if strict and counts["unreadable"]:
        raise UnreadableInput(
            f"{counts['unreadable']} of the inputs",
            "unreadable, and --strict was given (the rest is in " + public(str(out)) + ")",
        )
    if limit is not None and counts["removed"] > limit * max(1, counts["documents"]):
        share = counts["removed"] / max(1, counts["documents"])
        raise GateFailed(f"{share:.1%} of the documents are duplicates, more than --fail-over {fail_over}")


def _looks(stream: TextIO) -> dict[str, bool]:
    """What a stream can show: ASCII without colour unless it is a terminal that takes more."""
    terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    return {"unicode": terminal and encoding == "utf8", "colour": terminal and not os.environ.get("NO_COLOR")}


def _share(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigError(f"--fail-over {text}: write a share, as in 20% or 0.2")
    return share
