"""``cleanse merge``: the parts of a run that was shared among machines become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cleanse.cli.headings import Command
from cleanse.cli.options import FORMATS, OnDisk, Place, outcome_options, talk_options, written
from cleanse.cli.run import gates, tell, watched

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command)
@click.argument("parts", nargs=-1, required=True, metavar="SHARD...", type=OnDisk())
@written("-o", "--out", type=Place(), required=True, help="Folder for corpus and report.")
@written("--format", "form", type=click.Choice(FORMATS), help="Format of the corpus.")
@click.option(
    "--set", "pairs", multiple=True, metavar="A.B=C", help="One setting over those of the shards; not of read or strip."
)
@written("--fresh", is_flag=True, help="Do not go on with a run that was stopped here; start over.")
@outcome_options
@talk_options
def merge(
    parts: tuple[Path, ...],
    out: Path,
    form: str | None,
    pairs: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    profile: bool,
    **options: Any,
) -> None:
    """Join the folders that cleanse run --shard has filled, with the result of one run.

    \b
    cleanse run pages/ -o part1/ --shard 1/2
    cleanse run pages/ -o part2/ --shard 2/2
    cleanse merge part1/ part2/ -o out/
    """
    from cleanse import pipeline
    from cleanse.config import to_tree

    settings = to_tree((*pairs, f"write.format={form}") if form else pairs)
    with watched(quiet, verbose, profile=profile) as (command, progress):
        result = pipeline.merge(parts, out, settings, command=command, fresh=options["fresh"], watcher=progress)
    tell(result, out, as_json=options["as_json"], quiet=quiet, verbose=verbose)
    gates(result, out, strict=options["strict"], fail_over=options["fail_over"])
