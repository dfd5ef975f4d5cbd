"""``cleanse verify``: a finished run checked again from its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cleanse.cli.headings import Command
from cleanse.cli.options import OnDisk
from cleanse.errors import GateFailed, printable

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command)
@click.argument("out", type=OnDisk())
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def verify(out: Path, as_json: bool) -> None:
    """Check a finished run again from its files: nothing lost, nothing twice, every removed text in its survivor.

    Exits with 1 when a promise does not hold.
    """
    from cleanse import verification

    checks = verification.verify(out)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(verification.plain(checks)).decode())
    else:
        for check in checks:
            click.echo(printable(f"{'holds ' if not check.broken else 'BROKEN'}  {check.promise}"))
            for name in check.named:
                click.echo(printable(f"          {name}"))
            if check.broken > len(check.named):
                click.echo(f"          and {check.broken - len(check.named)} more")
    broken = sum(check.broken > 0 for check in checks)
    if broken:
        raise GateFailed(f"{out}: {broken} of {len(checks)} promises do not hold")
