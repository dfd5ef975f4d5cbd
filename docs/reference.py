"""The reference pages, written from the code: `make docs`.

    python docs/reference.py

writes the pages in docs/reference; a test fails while they are not what it would write.
"""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

import cleanse
from cleanse import errors, schema
from cleanse.cli import main
from cleanse.cli.headings import by_heading
from cleanse.config import PRESETS, PROFILES, Config, Dedup, Setting, settings, toml_value, variable_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent / "reference"
_MADE = "<!-- written by docs/reference.py: make docs -->"


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    written = {"cli": cli_page(), "settings": settings_page(), "api": api_page(), "schemas": schemas_page()}
    return {f"{name}.md": "\n".join(lines) + "\n" for name, lines in written.items()}


def cli_page() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield from (_MADE, "", "# Commands", "")
    yield "`cleanse COMMAND --help` says the same in the terminal."
    yield from _commands(main, "cleanse")
    yield from ("", "## Exit codes", "", "| code | error | when |", "|---|---|---|", "| 0 | | done |")
    for kind in _errors():
        yield f"| {kind.exit_code} | `{kind.__name__}` | {_first(kind)} |"


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
    yield ""
    for name, preset in PRESETS.items():
        yield f"- `{name}`: {preset.purpose}."
    yield from ("", "What each measures: [settings.md](../settings.md#presets).")


def api_page() -> Iterator[str]:
    """Every public name with its signature and docstring, then the errors."""
    yield from (_MADE, "", "# Python", "")
    yield "What `import cleanse` has. These names are promises: `tests/test_api.py` fails when one changes."
    for name in sorted(cleanse.__all__, key=lambda name: (name[0].isupper(), name)):
        what = getattr(cleanse, name)
        if inspect.isfunction(what):
            yield from ("", f"## {name}", "", *_python(f"cleanse.{name}{_signature(what)}"), *_doc(what))
        elif inspect.isclass(what) and name != "Config":
            yield from ("", f"## {name}", "", *_doc(what))
            yield from _members(what)
    yield from (
        "",
        "## Config",
        "",
        "The settings, as frozen values of `cleanse.config`. What each means: [settings](settings.md).",
    )
    yield from ("", "## Errors", "", "All in `cleanse.errors`.", "", "| error | below | |", "|---|---|---|")
    for kind in _errors():
        yield f"| `{kind.__name__}` | `{kind.__base__.__name__}` | {_first(kind)} |"


def _errors() -> list[type[errors.CleanseError]]:
    kinds = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.CleanseError)]
    return sorted(kinds, key=lambda kind: (kind.exit_code, kind.__name__))


def _members(kind: type) -> Iterator[str]:
    for name, member in vars(kind).items():
        if name.startswith("_") or name == "of":
            continue
        if isinstance(member, (property, cached_property)):
            get = member.fget if isinstance(member, property) else member.func
            yield from (
                "",
                f"### {kind.__name__}.{name}",
                "",
                f"A value: `{get.__annotations__['return']}`.",
                *_doc(get),
            )
        elif inspect.isfunction(member):
            yield from ("", f"### {kind.__name__}.{name}", "", *_python(f"{name}{_signature(member)}"), *_doc(member))


class _Written:
    """An annotation as it stands in the code."""

    def __init__(self, annotation: str) -> None:
        self._annotation = annotation

    def __repr__(self) -> str:
        return self._annotation


def _signature(what: Callable[..., object]) -> str:
    found = inspect.signature(what)
    parameters = [
        parameter.replace(annotation=_Written(parameter.annotation)) if parameter.name != "self" else parameter
        for parameter in found.parameters.values()
    ]
    return str(found.replace(parameters=parameters, return_annotation=_Written(found.return_annotation)))


def _python(line: str) -> list[str]:
    if len(line) > 100:  # a parameter a line
        head, _, rest = line.partition("(")
        inside, _, tail = rest.rpartition(")")
        line = f"{head}(\n    " + re.sub(r", (?=[\w*]+(?::|,|$))", ",\n    ", inside) + f",\n){tail}"
    return ["```text", line, "```"]


def _doc(what: object) -> list[str]:
    """A docstring as Markdown: code marked once, examples as blocks."""
    text = (inspect.getdoc(what) or "").replace("``", "`")
    lines: list[str] = [""]
    for paragraph in text.split("\n\n"):
        if paragraph.startswith(">>> "):
            lines += ["```pycon", paragraph, "```", ""]
        else:
            lines += [paragraph, ""]
    return lines[:-1]


def _first(what: object) -> str:
    return (inspect.getdoc(what) or "").partition("\n")[0].replace("|", "\\|")


def schemas_page() -> Iterator[str]:
    """The reasons, the kinds of blocks, and the columns of every table that is written."""
    yield from (_MADE, "", "# Tables and reasons", "")
    yield "The columns and their types; what they mean, with queries, is in [the files of a run](../files.md)."
    yield from ("", "## Reasons", "", "| reason | of | meaning |", "|---|---|---|")
    for reason in schema.Reason:
        yield f"| `{reason}` | {_level(reason)} | {reason.meaning} |"
    yield from ("", "## Kinds of blocks", "", ", ".join(f"`{kind}`" for kind in schema.Kind))
    tables = {"dropped": schema.DROPPED, "kept": schema.KEPT, "matches": schema.MATCH, "clusters": schema.CLUSTER}
    for name, table in {**tables, "indexed": schema.INDEXED}.items():
        yield from ("", f"## {name}.parquet", "", "| column | type |", "|---|---|")
        yield from (f"| `{field.name}` | {field.type} |" for field in table)


def _level(reason: schema.Reason) -> str:
    if reason in schema.BLOCK_REASONS:
        return "a block"
    return "a passage" if reason is schema.Reason.SHARED_PASSAGE else "a document"


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
