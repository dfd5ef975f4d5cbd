"""``cleanse strip``: one page to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanse.cli.headings import Command
from cleanse.cli.options import judging_options, load_settings, settings_options, strip_settings
from cleanse.errors import NothingReadable, UnreadableInput, UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from cleanse.config import Config

#: Below this confidence `strip` says that it hardly knows what the page is about.
_UNSURE = 0.7


@click.command(cls=Command)
@click.argument("source", default="-", metavar="[INPUT|-]")
@click.option("--url", help="Address of the page.")
@click.option("--json", "as_json", is_flag=True, help="Print every block with its verdict, as JSON.")
@click.option("--show", is_flag=True, help="Print the whole page, each block in the colour of its verdict.")
@judging_options
@settings_options
def strip(
    source: str,
    url: str | None,
    as_json: bool,
    show: bool,
    config_file: Path | None,
    pairs: tuple[str, ...],
    **judging: str | None,
) -> None:
    """Strip one page, HTML or text, to stdout."""
    from cleanse.boilerplate.page import strip_page

    config = load_settings(config_file, pairs, strip_settings(**judging))
    page = strip_page(_one_page(source, config), url, config.strip)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(page).decode())
    elif show:
        from cleanse.boilerplate.show import shown

        for line in shown(page):
            click.echo(line)
    else:
        # a filter passes the text on as it is, codes of colours too; a terminal would obey what a page put in it
        click.echo(printable(page.text) if sys.stdout.isatty() else page.text, color=True)
    if page.confidence < _UNSURE:
        click.echo(
            f"cleanse: not sure what this page's text is (confidence {page.confidence:.2f}): an index, a search, an empty shell?",
            err=True,
        )


def _one_page(source: str, settings: Config) -> str:
    from cleanse.read import find_inputs, read_documents

    if Path(source).is_dir():
        raise UsageError(f"{source}: is a folder; strip takes one page, run takes many")
    errors: list[UnreadableInput] = []
    batches: Iterator[pa.RecordBatch] = read_documents(
        find_inputs([source]), settings.read, batch_documents=2, batch_bytes=2**20, on_error=errors.append
    )
    texts = [text for batch in batches for text in batch["content"].to_pylist()]
    if errors:
        raise NothingReadable(str(errors[0]))
    if len(texts) != 1:
        raise NothingReadable(f"{source}: holds {len(texts)} documents; strip takes one page, run takes many")
    return str(texts[0])
