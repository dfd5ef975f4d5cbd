"""``cleanse run`` and ``cleanse dedupe``: the main job."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any, TextIO

import click

from cleanse.cli.options import (
    corpus_options,
    fields_options,
    judging_options,
    load_settings,
    settings_options,
    strip_settings,
    talk_options,
)
from cleanse.errors import ConfigError, GateFailed, UnreadableInput, printable


@click.command()
@corpus_options
@judging_options
@fields_options
@settings_options
@talk_options
def run(inputs: tuple[str, ...], out: Path, **options: Any) -> int:
    """Read, strip, deduplicate; write corpus and report into a folder.

    INPUT is a file, a folder, a glob, or - for standard input: .txt .md .html .jsonl .json .csv .tsv .parquet .arrow, each also
    compressed (.gz .zst .bz2 .xz).
    """
    judging = {name: options.pop(name) for name in ("keep", "favor", "extractor")}
    return _run(inputs, out, strip_settings(**judging), **options)


@click.command()
@corpus_options
@fields_options
@settings_options
@talk_options
def dedupe(inputs: tuple[str, ...], out: Path, **options: Any) -> int:
    """Find and remove duplicates only; texts are taken as they are."""
    return _run(inputs, out, {"strip": {"enabled": False}}, **options)


def _run(
    inputs: tuple[str, ...],
    out: Path,
    tree: dict[str, Any],
    *,
    form: str | None,
    as_json: bool,
    dry_run: bool,
    profile: str | None,
    strict: bool,
    fail_over: str | None,
    no_report: bool,
    index: Path | None,
    update: bool,
    config_file: Path | None,
    pairs: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    **fields: str | None,
) -> int:
    limit = _share(fail_over)
    over = tree | {
        "read": {name: value for name, value in fields.items() if value},
        "write": ({"format": form} if form else {}) | ({"report": False} if no_report else {}),
    }
    settings = load_settings(config_file, (f"dedup.profile={profile}", *pairs) if profile else pairs, over)
    if dry_run:
        return _dry_run(inputs, out)
    from cleanse import pipeline
    from cleanse.progress import Progress
    from cleanse.report import summary_text

    with Progress(quiet=quiet, verbose=verbose) as progress:
        command = shlex.join(["cleanse", *sys.argv[1:]])
        result = pipeline.run(
            inputs, out, settings, index=index, update=update, command=command, say=progress.say, watch=progress.watch
        )
    manifest = result.manifest
    missing = manifest["unreadable"]
    for missed in missing[: None if verbose else 10]:
        error = UnreadableInput(missed["path"], missed["error"], missed["place"])
        click.echo(printable(f"cleanse: skipped {error}"), err=True)
    if len(missing) > 10 and not verbose:
        click.echo(f"cleanse: skipped {len(missing) - 10} more; run.json names them all", err=True)
    if not quiet:
        page = out / ("report.html" if settings.write.report else "report.json")
        click.echo(summary_text(manifest, str(page), **_looks(sys.stderr)), err=True)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode({"out": str(out), **manifest["counts"]}).decode())
    counts = manifest["counts"]
    if strict and counts["unreadable"]:
        raise UnreadableInput(
            f"{counts['unreadable']} of the inputs",
            "unreadable, and --strict was given (the rest is in " + str(out) + ")",
        )
    if limit is not None and counts["removed"] > limit * max(1, counts["documents"]):
        share = counts["removed"] / max(1, counts["documents"])
        raise GateFailed(f"{share:.1%} of the documents are duplicates, more than --fail-over {fail_over}")
    return 0


def _dry_run(inputs: tuple[str, ...], out: Path) -> int:
    from collections import Counter

    from cleanse.errors import NothingReadable
    from cleanse.read import find_inputs

    found = find_inputs(inputs)
    if not found:
        raise NothingReadable(f"nothing to read in {', '.join(inputs)}")
    sizes = [Path(entry.path).stat().st_size for entry in found if entry.path != "-" and Path(entry.path).is_file()]
    kinds = Counter(
        (entry.format or "sniffed") + (f".{entry.compression}" if entry.compression else "") for entry in found
    )
    click.echo(f"would read {len(found)} files, {sum(sizes) / 1e6:,.1f} MB: ", nl=False)
    click.echo(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    click.echo(f"would write corpus, dropped pieces, matches, clusters and report to {out}")
    return 0


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
