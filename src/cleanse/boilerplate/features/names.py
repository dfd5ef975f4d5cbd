"""What classes, ids and tags above a text say of it: weights learned from pages of many sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleanse.boilerplate.features.columns import Column
    from cleanse.boilerplate.tree import Tree

#: So many elements right above a text count as near, the others as far.
NEAR = 3
_MOST_NAMES = 12
_LONGEST_NAME = 40
_DIGITS = regex.compile(r"\d+")
_PARTS = regex.compile(r"[-_]+|(?<=[a-z])(?=[A-Z])")
_ROOTS = frozenset({"html", "body", ""})
_MOST_KNOWN = 50_000


def tokens(tag: str, names: str) -> frozenset[str]:
    """The names of an element: its tag, its classes and ids, and the words these are made of; digits are 0."""
    found = {f"<{tag}>"}
    for name in names.split()[:_MOST_NAMES]:
        plain = _DIGITS.sub("0", name)
        if len(plain) <= _LONGEST_NAME:
            found.add(plain.lower())
        found.update(part.lower() for part in _PARTS.split(plain) if 2 <= len(part) <= 20)
    return frozenset(found)


def elements_above(tree: Tree, element: int) -> Iterator[tuple[bool, str, str]]:
    """(is it near, tag, names) of the elements around a text, the nearest first, without html and body."""
    count = 0
    while element > 0:
        called = tree.called[tree.name[element]]
        if called.tag not in _ROOTS:
            yield count < NEAR, called.tag, called.names
            count += 1
        element = int(tree.parent[element])


class Names:
    """The learned weights: of a name near a text, and of one farther up."""

    def __init__(self, near: Mapping[str, float], far: Mapping[str, float]) -> None:
        self._near, self._far = _Table(near), _Table(far)

    def of(self, tree: Tree) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """(near, far) of the text of each block: the sum of the weights, the lowest, the highest."""
        from cleanse.boilerplate.inherit import weights_above  # kernels of HTML, which texts do without

        elements = [(called.tag, called.names) for called in tree.called]
        near, far = (np.array([table[element] for element in elements]) for table in (self._near, self._far))
        roots = np.array([called.tag in _ROOTS for called in tree.called])
        found: tuple[tuple[Column, ...], tuple[Column, ...]] = weights_above(
            tree.element, tree.parent, tree.name, near, far, roots, NEAR
        )
        return found


class _Table(dict[tuple[str, str], tuple[float, float, float]]):
    """The sum, the lowest and the highest weight by (tag, names) of an element, found when they are first asked for."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    def __missing__(self, element: tuple[str, str]) -> tuple[float, float, float]:
        if len(self) > _MOST_KNOWN:
            self.clear()
        table = self._weights
        weights = [table[name] for name in sorted(tokens(*element)) if name in table]
        found = self[element] = (sum(weights), min([0.0, *weights]), max([0.0, *weights]))
        return found
