"""What classes, ids and tags above a text say of it: weights learned from pages of many sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleanse.boilerplate.places import Place

#: So many elements right above a text count as near, the others as far.
NEAR = 3
_MOST_NAMES = 12
_LONGEST_NAME = 40
_DIGITS = regex.compile(r"\d+")
_PARTS = regex.compile(r"[-_]+|(?<=[a-z])(?=[A-Z])")
_ROOTS = frozenset({"html", "body", ""})
_MOST_KNOWN = 50_000


class Weights(NamedTuple):
    """Log-odds for content of an element's names: their sum, the lowest and the highest."""

    total: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0

    def and_also(self, other: Weights) -> Weights:
        """Both together."""
        return Weights(self.total + other.total, min(self.lowest, other.lowest), max(self.highest, other.highest))


_NOTHING = Weights()


def tokens(tag: str, names: str) -> frozenset[str]:
    """The names of an element: its tag, its classes and ids, and the words these are made of; digits are 0."""
    found = {f"<{tag}>"}
    for name in names.split()[:_MOST_NAMES]:
        plain = _DIGITS.sub("0", name)
        if len(plain) <= _LONGEST_NAME:
            found.add(plain.lower())
        found.update(part.lower() for part in _PARTS.split(plain) if 2 <= len(part) <= 20)
    return frozenset(found)


def elements_above(place: Place) -> Iterator[tuple[bool, str, str]]:
    """(is it near, tag, names) of the elements around a text, the nearest first, without html and body."""
    above: Place | None = place
    count = 0
    while above is not None:
        if above.tag not in _ROOTS:
            yield count < NEAR, above.tag, above.names
            count += 1
        above = above.parent


class Names:
    """The learned weights: of a name near a text, and of one farther up."""

    def __init__(self, near: Mapping[str, float], far: Mapping[str, float]) -> None:
        self._near, self._far = _Table(near), _Table(far)

    def of(self, place: Place, far: dict[int, Weights]) -> tuple[Weights, Weights]:
        """(near, far) of a text at a place. ``far`` keeps what was found for the elements of this page."""
        total = lowest = highest = 0.0
        count = 0
        above: Place | None = place
        while above is not None and count < NEAR:
            if above.tag not in _ROOTS:
                own, low, high = self._near[above.tag, above.names]
                total += own
                lowest, highest = min(lowest, low), max(highest, high)
                count += 1
            above = above.parent
        return Weights(total, lowest, highest), self._beyond(above, far)

    def _beyond(self, place: Place | None, known: dict[int, Weights]) -> Weights:
        path = []
        while place is not None and id(place) not in known:
            path.append(place)
            place = place.parent
        found = known[id(place)] if place is not None else _NOTHING
        for above in reversed(path):
            if above.tag not in _ROOTS:
                found = found.and_also(self._far[above.tag, above.names])
            known[id(above)] = found
        return found


class _Table(dict[tuple[str, str], Weights]):
    """Weights by (tag, names) of an element, summed up when they are first asked for."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    def __missing__(self, element: tuple[str, str]) -> Weights:
        if len(self) > _MOST_KNOWN:
            self.clear()
        table = self._weights
        weights = [table[name] for name in sorted(tokens(*element)) if name in table]
        found = self[element] = Weights(sum(weights), min([0.0, *weights]), max([0.0, *weights]))
        return found
