"""Settings as they are shown: each with its meaning, and as TOML that is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleanse.config.settings import Config


def settings(config: Config) -> Iterator[tuple[str, str, Any, str]]:
    """(section, name, value, meaning) of every setting, in the order of this module."""
    for section in config.__struct_fields__:
        part = getattr(config, section)
        hints = get_type_hints(type(part), include_extras=True)
        for name in part.__struct_fields__:
            yield section, name, getattr(part, name), _meaning(hints[name])


def to_toml(config: Config) -> str:
    """The settings as TOML, each with its meaning; ``load_config`` reads it back."""
    lines: list[str] = []
    current = ""
    for section, name, value, meaning in settings(config):
        if section != current:
            doc = (type(getattr(config, section)).__doc__ or "").strip()
            lines += ([""] if lines else []) + [f"# {doc}", f"[{section}]"]
            current = section
        lines.append(f"{name} = {_toml(value)}  # {meaning}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return msgspec.json.encode(value).decode()


def _meaning(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        base, *extra = get_args(hint)
        text = next((m.description for m in extra if isinstance(m, Meta) and m.description), "")
        choices = get_args(base) if get_origin(base) is Literal else ()
        return text + (f" ({', '.join(choices)})" if choices else "")
    return ""
