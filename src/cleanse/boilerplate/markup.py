"""What the names in a page's markup say: tags, roles, classes and ids, as markup.toml lists them."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import regex

from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

_CAPTION = regex.compile(r"\b(?:img|image|photo|wp|fig|media|picture)?-?_?caption", regex.I)
_DIGITS = regex.compile(r"\d+")


class Named(NamedTuple):
    """What an element's class and id say: a reason with the name that says so, whether they hide the element or make it a
    caption, and the first name without its digits."""

    reason: Reason | None = None
    by: str = ""
    hides: bool = False
    captions: bool = False
    first: str = ""


class Markup:
    """The reasons that tag names, ARIA roles, classes and ids suggest."""

    def __init__(self, data: Mapping[str, object]) -> None:
        tags, roles, names = (_table(data, part) for part in ("tags", "roles", "names"))
        self._tags = {tag: Reason(reason) for tag, reason in tags.items()}
        self._roles = {role: Reason(reason) for role, reason in roles.items()}
        self._hidden = regex.compile(str(data["hidden"]))
        self._names = [(Reason(name.removesuffix("_side")), regex.compile(pattern)) for name, pattern in names.items()]
        self._seen: dict[str, Named] = {}

    def tag(self, tag: str, role: str) -> Reason | None:
        """What a tag or its role suggests."""
        return self._tags.get(tag) or self._roles.get(role)

    def named(self, names: str) -> Named:
        """What class and id (joined by a space) say."""
        known = self._seen.get(names)
        if known is None:
            if len(self._seen) > 50_000:
                self._seen.clear()
            known = self._seen[names] = self._find(names.lower())
        return known

    def _find(self, names: str) -> Named:
        hides, captions = bool(self._hidden.search(names)), bool(_CAPTION.search(names))
        first = _DIGITS.sub("", names.partition(" ")[0])
        for reason, pattern in self._names:
            match = pattern.search(names[:400])
            if match:
                return Named(reason, match[0].strip(" -_"), hides, captions, first)
        return Named(None, "", hides, captions, first)


@functools.cache
def markup() -> Markup:
    """The conventions of markup.toml."""
    return Markup(tomllib.loads(resources.files(__package__).joinpath("markup.toml").read_text(encoding="utf-8")))


def _table(data: Mapping[str, object], name: str) -> dict[str, str]:
    table = data[name]
    assert isinstance(table, dict)
    return table
