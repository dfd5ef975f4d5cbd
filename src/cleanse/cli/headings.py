"""Help under headings: an option stands under the one that it names, the others under "Options"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_OTHERS = "Options"


class Option(click.Option):
    """An option with a heading."""

    def __init__(self, *args: Any, heading: str = _OTHERS, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.heading = heading


class Command(click.Command):
    """A command whose help groups its options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, options in by_heading(self, ctx).items():
            with formatter.section(heading):
                formatter.write_dl([record for option in options if (record := option.get_help_record(ctx))])


def by_heading(command: click.Command, ctx: click.Context) -> dict[str, list[click.Option]]:
    """The options that a command's help lists, in the order of their headings, those without one last."""
    groups: dict[str, list[click.Option]] = {}
    for parameter in command.get_params(ctx):
        if isinstance(parameter, click.Option) and parameter.get_help_record(ctx):
            groups.setdefault(getattr(parameter, "heading", _OTHERS), []).append(parameter)
    others = groups.pop(_OTHERS, [])
    return groups | ({_OTHERS: others} if others else {})


def option(heading: str, *names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `click.option`, under a heading."""
    return click.option(*names, cls=Option, heading=heading, **attributes)
