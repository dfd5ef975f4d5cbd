"""``cleanse explain`` and ``cleanse report``: what a run has done."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from cleanse.cli.complete import complete_document
from cleanse.cli.headings import Command
from cleanse.cli.options import OnDisk
from cleanse.errors import printable

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command)
@click.argument("out", type=OnDisk())
@click.argument("doc_id", metavar="DOC_ID", shell_complete=complete_document)
@click.option("--passage", type=int, metavar="N", help="One of its matches whole, both texts with their differences.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def explain(out: Path, doc_id: str, passage: int | None, as_json: bool) -> None:
    """Say what became of a document, and why: every block, every match."""
    from cleanse import report

    # under LANG=C an argument that is not ASCII comes as its bytes
    facts = report.explain(out, os.fsencode(doc_id).decode("utf-8", "replace"), passage)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(facts).decode())
    else:
        click.echo(report.explain_text(facts))


@click.command(cls=Command)
@click.argument("out", type=OnDisk())
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--compare", "other", type=OnDisk(), metavar="OTHER_OUT",
    help="Write compare.html instead: what flipped from the run in OTHER_OUT to this one.",
)  # fmt: skip
def report(out: Path, show: bool, other: Path | None) -> None:
    """Rebuild the report of a run from its tables, or compare two runs."""
    from cleanse.report import compare_text, write_comparison, write_report

    if other is None:
        path = write_report(out)
        click.echo(f"report: {printable(str(path))}", err=True)
    else:
        path, facts = write_comparison(out, other)
        click.echo(f"{compare_text(facts)}\ncomparison: {printable(str(path))}", err=True)
    if show and click.launch(path.resolve().as_uri()) != 0:
        click.echo("no browser could be started; open the file yourself", err=True)
