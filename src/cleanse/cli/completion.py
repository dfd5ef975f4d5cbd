"""``cleanse completion``: commands, options, settings and documents by the Tab key."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from cleanse.cli.headings import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script for completion by the shell.

    It completes commands, options, settings, and the document ids of a run.

    \b
    bash   cleanse completion bash > ~/.local/share/bash-completion/completions/cleanse
    zsh    cleanse completion zsh > ~/.zfunc/_cleanse      # with fpath+=~/.zfunc before compinit
    fish   cleanse completion fish > ~/.config/fish/completions/cleanse.fish
    """
    known = get_completion_class(shell)
    assert known is not None  # click has all three
    click.echo(known(ctx.find_root().command, {}, "cleanse", "_CLEANSE_COMPLETE").source())
