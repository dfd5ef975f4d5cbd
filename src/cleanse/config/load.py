"""Settings from TOML files and ``section.name=value`` pairs, with errors that name the field and the fix."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from cleanse.config.settings import Config, size_in_bytes
from cleanse.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

#: The SQL engine cannot spill with less; the libraries that read pages take 250 MB themselves.
_LEAST = {"memory": "200MB", "page_memory": "500MB"}


def load_config(path: Path | None = None, pairs: Iterable[str] = ()) -> Config:
    """Settings from a TOML file, then ``section.name=value`` pairs over them.

    Raises ConfigError naming the file or pair, the field and the fix.

    >>> load_config(pairs=["dedup.coverage=0.9"]).dedup.coverage
    0.9
    """
    tree: dict[str, Any] = {}
    if path is not None:
        try:
            tree = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigError(f"{path}: no such settings file") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path}: not a readable TOML file: {error}") from None
        to_config(tree, where=str(path))
    for pair in pairs:
        name, equals, value = pair.partition("=")
        section, dot, field = name.strip().partition(".")
        if not (equals and dot and field):
            raise ConfigError(f"--set {pair}: write it as section.name=value, as in dedup.coverage=0.9")
        branch = tree.setdefault(section, {})
        branch[field] = _toml_value(value.strip())
        to_config(tree, where=f"--set {pair}")
    return to_config(tree, where="settings")


def to_config(tree: Mapping[str, Any], where: str) -> Config:
    """A nested mapping as Config; raises ConfigError that names the field and the nearest known one."""
    try:
        config = msgspec.convert(tree, Config, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_explain(str(error), tree)}") from None
    _check(config, where)
    return config


def _check(config: Config, where: str) -> None:
    from cleanse.schema import BLOCK_REASONS, Kind

    known = list(dict.fromkeys([*(reason.value for reason in BLOCK_REASONS), *(kind.value for kind in Kind)]))
    for name in config.strip.keep:
        if name not in known:
            raise ConfigError(f"{where}: strip.keep: unknown reason or kind {name!r}{nearest(name, known)}")
    if config.dedup.survivor == "source" and not config.dedup.source_priority:
        raise ConfigError(f"{where}: dedup.survivor = source needs dedup.source_priority, the best source first")
    for name, least in _LEAST.items():
        if size_in_bytes(getattr(config.run, name)) < size_in_bytes(least):
            raise ConfigError(f"{where}: run.{name} must not be below {least}")
    if config.dedup.drop_passage_words < config.dedup.passage_words:
        raise ConfigError(f"{where}: dedup.drop_passage_words must not be below dedup.passage_words")


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word, or all of them."""
    import difflib

    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"


def _explain(message: str, tree: Mapping[str, Any]) -> str:
    for section in tree:
        if section not in Config.__struct_fields__:
            return f"unknown section {section!r}{nearest(section, Config.__struct_fields__)}"
        part = tree[section]
        known = getattr(Config(), section).__struct_fields__
        if isinstance(part, Mapping):
            for name in part:
                if name not in known:
                    return f"unknown setting {section}.{name}{nearest(name, known)}"
    problem, _, place = message.partition(" - at `$.")
    return f"{place.rstrip('`')}: {problem}" if place else message


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text
