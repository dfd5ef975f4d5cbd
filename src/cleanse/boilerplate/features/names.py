"""What classes, ids and tags above a text say of it: weights learned from pages of many sites."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    return frozenset({f"<{tag}>"}).union(*_tokens_of(names.split()[:_MOST_NAMES]))


def _tokens_of(names: Sequence[str]) -> Iterator[list[str]]:
    """The tokens of names, which have no white space in them."""
    if not names:
        return
    text = _DIGITS.sub("0", "\n".join(names))
    for plain, parts in zip(text.split("\n"), _PARTS.sub(" ", text).split("\n"), strict=True):
        found = [part.lower() for part in parts.split(" ") if 2 <= len(part) <= 20]
        yield [*found, plain.lower()] if len(plain) <= _LONGEST_NAME else found


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
        known = sorted({*near, *far})
        self._weights = [[table.get(token, 0.0) for token in known] for table in (near, far)]
        self._numbers = {token: number for number, token in enumerate(known)}
        #: The tokens with a weight of each name, by their numbers; and the row of some such tokens.
        self._known: dict[str, frozenset[int]] = {}
        self._rows: dict[frozenset[int], tuple[float, ...]] = {}

    def of(self, tree: Tree) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """(near, far) of the text of each block: the sum of the weights, the lowest, the highest."""
        from cleanse.boilerplate.inherit import weights_above  # kernels of HTML, which texts do without

        elements = [(f"<{called.tag}>", *called.names.split()[:_MOST_NAMES]) for called in tree.called]
        self._learn(elements)
        rows = np.array([self._row(names) for names in elements])
        near, far = np.ascontiguousarray(rows[:, :3]), np.ascontiguousarray(rows[:, 3:])
        roots = np.array([called.tag in _ROOTS for called in tree.called])
        found: tuple[tuple[Column, ...], tuple[Column, ...]] = weights_above(
            tree.element, tree.parent, tree.name, near, far, roots, NEAR
        )
        return found

    def _learn(self, elements: Iterable[Sequence[str]]) -> None:
        for memory in (self._known, self._rows):
            if len(memory) > _MOST_KNOWN:
                memory.clear()
        unknown = [name for name in set(chain.from_iterable(elements)) if name not in self._known]
        for name, parts in zip(unknown, _tokens_of(unknown), strict=True):
            own = [name] if name.startswith("<") else parts
            self._known[name] = frozenset(self._numbers[token] for token in own if token in self._numbers)

    def _row(self, names: Iterable[str]) -> tuple[float, ...]:
        """The sum, the lowest and the highest weight of an element's names near a text, and the same of those farther up."""
        numbers = frozenset().union(*map(self._known.__getitem__, names))
        row = self._rows.get(numbers)
        if row is None:
            ordered = sorted(numbers)  # as sums depend on it
            near, far = ([0.0, *map(table.__getitem__, ordered)] for table in self._weights)
            row = self._rows[numbers] = (sum(near), min(near), max(near), sum(far), min(far), max(far))
        return row
