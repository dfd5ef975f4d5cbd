"""``cleanse index``: what has been seen, kept between runs: add to it, match against it, see what it holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cleanse.cli.options import OnDisk, fields_options, load_settings, settings_options, talk_options
from cleanse.errors import NothingReadable, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from cleanse.config import Config
    from cleanse.errors import UnreadableInput


@click.group()
def index() -> None:
    """Deduplicate new data against all data seen before.

    \b
    cleanse run today/ -o out/ --index corpus.idx --update     the daily job: strip, compare, add
    cleanse index add corpus.idx out/corpus.jsonl              add texts as they are
    cleanse index match corpus.idx new.jsonl                   what is known already, as JSON lines
    """


def _texts(command: Callable[..., Any]) -> Callable[..., Any]:
    """The index, inputs that are taken as they are, and how they are read."""
    for decorate in (
        talk_options,
        settings_options,
        fields_options,
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
        click.argument("path", type=OnDisk(), metavar="INDEX"),
    ):
        command = decorate(command)
    return command


@index.command()
@_texts
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON to stdout.")
def add(path: Path, inputs: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Add documents to INDEX, which is made if it does not exist; all of them or none.

    Texts are taken as they are: strip pages first, or let cleanse run --index --update do both.
    """
    from cleanse.index import Index

    with _Reading(inputs, **options) as reading:
        found = Index(path, reading.given).add_stream(reading.batches)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(found).decode())
    elif not options["quiet"]:
        gone = ", ".join(f"{found[kind]:,} {kind}" for kind in ("exact", "near", "contained"))
        click.echo(f"{path}: {found['documents']:,} documents came, {found['kept']:,} are new; {gone}", err=True)


@index.command()
@_texts
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines on a terminal, too.")
def match(path: Path, inputs: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Print what documents of INDEX the INPUTs are duplicates of, or share passages with; nothing is added.

    Texts are taken as they are: strip pages first, or let cleanse run --index do both.
    """
    import msgspec

    from cleanse.index import Index, listed

    with _Reading(inputs, **options) as reading:
        rows = listed(Index(path, reading.given).match_stream(reading.batches))
    if as_json or not sys.stdout.isatty():
        for row in rows:
            click.echo(msgspec.json.encode(row).decode())
    else:
        _show(rows)


@index.command()
@click.argument("path", type=OnDisk(), metavar="INDEX")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON to stdout.")
def info(path: Path, as_json: bool) -> None:
    """Say what INDEX holds."""
    from cleanse.index import Index

    facts = Index(path).info()
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(facts).decode())
        return
    each = facts["bytes"] / max(1, facts["documents"])
    click.echo(
        f"{facts['documents']:,} different documents of {facts['sources']:,} sources, {facts['kept']:,} of them kept"
    )
    click.echo(f"{facts['bytes'] / 1e6:,.1f} MB, {each:,.0f} bytes a document; {len(facts['batches']):,} batches")
    click.echo(f"profile {facts['settings']['profile']}; all settings with --json")


class _Reading:
    """Inputs as batches of documents; at the end those that could not be read are named."""

    def __init__(
        self,
        inputs: tuple[str, ...],
        config_file: Path | None,
        pairs: tuple[str, ...],
        quiet: bool,
        verbose: bool,
        **fields: str | None,
    ) -> None:
        from cleanse.progress import Progress

        named = {"read": {name: value for name, value in fields.items() if value}}
        self._config, self._inputs = load_settings(config_file, pairs, named), inputs
        # settings that nobody gave are the index's
        self.given: Config | None = self._config if config_file or pairs else None
        self._progress = Progress(quiet=quiet, verbose=verbose)
        self._unreadable: list[UnreadableInput] = []

    def __enter__(self) -> _Reading:
        self._progress.__enter__()
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._progress.__exit__(kind, error, trace)
        for missed in self._unreadable:
            click.echo(printable(f"cleanse: skipped {missed}"), err=True)

    @property
    def batches(self) -> Iterator[pa.RecordBatch]:
        from cleanse.read import find_inputs, read_documents
        from cleanse.read.unstripped import tell_of_markup

        count = 0
        found = read_documents(
            find_inputs(self._inputs),
            self._config.read,
            batch_documents=self._config.run.batch_documents,
            batch_bytes=self._config.run.batch_bytes,
            on_error=self._unreadable.append,
        )
        for batch in tell_of_markup(found, self._progress.say):
            self._progress.count(len(batch))
            count += len(batch)
            yield batch
        if not count:
            raise NothingReadable(f"nothing to read in {', '.join(self._inputs)}")


def _show(rows: Iterator[dict[str, Any]]) -> None:
    click.echo(f"{'document':40} {'kind':10} {'alike':>6} {'covered':>8}  in the index")
    for row in rows:
        line = f"{row['id'][:40]:40} {row['kind']:10} {row['similarity']:6.0%} {row['coverage']:8.0%}  {row['match']}"
        click.echo(printable(line))
