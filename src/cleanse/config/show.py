"""Settings as they are shown: each with its meaning, unit, range and default, and as TOML that is read back."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from cleanse.config.settings import Config, Dedup
from cleanse.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Columns of a comment.
_WIDTH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One setting as people see it; ``default`` is the profile's where a profile sets it."""

    section: str
    name: str
    value: Any
    default: Any
    meaning: str
    unit: str
    limits: str
    choices: tuple[str, ...]

    @property
    def key(self) -> str:
        """``section.name``."""
        return f"{self.section}.{self.name}"

    @property
    def changed(self) -> bool:
        return bool(self.value != self.default)

    @property
    def takes(self) -> str:
        """What it may be, in words: its choices, or its range and unit."""
        kind = {bool: "true or false", tuple: "a list", str: "text"}.get(type(self.default), "")
        return " | ".join(self.choices) or " ".join(part for part in (self.limits or kind, self.unit) if part)


def settings(config: Config) -> Iterator[Setting]:
    """Every setting, in the order of this module."""
    usual = Config(dedup=Dedup(profile=config.dedup.profile))
    for section in config.__struct_fields__:
        part = getattr(config, section)
        hints = get_type_hints(type(part), include_extras=True)
        for name in part.__struct_fields__:
            default = Config().dedup.profile if name == "profile" else getattr(getattr(usual, section), name)
            yield _setting(section, name, getattr(part, name), default, hints[name])


def to_toml(
    config: Config,
    *,
    origins: Mapping[str, str] | None = None,
    changed: bool = False,
    words: Sequence[str] = (),
) -> str:
    """The settings as TOML that ``load_config`` reads back, each with its meaning.

    With ``changed`` those alone that are not the default, with ``words`` those that have one in their name or meaning.
    ``origins`` names the place that gave a setting.
    """
    lines: list[str] = []
    current = ""
    for setting in settings(config):
        about = f"{setting.key} {setting.meaning}".lower()
        if (changed and not setting.changed) or (words and not any(word.lower() in about for word in words)):
            continue
        if setting.section != current:
            doc = (type(getattr(config, setting.section)).__doc__ or "").strip()
            lines += ([""] if lines else []) + [f"# {doc}", f"[{setting.section}]"]
            current = setting.section
        lines += [f"# {line}" for line in textwrap.wrap(f"{setting.meaning} ({setting.takes})", _WIDTH)]
        lines.append(f"{setting.name} = {toml_value(setting.value)}{_difference(setting, origins or {})}")
    nothing = "no such setting" if words else "every setting has its default"
    return "\n".join(lines or [f"# {nothing}"]) + "\n"


def toml_value(value: Any) -> str:
    """A value as TOML.

    >>> toml_value(("comments", "byline"))
    '["comments", "byline"]'
    """
    if isinstance(value, tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return (
        msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
    )  # the one character that JSON takes and TOML does not


def _difference(setting: Setting, origins: Mapping[str, str]) -> str:
    if not setting.changed:
        return ""
    # a path or a pair may hold a line's end, which would end the comment
    origin = " ".join(printable(origins.get(setting.key, "")).split())
    return f"  # default {toml_value(setting.default)}" + (f", here by {origin}" if origin else "")


def _setting(section: str, name: str, value: Any, default: Any, hint: Any) -> Setting:
    base, *extra = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    metas = [meta for meta in extra if isinstance(meta, Meta)]
    return Setting(
        section=section,
        name=name,
        value=value,
        default=default,
        meaning=next((meta.description for meta in metas if meta.description), ""),
        unit=next((meta.extra["unit"] for meta in metas if meta.extra and "unit" in meta.extra), ""),
        limits=_limits(metas),
        choices=get_args(base) if get_origin(base) is Literal else (),
    )


def _limits(metas: list[Meta]) -> str:
    """The range as people write it: "0 to 1", "1 or more", "above 0, below 1"."""
    ge, gt, le, lt = (
        next((limit for meta in metas if (limit := getattr(meta, name)) is not None), None)
        for name in ("ge", "gt", "le", "lt")
    )
    if ge is not None:
        return f"{ge:g} to {le:g}" if le is not None else f"{ge:g} or more"
    bounds = [f"above {gt:g}"] if gt is not None else []
    return ", ".join(bounds + ([f"below {lt:g}"] if lt is not None else []))
