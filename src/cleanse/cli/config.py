"""``cleanse config``: the settings in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cleanse.cli.headings import Command
from cleanse.cli.options import settings_options, trace_settings

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--changed", is_flag=True, help="Only settings that are not the default.")
@settings_options
def config(words: tuple[str, ...], changed: bool, config_file: Path | None, pairs: tuple[str, ...]) -> None:
    """Print the settings in force, as TOML that --config reads back.

    Each with its meaning, range and unit; where one is not the default, with the default and what set it. With WORDs those
    alone that have one in their name or meaning: cleanse config passage.

    Later ones win: defaults, the preset, the file, CLEANSE_SECTION__NAME variables, --set, options of their own.
    CLEANSE_CONFIG and CLEANSE_PRESET name a file and a preset. Unknown names are refused.
    """
    from cleanse.config import to_toml

    settings, origins = trace_settings(config_file, pairs, {})
    click.echo(to_toml(settings, origins=origins, changed=changed, words=words), nl=False)
