"""What the names in a page's markup say: tags, roles, classes and ids, as markup.toml lists them."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING

import regex

from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping


class Markup:
    """The reasons that tag names, ARIA roles, classes and ids suggest."""

    def __init__(self, data: Mapping[str, object]) -> None:
        tags, roles, names = (_table(data, part) for part in ("tags", "roles", "names"))
        self._tags = {tag: Reason(reason) for tag, reason in tags.items()}
        self._roles = {role: Reason(reason) for role, reason in roles.items()}
        self._hidden = regex.compile(str(data["hidden"]))
        self._names = [(Reason(name.removesuffix("_side")), regex.compile(pattern)) for name, pattern in names.items()]
        self._seen: dict[str, tuple[Reason, str] | None] = {}

    def tag(self, tag: str, role: str) -> Reason | None:
        """What a tag or its role suggests."""
        return self._tags.get(tag) or self._roles.get(role)

    def name(self, names: str) -> tuple[Reason, str] | None:
        """What class and id (joined by a space) suggest, with the name that says so."""
        if names not in self._seen:
            if len(self._seen) > 50_000:
                self._seen.clear()
            self._seen[names] = self._find(names.lower()[:400])
        return self._seen[names]

    def hides(self, names: str) -> bool:
        """Whether a class says that the element is not shown."""
        return bool(self._hidden.search(names.lower()))

    def _find(self, names: str) -> tuple[Reason, str] | None:
        for reason, pattern in self._names:
            match = pattern.search(names)
            if match:
                return reason, match[0].strip(" -_")
        return None


@functools.cache
def markup() -> Markup:
    """The conventions of markup.toml."""
    return Markup(tomllib.loads(resources.files(__package__).joinpath("markup.toml").read_text(encoding="utf-8")))


def _table(data: Mapping[str, object], name: str) -> dict[str, str]:
    table = data[name]
    assert isinstance(table, dict)
    return table
