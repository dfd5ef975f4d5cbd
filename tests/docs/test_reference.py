"""Every command, option and setting is documented, by pages that are written from the code."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import click
import pytest

from cleanse.cli import main
from cleanse.config import PRESETS, Config, settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = ROOT / "docs" / "reference"


def commands(group: click.Group, path: str = "cleanse") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


@pytest.mark.parametrize("name", ["api.md", "cli.md", "schemas.md", "settings.md"])
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    pages: dict[str, str] = runpy.run_path(str(ROOT / "docs" / "reference.py"))["pages"]()
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages[name], "make docs writes it again"


def test_every_command_and_option_is_documented_and_says_what_it_does() -> None:
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    for path, command in commands(main):
        section = page.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        assert command.help, path
        assert command.help.splitlines()[0] in section, path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)
                assert all(f"`{name}" in section or f" {name}" in section for name in parameter.opts), (
                    path,
                    parameter.name,
                )


def test_every_setting_and_preset_is_documented() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert [setting.key for setting in settings(Config()) if f"| `{setting.key}` | `" not in page] == []
    guide = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in PRESETS if f"| `{name}` |" not in guide] == []
