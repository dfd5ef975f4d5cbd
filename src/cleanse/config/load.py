"""Settings from presets, files, the environment and pairs, with errors that name the place, the field and the fix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cleanse.config.given import FILE_VARIABLE, PRESET, Given, in_environment, in_file, in_pairs, in_preset
from cleanse.config.names import KEYS, SECTIONS, did_you_mean, nearest
from cleanse.config.settings import LEAST_MEMORY, Config
from cleanse.config.units import size_in_bytes
from cleanse.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Of page_memory the libraries that read pages take 250 MB themselves.
_LEAST = {"memory": LEAST_MEMORY, "page_memory": "500MB"}


class Traced(NamedTuple):
    """Settings, and of each that was given (``section.name``) the place that said so."""

    config: Config
    origins: Mapping[str, str]


def load_config(
    path: str | Path | None = None, pairs: Iterable[str] = (), environment: Mapping[str, str] | None = None
) -> Config:
    """Settings from a TOML file, ``CLEANSE_SECTION__NAME`` variables and ``section.name=value`` pairs, the later over the former.

    Each of them may name a ``preset``; the last name counts, and everything given wins over the preset's settings.
    Raises ConfigError naming the place, the field and the fix.

    >>> load_config(pairs=["dedup.coverage=0.9"]).dedup.coverage
    0.9
    >>> load_config(pairs=["preset=news"], environment={"CLEANSE_DEDUP__SURVIVOR": "first"}).dedup.survivor
    'first'
    """
    return trace_config(path, pairs, environment).config


def trace_config(
    path: str | Path | None = None,
    pairs: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> Traced:
    """As `load_config`, and over all of it ``options`` by section; with the origin of each setting."""
    environment = environment or {}
    file = path or environment.get(FILE_VARIABLE)
    given = [*(in_file(Path(file)) if file else ()), *in_environment(environment), *in_pairs(pairs)]
    for section, part in (options or {}).items():
        given += [Given("options", f"{section}.{name}", value) for name, value in part.items()]
    tree, origins = _merged(given)
    config = _convert(tree, "settings")
    for keys, problem in _contradictions(config):
        places = dict.fromkeys(origins[key] for key in keys if key in origins)
        raise ConfigError(f"{', '.join(places) or 'settings'}: {problem}")
    return Traced(config, origins)


def to_tree(pairs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """``section.name=value`` pairs as a nested mapping; raises ConfigError as `load_config` does.

    >>> to_tree(["dedup.coverage=0.9", "strip.keep=comments"])
    {'dedup': {'coverage': 0.9}, 'strip': {'keep': ['comments']}}
    """
    return _merged(list(in_pairs(pairs)))[0]


def to_config(tree: Mapping[str, Any], where: str) -> Config:
    """A nested mapping as Config; raises ConfigError that names the field and the nearest known one."""
    config = _convert(tree, where)
    for _, problem in _contradictions(config):
        raise ConfigError(f"{where}: {problem}")
    return config


def checked(config: object) -> Config:
    """Settings that a program gives, which are made without a look at their values; the defaults for none.

    Raises ConfigError for what is no Config and for the first value that is none of its setting.

    >>> from cleanse.config import Dedup
    >>> checked(Config(dedup=Dedup(coverage=9)))
    Traceback (most recent call last):
    cleanse.errors.ConfigError: config: dedup.coverage: Expected `float` <= 1.0
    """
    if config is None:
        return Config()
    if not isinstance(config, Config):
        raise ConfigError(
            f"config: expected a cleanse.Config, not {type(config).__name__}; cleanse.config.load_config makes one of files and presets"
        )
    return to_config(msgspec.to_builtins(config), "config")


def _merged(given: Sequence[Given]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """(settings by section, origins) of what was given, the later over the former, and the last preset below all."""
    presets = [one for one in given if one.key == PRESET]
    settings = [*(in_preset(presets[-1]) if presets else ()), *(one for one in given if one.key != PRESET)]
    tree: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    for where, key, value in settings:
        section, dot, name = key.partition(".")
        _convert({section: {name: value} if dot else value}, where)
        tree.setdefault(section, {})[name] = value
        origins[key] = where
    return tree, origins


def _convert(tree: Mapping[str, Any], where: str) -> Config:
    try:
        return msgspec.convert(tree, Config, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_explain(str(error), tree)}") from None


def _explain(message: str, tree: Mapping[str, Any]) -> str:
    for section, part in tree.items():
        names = part if isinstance(part, dict) else ()
        for key in (f"{section}.{name}" for name in names):
            if key not in KEYS:
                return f"unknown setting {key}{did_you_mean(key)}"
        if section not in SECTIONS:
            return f"unknown section {section!r}{did_you_mean(section, SECTIONS)}"
    problem, _, place = message.partition(" - at `$.")
    if " matching regex " in problem:  # the settings that have one are sizes
        problem = "not a size; a number and its unit, as in 500MB or 2GB"
    return f"{place.rstrip('`')}: {problem}" if place else message


def _contradictions(config: Config) -> Iterator[tuple[tuple[str, ...], str]]:
    """What no single setting shows: the settings that are at odds, and what is wrong with them."""
    if config.strip.keep:
        from cleanse.schema import BLOCK_REASONS, Kind

        known = list(dict.fromkeys([*(reason.value for reason in BLOCK_REASONS), *(kind.value for kind in Kind)]))
        for name in config.strip.keep:
            if name not in known:
                yield ("strip.keep",), f"strip.keep: unknown reason or kind {name!r}{nearest(name, known)}"
    for name, least in _LEAST.items():
        size = getattr(config.run, name)
        if not size.endswith("%") and size_in_bytes(size) < size_in_bytes(least):
            yield (f"run.{name}",), f"run.{name} ({size}) must not be below {least}, which a run needs in any case"
    write = config.write
    if write.shard_size and (write.format == "txt" or size_in_bytes(write.shard_size) == 0):
        yield (
            ("write.shard_size", "write.format"),
            f"write.shard_size ({write.shard_size}) cannot be: txt is a file a document, and 0 no size",
        )
    if write.compression != "none" and write.format != "jsonl":
        yield ("write.compression", "write.format"), "write.compression is for jsonl; parquet is compressed inside"
    dedup = config.dedup
    if dedup.survivor == "source" and not dedup.source_priority:
        yield (
            ("dedup.survivor", "dedup.source_priority"),
            "dedup.survivor = source needs dedup.source_priority, the best source first",
        )
    if dedup.drop_passage_words < dedup.passage_words:
        yield (
            ("dedup.drop_passage_words", "dedup.passage_words"),
            f"dedup.drop_passage_words ({dedup.drop_passage_words}) must not be below dedup.passage_words "
            f"({dedup.passage_words})",
        )
    if 0 < dedup.window_words < dedup.shingle_words:
        yield (
            ("dedup.window_words", "dedup.shingle_words"),
            f"dedup.window_words ({dedup.window_words}) must not be below dedup.shingle_words ({dedup.shingle_words}): "
            "no shingle fits; 0 signs whole documents",
        )
