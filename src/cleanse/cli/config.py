"""``cleanse config``: the settings in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cleanse.cli.options import load_settings, settings_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@settings_options
def config(config_file: Path | None, pairs: tuple[str, ...]) -> None:
    """Print the settings in force, as TOML that --config reads back."""
    from cleanse.config import to_toml

    click.echo(to_toml(load_settings(config_file, pairs, {})), nl=False)
