"""Names of settings: which there are, and the nearest to one that there is not."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from cleanse.config.settings import Config

if TYPE_CHECKING:
    from collections.abc import Iterable

SECTIONS = Config.__struct_fields__

#: ``section.name`` of every setting.
KEYS = tuple(f"{section}.{name}" for section in SECTIONS for name in getattr(Config(), section).__struct_fields__)


def default_of(key: str) -> Any:
    """What a setting is when nobody gives it."""
    section, _, name = key.partition(".")
    return getattr(getattr(Config(), section), name)


def did_you_mean(key: str) -> str:
    """A hint at the setting that is meant by a key that is none.

    >>> did_you_mean("dedup.covrage"), did_you_mean("coverage")
    ('; did you mean dedup.coverage?', '; did you mean dedup.coverage?')
    """
    name = key.rpartition(".")[2]
    for known in KEYS:
        if known.endswith(f".{name}"):
            return f"; did you mean {known}?"
    return nearest(key, KEYS, few=True)


def nearest(name: str, known: Iterable[str], *, few: bool = False) -> str:
    """A hint that names the closest known word, or else all of them (with ``few``, where to find them)."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return "; cleanse config prints all" if few else f"; known: {', '.join(known)}"
