"""What the names in a page's markup say: tags, roles, classes and ids, as markup.toml lists them."""

from __future__ import annotations

import functools
import re
import tomllib
from bisect import bisect_right
from importlib import resources
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cleanse.boilerplate.blocks import NONE, REASON
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

#: What a name says besides a reason, each a bit: it hides the element; it makes it a caption. Below them stands the place of
#: its reason.
HIDES: Final = 256
CAPTIONS: Final = 512
_PLACE: Final = 255
#: Names that are remembered.
_MOST_SEEN = 50_000


class Pattern(NamedTuple):
    """An expression, and strings of which every match has one: few names have any."""

    expression: re.Pattern[str]
    has: tuple[str, ...]

    @classmethod
    def read(cls, table: Mapping[str, str]) -> Pattern:
        """The pattern of a table with ``pattern`` and, separated by spaces, ``has``."""
        return cls(re.compile(table["pattern"], re.MULTILINE), tuple(table["has"].split()))


class Markup:
    """The reasons that tag names, ARIA roles, classes and ids suggest."""

    def __init__(self, data: Mapping[str, object]) -> None:
        tags, roles, names = (_table(data, part) for part in ("tags", "roles", "names"))
        self._tags = {tag: Reason(reason) for tag, reason in tags.items()}
        self._roles = {role: Reason(reason) for role, reason in roles.items()}
        self._names = [(Reason(name.removesuffix("_side")), Pattern.read(table)) for name, table in names.items()]
        self._flags = [(HIDES, Pattern.read(_table(data, "hides"))), (CAPTIONS, Pattern.read(_table(data, "captions")))]
        #: The number of each reason in `REASON`, by its place; behind them stands ``NONE``.
        self.reasons = np.array([*(REASON[reason] for reason, _ in self._names), NONE])
        self._seen: dict[str, int] = {}

    def tag(self, tag: str, role: str) -> Reason | None:
        """What a tag or its role suggests."""
        return self._tags.get(tag) or self._roles.get(role)

    def say(self, names: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(place, flags) of some elements by the names of each, in lower case: that of the first reason in markup.toml which one
        of them has, for `reasons`; `HIDES` and `CAPTIONS` if one of them does."""
        seen = self._look({name for own in names for name in own})
        nothing = len(self._names)
        # one that says nothing before those of each element, which may have none
        said = np.array([code for own in names for code in (nothing, *map(seen.__getitem__, own))], np.int64)
        starts = np.fromiter(accumulate((len(own) + 1 for own in names[:-1]), initial=0), np.intp, len(names))
        return np.minimum.reduceat(said & _PLACE, starts), np.bitwise_or.reduceat(said & ~_PLACE, starts)

    def by(self, names: Sequence[str], place: int) -> str:
        """What says the reason of that place, in an element's names; nothing if that is none."""
        match = self._names[place][1].expression.search("\n".join(names)) if place < len(self._names) else None
        return match[0].strip("-_") if match else ""

    def _look(self, names: Iterable[str]) -> Mapping[str, int]:
        """Look at names that were not seen so far, all at once: the place of the first reason of each, and flags."""
        seen = self._seen
        if len(seen) > _MOST_SEEN:
            seen = self._seen = {}  # another thread may still read the old one
        unseen = [name for name in names if name not in seen]
        text = "\n".join(unseen)
        starts = list(accumulate((len(name) + 1 for name in unseen), initial=0))
        said = [len(self._names)] * len(unseen)

        def found(pattern: Pattern) -> Iterator[int]:
            some = {at for part in pattern.has for at in _having(part, text, starts)}
            return (at for at in some if pattern.expression.search(unseen[at]))

        for place in reversed(range(len(self._names))):
            for at in found(self._names[place][1]):
                said[at] = place
        for flag, pattern in self._flags:
            for at in found(pattern):
                said[at] |= flag
        seen.update(zip(unseen, said, strict=True))
        return seen


def _having(part: str, text: str, starts: Sequence[int]) -> Iterator[int]:
    """The lines of a text that a string occurs in; they begin at ``starts``, where one more would begin as well."""
    place = text.find(part)
    while place >= 0:
        line = bisect_right(starts, place)
        yield line - 1
        place = text.find(part, starts[line])


@functools.cache
def markup() -> Markup:
    """The conventions of markup.toml."""
    return Markup(tomllib.loads(resources.files(__package__).joinpath("markup.toml").read_text(encoding="utf-8")))


def _table(data: Mapping[str, object], name: str) -> dict[str, Any]:
    table = data[name]
    assert isinstance(table, dict)
    return table
