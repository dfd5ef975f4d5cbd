"""Options that several commands share, and the settings that they make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleanse.config import Config


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose settings."""
    command = click.option(
        "--set", "pairs", multiple=True, metavar="A.B=C", help="One setting, as in dedup.coverage=0.9."
    )(command)
    return click.option("--config", "config_file", type=click.Path(path_type=Path), help="Settings from a TOML file.")(
        command
    )


def corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Inputs, the output folder, and what to do when a run is done."""
    for decorate in (
        click.option("--update", is_flag=True, help="Add the documents to the index when the result is written."),
        click.option(
            "--index",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Drop what is a duplicate of a document in this index (see cleanse index), too.",
        ),
        click.option("--no-report", is_flag=True, help="Write no report.html."),
        click.option(
            "--profile",
            type=click.Choice(["balanced", "strict", "classic"]),
            help="What counts as a duplicate: copies, edited ones too (the default); only what survives almost word for "
            "word; Jaccard similarity of shingles.",
        ),
        click.option(
            "--fail-over", metavar="SHARE", help="Exit with 1 when more of the documents are duplicates: 20%."
        ),
        click.option("--strict", is_flag=True, help="Exit with 1 when an input was unreadable."),
        click.option("--dry-run", is_flag=True, help="Say what would be read, write nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the run's counts as JSON to stdout."),
        click.option("--format", "form", type=click.Choice(["jsonl", "parquet", "txt"]), help="Format of the corpus."),
        click.option(
            "-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for corpus and report."
        ),
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
    ):
        command = decorate(command)
    return command


def fields_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name the fields of tables."""
    for name in ("date", "url", "source", "id", "html", "text"):
        command = click.option(f"--{name}-field", metavar="NAME", help=f"Field of a table that holds the {name}.")(
            command
        )
    return command


def talk_options(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("-v", "--verbose", is_flag=True, help="Say every stage and every unreadable input.")(command)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors and what was skipped.")(command)


def judging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how pages are judged."""
    for decorate in (
        click.option("--extractor", type=click.Choice(["best", "fast"]), help="How HTML is judged."),
        click.option("--favor", type=click.Choice(["precision", "recall"]), help="Drop what is doubtful, or keep it."),
        click.option("--keep", metavar="REASONS", help="Reasons and kinds that drop nothing: comments,table_row ..."),
    ):
        command = decorate(command)
    return command


def strip_settings(**judging: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {name: value for name, value in judging.items() if value}
    if "keep" in given:
        given["keep"] = listed(given["keep"])
    return {"strip": given} if given else {}


def load_settings(path: Path | None, pairs: tuple[str, ...], over: dict[str, Any]) -> Config:
    """Settings of file and pairs, and over them what options of their own say."""
    import msgspec

    from cleanse.config import load_config, to_config

    settings = load_config(path, pairs)
    tree = msgspec.to_builtins(settings)
    for section, values in over.items():
        tree[section] |= values
    return to_config(tree, "options")


def listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
