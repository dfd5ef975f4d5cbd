"""The reference pages, written from the code: `make docs`.

    python docs/reference.py

writes docs/reference/cli.md and docs/reference/settings.md; a test fails while they are not what it would write.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanse.cli import main
from cleanse.cli.headings import by_heading
from cleanse.config import PRESETS, PROFILES, Config, Dedup, Setting, settings, toml_value, variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent / "reference"
_MADE = "<!-- written by docs/reference.py: make docs -->"


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    return {"cli.md": "\n".join(cli_page()) + "\n", "settings.md": "\n".join(settings_page()) + "\n"}


def cli_page() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield from (_MADE, "", "# Commands", "")
    yield "`cleanse COMMAND --help` says the same in the terminal. Exit codes are in the [README](../../README.md)."
    yield from _commands(main, "cleanse")


def _commands(group: click.Group, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        yield from _command(command, f"{path} {name}")
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")


def _command(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    words = [argument.metavar or (argument.name or "").upper() for argument in arguments]
    yield from ("", f"## {path}", "", "    " + " ".join([path, "[OPTIONS]", *words]))
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines = paragraph.splitlines()
        yield ""
        yield from [f"    {line}" for line in lines[1:]] if lines[0] == "\b" else lines
    for heading, options in by_heading(command, context).items():
        shown = [option for option in options if "--help" not in option.opts]
        if shown:
            yield from ("", f"| {heading} | |", "|---|---|")
        for option in shown:
            yield f"| {_names(option)} | {_cell(option.help or '')} |"


def _names(option: click.Option) -> str:
    if option.is_flag:
        takes = ""
    elif isinstance(option.type, click.Choice):
        takes = " " + "\\|".join(map(str, option.type.choices))
    else:
        takes = f" {option.metavar or option.type.name.upper()}"
    return f"`{', '.join(option.opts)}{takes}`"


def settings_page() -> Iterator[str]:
    """Every setting by section, then what the profiles and presets set."""
    yield from (_MADE, "", "# Settings", "")
    yield "How they are given, and what presets are for: [settings.md](../settings.md)."
    yield f"The environment variable of `dedup.coverage` is `{variable_of('dedup.coverage')}`, and so on."
    section = ""
    for setting in settings(Config()):
        if setting.section != section:
            section = setting.section
            doc = type(getattr(Config(), section)).__doc__ or ""
            yield from (
                "",
                f"## {section}",
                "",
                doc,
                "",
                "| setting | default | takes | meaning |",
                "|---|---|---|---|",
            )
        yield f"| {_key(setting)} | {_value(setting.default)} | {_cell(setting.takes)} | {_cell(setting.meaning)} |"
    yield from _table("Profiles of deduplication", list(PROFILES), {
        f"dedup.{name}": [getattr(Dedup(profile=profile), name) for profile in PROFILES]  # type: ignore[arg-type]
        for name in PROFILES["balanced"]
    })  # fmt: skip
    set_by_some = set[str]().union(*(preset.settings for preset in PRESETS.values()))
    keys = [setting.key for setting in settings(Config()) if setting.key in set_by_some]
    yield from _table(
        "Presets", list(PRESETS), {key: [preset.settings.get(key) for preset in PRESETS.values()] for key in keys}
    )


def _table(title: str, names: list[str], rows: dict[str, list[object]]) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| setting | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|")
    for key, values in rows.items():
        yield f"| `{key}` | " + " | ".join("" if value is None else _value(value) for value in values) + " |"


def _key(setting: Setting) -> str:
    return f"`{setting.key}`"


def _value(value: object) -> str:
    return f"`{_cell(toml_value(value))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
