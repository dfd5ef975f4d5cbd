"""Options that several commands share, and the settings that they make."""

from __future__ import annotations

import os
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleanse.cli.complete import complete_pair
from cleanse.cli.headings import option
from cleanse.config import PRESETS, PROFILES, trace_config
from cleanse.remote import is_remote, local_path, on_disk

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleanse.config import Config, Traced

FORMATS = ["jsonl", "parquet", "txt", "huggingface"]

_settings = partial(option, "Settings (cleanse config prints all)")
written = partial(option, "What is written")
_dropped = partial(option, "What is dropped")
_tables = partial(option, "Fields of tables (found by their usual names)")
_ends = partial(option, "Exit codes")
_machine = partial(option, "The machine")
_said = partial(option, "What is said")


class Place(click.Path):
    """A path, or an address as it is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail("an empty name: is a variable of the shell not set?", param, ctx)
        return value if is_remote(str(value)) else Path(local_path(str(value)))


class OnDisk(click.Path):
    """A path of this machine; an address is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return on_disk(value)


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose settings; ``--preset`` comes in as one of the pairs."""

    @wraps(command)
    def with_pairs(*args: Any, preset: str | None, pairs: tuple[str, ...], **options: Any) -> Any:
        return command(*args, pairs=(*pairs, f"preset={preset}") if preset else pairs, **options)

    with_preset: Callable[..., Any] = with_pairs
    for decorate in (
        _settings(
            "--set", "pairs", multiple=True, metavar="A.B=C", shell_complete=complete_pair,
            help="One setting, as in dedup.coverage=0.9; may be repeated.",
        ),
        _settings("--config", "config_file", type=click.Path(path_type=Path), help="Settings from a TOML file."),
        _settings(
            "--preset", type=click.Choice(list(PRESETS)),
            help="The settings that suit a purpose; cleanse config --preset NAME --changed prints them.",
        ),
    ):  # fmt: skip
        with_preset = decorate(with_preset)
    return with_preset


def corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Inputs, the output folder, and what goes there."""
    for decorate in (
        written("--update", is_flag=True, help="Add the documents to the index when the result is written."),
        _dropped(
            "--index",
            type=OnDisk(),
            metavar="FILE",
            help="Drop what is a duplicate of a document in this index (see cleanse index), too.",
        ),
        _dropped(
            "--duplicates",
            type=click.Choice(list(PROFILES)),
            help="What counts as a duplicate: copies, edited ones too (the default); only what survives almost word for "
            "word; Jaccard similarity of shingles.",
        ),
        _machine("--workdir", metavar="FOLDER", help="Folder for temporary tables, some times as large as the corpus."),
        _machine("--disk", metavar="SIZE", help="Temporary tables may take so much disk, as in 200GB."),
        _machine("--memory", metavar="SIZE", help="Memory of the run, as in 8GB; 25% of the machine's by default."),
        _machine("--threads", type=click.IntRange(1), help="Processors to use; as many as there are by default."),
        written("--fresh", is_flag=True, help="Do not go on with a run that was stopped here; start over."),
        written(
            "--dry-run",
            is_flag=True,
            help="Write nothing: say what would be read, what it may cost, and which settings are not the default.",
        ),
        written("--no-report", is_flag=True, help="Write no report.html."),
        written("--shard-size", metavar="SIZE", help="Split the corpus into files of about this size, as in 500MB."),
        written("--format", "form", type=click.Choice(FORMATS), help="Format of the corpus."),
        written(
            "-o",
            "--out",
            type=Place(),
            required=True,
            help="Folder for corpus and report, or an address: s3://bucket/out.",
        ),
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
    ):
        command = decorate(command)
    return command


def fields_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name the fields of tables."""
    for name in ("date", "url", "source", "id", "html", "text"):
        command = _tables(f"--{name}-field", metavar="NAME", help=f"Field that holds the {name}.")(command)
    return command


def outcome_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a run tells other programs."""
    for decorate in (
        _said("--profile", is_flag=True, help="Say where the time and the memory went, stage by stage."),
        _said("--json", "as_json", is_flag=True, help="Print the run's counts as JSON to stdout."),
        _ends("--fail-over", metavar="SHARE", help="Exit with 1 when more of the documents are duplicates: 20%."),
        _ends("--strict", is_flag=True, help="Exit with 1 when an input was unreadable."),
    ):
        command = decorate(command)
    return command


def talk_options(command: Callable[..., Any]) -> Callable[..., Any]:
    command = _said("-v", "--verbose", is_flag=True, help="Say every stage and every unreadable input.")(command)
    return _said("-q", "--quiet", is_flag=True, help="Say nothing but errors and what was skipped.")(command)


def judging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how pages are judged."""
    for decorate in (
        _dropped(
            "--extractor",
            type=click.Choice(["best", "fast"]),
            help="How HTML is judged; fast takes less than half the time and is a little worse.",
        ),
        _dropped(
            "--favor",
            type=click.Choice(["balanced", "precision", "recall"]),
            help="precision drops what is doubtful, recall keeps it.",
        ),
        _dropped("--keep", metavar="REASONS", help="Reasons and kinds that drop nothing: comments,table_row ..."),
    ):
        command = decorate(command)
    return command


def strip_settings(**judging: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {name: value for name, value in judging.items() if value}
    if "keep" in given:
        given["keep"] = listed(given["keep"])
    return {"strip": given} if given else {}


def load_settings(path: Path | None, pairs: tuple[str, ...], over: dict[str, Any]) -> Config:
    """Settings of file, environment and pairs, and over them what options of their own say."""
    return trace_settings(path, pairs, over).config


def trace_settings(path: Path | None, pairs: tuple[str, ...], over: dict[str, Any]) -> Traced:
    """The same with the origin of each."""
    return trace_config(path, pairs, os.environ, over)


def listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
