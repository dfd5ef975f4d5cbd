"""``cleanse strip``: one page, or JSON lines, to standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanse.cli.headings import Command, option
from cleanse.cli.options import fields_options, judging_options, load_settings, settings_options, strip_settings
from cleanse.compiled import TINY, spare_compiling
from cleanse.errors import NothingReadable, UnreadableInput, UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from cleanse.config import Config
    from cleanse.read import Input

#: Below this confidence `strip` says that it hardly knows what the page is about.
_UNSURE = 0.7
#: Characters of a page of HTML that plain Python takes apart sooner than compiled kernels are loaded: 1 s for each 100,000.
_TINY_PAGE = 150_000


@click.command(cls=Command)
@click.argument("source", default="-", metavar="[INPUT|-]")
@click.option("--url", help="Address of the page.")
@click.option("--jsonl", is_flag=True, help="Input is JSON lines, also when its first line does not look it.")
@option("Exit codes", "--strict", is_flag=True, help="Exit with 1 when a line was skipped.")
@click.option("--json", "as_json", is_flag=True, help="Print every block with its verdict, as JSON.")
@click.option("--show", is_flag=True, help="Print the whole page, each block in the colour of its verdict.")
@click.option("--markdown", is_flag=True, help="Print headings, lists, tables, links and emphasis of HTML as Markdown.")
@click.option("--site-profile", type=click.Path(path_type=Path), help="What sites repeat, learned from other pages.")
@click.option("--learn-sites", type=click.Path(path_type=Path), help="Learn it from this input, and write it here.")
@judging_options
@fields_options
@settings_options
def strip(
    source: str,
    url: str | None,
    jsonl: bool,
    strict: bool,
    as_json: bool,
    show: bool,
    markdown: bool,
    site_profile: Path | None,
    learn_sites: Path | None,
    config_file: Path | None,
    pairs: tuple[str, ...],
    **options: str | None,
) -> None:
    """Strip one page, HTML or text, to stdout. Or JSON lines: each comes out again with its text stripped.

    \b
    zcat pages.jsonl.gz | cleanse strip | jq .text
    """
    from cleanse.boilerplate.page import looks_like_html, strip_page, with_markdown
    from cleanse.boilerplate.profile import SiteProfile
    from cleanse.cli.filter import filter_lines, is_json_lines

    judging = {name: options.pop(name) for name in ("keep", "favor", "extractor")}
    fields = {name: value for name, value in options.items() if value}
    config = load_settings(config_file, pairs, strip_settings(**judging) | {"read": fields})
    entry = _one_input(source)
    if learn_sites:
        _learn(entry, config, learn_sites)
        return
    sites = SiteProfile.load(site_profile) if site_profile else None
    if jsonl or is_json_lines(entry):
        if show or url:
            raise UsageError("--show and --url are for one page; the input is JSON lines")
        filter_lines(entry, config, sites, verdicts=as_json, markdown=markdown, strict=strict)
        return
    content = _one_page(entry, config)
    if len(content) <= (_TINY_PAGE if looks_like_html(content) else TINY):
        spare_compiling()
    if sites is None:
        page = strip_page(content, url, config.strip)
    else:
        from cleanse import stream

        page = stream.strip_page(content, url, config.strip, sites)
    if markdown:
        page = with_markdown(page, content, url)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(page).decode())
    elif show:
        from cleanse.boilerplate.show import shown

        for line in shown(page):
            click.echo(line)
    else:
        # a filter passes the text on as it is, codes of colours too; a terminal would obey what a page put in it
        text = page.markdown if markdown else page.text
        click.echo(printable(text) if sys.stdout.isatty() else text, color=True)
    if page.confidence < _UNSURE:
        click.echo(
            f"cleanse: not sure what this page's text is (confidence {page.confidence:.2f}): an index, a search, an empty shell?",
            err=True,
        )


def _learn(entry: Input, config: Config, path: Path) -> None:
    """Learn what the sites of an input's pages repeat, and write it."""
    import pyarrow as pa

    from cleanse import pipeline
    from cleanse.read import read_documents

    errors: list[UnreadableInput] = []
    batches = list(
        read_documents([entry], config.read, batch_documents=1_000, batch_bytes=2**24, on_error=errors.append)
    )
    if not batches:
        raise NothingReadable(str(errors[0]) if errors else f"{entry.label}: holds no document")
    profile = pipeline.learn_sites(pa.Table.from_batches(batches), config)
    profile.save(path)
    lines = sum(map(len, profile.lines.values()))
    click.echo(f"cleanse: {lines:,} repeated lines of {len(profile.lines):,} sites, in {path}", err=True)


def _one_input(source: str) -> Input:
    from cleanse.read import find_inputs

    if os.path.isdir(source):
        raise UsageError(f"{source}: is a folder; strip takes one page, run takes many")
    found = find_inputs([source])
    if len(found) != 1:
        raise UsageError(f"{source}: is {len(found)} files; strip takes one page, run takes many")
    return found[0]


def _one_page(entry: Input, settings: Config) -> str:
    from cleanse.read import read_documents

    errors: list[UnreadableInput] = []
    batches: Iterator[pa.RecordBatch] = read_documents(
        [entry], settings.read, batch_documents=2, batch_bytes=2**20, on_error=errors.append
    )
    texts = [text for batch in batches for text in batch["content"].to_pylist()]
    if errors:
        raise NothingReadable(str(errors[0]))
    if len(texts) != 1:
        raise NothingReadable(f"{entry.label}: holds {len(texts)} documents; strip takes one page, run takes many")
    return str(texts[0])
