"""What the names in a page's markup say: tags, roles, classes and ids, as markup.toml lists them."""

from __future__ import annotations

import functools
import re
import tomllib
from bisect import bisect_right
from importlib import resources
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_CAPTION = re.compile(r"\b(?:img|image|photo|wp|fig|media|picture)?-?_?caption")
_DIGITS = re.compile(r"\d+")

#: Characters of an element's class and id that are looked at, and names that are remembered.
_LONGEST, _MOST_SEEN = 400, 50_000


class Named(NamedTuple):
    """What an element's class and id say: a reason with the name that says so, whether they hide the element or make it a
    caption, and the first name without its digits."""

    reason: Reason | None = None
    by: str = ""
    hides: bool = False
    captions: bool = False
    first: str = ""


class Said(NamedTuple):
    """The same of one name, its reason by its place."""

    rank: int
    by: str
    hides: bool
    captions: bool


class Markup:
    """The reasons that tag names, ARIA roles, classes and ids suggest."""

    def __init__(self, data: Mapping[str, object]) -> None:
        tags, roles, names = (_table(data, part) for part in ("tags", "roles", "names"))
        self._tags = {tag: Reason(reason) for tag, reason in tags.items()}
        self._roles = {role: Reason(reason) for role, reason in roles.items()}
        self._hidden = re.compile(str(data["hidden"]))
        self._names = [
            (Reason(name.removesuffix("_side")), re.compile(pattern, re.MULTILINE)) for name, pattern in names.items()
        ]
        self._seen: dict[str, Said] = {}

    def tag(self, tag: str, role: str) -> Reason | None:
        """What a tag or its role suggests."""
        return self._tags.get(tag) or self._roles.get(role)

    def learn(self, classes: Iterable[str]) -> Mapping[str, Said]:
        """Look at the names in some elements' class and id together, which takes a quarter of the time; what they say."""
        seen = self._seen
        if len(seen) > _MOST_SEEN:
            seen = self._seen = {}  # another thread may still read the old one
        unseen = list({name for names in classes for name in _names(names) if name not in seen})
        text = "\n".join(unseen)
        starts = list(accumulate((len(name) + 1 for name in unseen), initial=0))

        def found(pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
            """The names that a pattern is found in, and what it matches first."""
            last = -1
            for match in pattern.finditer(text):
                at = bisect_right(starts, match.start()) - 1
                if at > last:
                    yield at, match[0]
                last = at

        said: dict[int, tuple[int, str]] = {}
        for rank, (_, pattern) in enumerate(self._names):
            for at, match in found(pattern):
                said.setdefault(at, (rank, match.strip("-_")))
        hides, captions = ({at for at, _ in found(pattern)} for pattern in (self._hidden, _CAPTION))
        nothing = len(self._names), ""
        for at, name in enumerate(unseen):
            seen[name] = Said(*said.get(at, nothing), at in hides, at in captions)
        return seen

    def named(self, names: str, learned: Mapping[str, Said] | None = None) -> Named:
        """What class and id (joined by a space) say: of the reasons that their names have, the first in markup.toml.
        ``learned``: what `learn` said of them."""
        learned = learned or self.learn([names])
        rank, by, hides, captions = len(self._names), "", False, False
        for name in _names(names):
            said = learned[name]
            if said.rank < rank:
                rank, by = said.rank, said.by
            hides, captions = hides or said.hides, captions or said.captions
        reason = self._names[rank][0] if rank < len(self._names) else None
        return Named(reason, by, hides, captions, _DIGITS.sub("", names.lower().partition(" ")[0]))


def _names(names: str) -> list[str]:
    return names[:_LONGEST].lower().split()


@functools.cache
def markup() -> Markup:
    """The conventions of markup.toml."""
    return Markup(tomllib.loads(resources.files(__package__).joinpath("markup.toml").read_text(encoding="utf-8")))


def _table(data: Mapping[str, object], name: str) -> dict[str, str]:
    table = data[name]
    assert isinstance(table, dict)
    return table
