"""Given settings: what a file, the environment, ``--set`` and a preset say, each with the place that says it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanse.config.names import KEYS, default_of, did_you_mean, meant, nearest
from cleanse.config.presets import PRESETS
from cleanse.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

#: Environment variables of settings begin so; two underscores part section and name, as pydantic-settings has it.
_PREFIX, _PART = "CLEANSE_", "__"

#: The key of a preset's name, wherever settings are given; and that of a file's, in the environment.
PRESET, _FILE = "preset", "config"
FILE_VARIABLE = f"{_PREFIX}{_FILE.upper()}"

#: Numbers that TOML does not know, and people write.
_PLAIN_NUMBER = re.compile(r"[+-]?(\.\d+|\d+\.)")

_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Given(NamedTuple):
    """One setting that somebody gave: ``key`` is ``section.name``, ``where`` is for people."""

    where: str
    key: str
    value: Any


def in_file(path: Path) -> Iterator[Given]:
    """The settings of a TOML file. Raises ConfigError naming the file."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such settings file") from None
    except RecursionError:
        raise ConfigError(f"{path}: not a readable TOML file: nested too deeply") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: not a readable TOML file: {error}") from None
    for section, part in tree.items():
        if isinstance(part, dict) and section != PRESET:
            yield from (Given(str(path), f"{section}.{name}", value) for name, value in part.items())
        else:
            yield Given(str(path), section, part)


def in_environment(environment: Mapping[str, str]) -> Iterator[Given]:
    """The settings of ``CLEANSE_SECTION__NAME`` variables; an empty one gives nothing. Raises ConfigError naming the variable."""
    for variable in sorted(environment):
        text = environment[variable]
        if not variable.startswith(_PREFIX) or variable == FILE_VARIABLE or not text:
            continue
        key = variable.removeprefix(_PREFIX).lower().replace(_PART, ".", 1)
        if key not in KEYS and key != PRESET:
            known = meant(key, [PRESET, _FILE])
            hint = f"did you mean {variable_of(known)}?" if known else "cleanse config prints all"
            raise ConfigError(f"environment variable {variable}: no such setting; {hint}")
        yield Given(f"environment variable {variable}", key, _value(key, text))


def in_pairs(pairs: Iterable[str]) -> Iterator[Given]:
    """The settings of ``section.name=value`` pairs. Raises ConfigError naming the pair."""
    for pair in pairs:
        key, equals, text = (part.strip() for part in pair.partition("="))
        if not equals or not key:
            raise ConfigError(f"--set {pair}: write it as section.name=value, as in dedup.coverage=0.9")
        if key not in KEYS and key != PRESET:
            raise ConfigError(f"--set {pair}: unknown setting {key}{did_you_mean(key)}")
        yield Given(f"--set {pair}", key, _value(key, text))


def in_preset(name: Given) -> Iterator[Given]:
    """The settings of the preset that is named. Raises ConfigError naming the nearest one."""
    if not isinstance(name.value, str) or name.value not in PRESETS:
        raise ConfigError(f"{name.where}: unknown preset {name.value!r}{nearest(str(name.value), PRESETS)}")
    for key, value in PRESETS[name.value].settings.items():
        yield Given(f"preset {name.value}", key, value)


def variable_of(key: str) -> str:
    """The environment variable of a setting.

    >>> variable_of("dedup.coverage")
    'CLEANSE_DEDUP__COVERAGE'
    """
    return _PREFIX + key.replace(".", _PART).upper()


def _value(key: str, text: str) -> Any:
    """A text as the setting takes it: what is text stays text, a list may be plain and parted by commas, the rest is TOML."""
    default = "" if key == PRESET else default_of(key)
    if isinstance(default, tuple) and not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(default, bool):
        return _BOOLEANS.get(text.lower(), text)
    if isinstance(default, str) and text[:1] not in ("'", '"'):
        return text
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return float(text) if _PLAIN_NUMBER.fullmatch(text) else text
