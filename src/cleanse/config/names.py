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


def meant(key: str, others: Iterable[str] = ()) -> str:
    """The setting, or one of ``others``, that a key that is none most likely means; "" when none is like it.

    >>> meant("dedup.covrage"), meant("coverage"), meant("nonsense")
    ('dedup.coverage', 'dedup.coverage', '')
    """
    name = key.rpartition(".")[2]
    same = (known for known in KEYS if known.endswith(f".{name}"))
    return next(same, "") or next(iter(difflib.get_close_matches(key, [*others, *KEYS], n=1)), "")


def did_you_mean(key: str, others: Iterable[str] = ()) -> str:
    """A hint at what `meant` finds."""
    known = meant(key, others)
    return f"; did you mean {known}?" if known else "; cleanse config prints all"


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word, or else all of them."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
