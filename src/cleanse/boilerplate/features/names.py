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
        tokens = sorted({*near, *far})
        self._weights = [[table.get(token, 0.0) for token in tokens] for table in (near, far)]
        self._numbers = {token: number for number, token in enumerate(tokens)}
        #: The tokens with a weight of each name, by their numbers; and the row of some such tokens.
        self._known: dict[str, frozenset[int]] = {}
        self._rows: dict[frozenset[int], tuple[float, ...]] = {}

    def of(self, tree: Tree) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """(near, far) of the text of each block: the sum of the weights, the lowest, the highest."""
        from cleanse.boilerplate.inherit import weights_above  # kernels of HTML, which texts do without

        names = [called.names.split()[:_MOST_NAMES] for called in tree.called]
        known = self._learn(names)
        rows = np.array(
            [
                self._row(self._with_weights([f"<{called.tag}>"]).union(*map(known.__getitem__, own)))
                for called, own in zip(tree.called, names, strict=True)
            ]
        )
        near, far = np.ascontiguousarray(rows[:, :3]), np.ascontiguousarray(rows[:, 3:])
        roots = np.array([called.tag in _ROOTS for called in tree.called])
        found: tuple[tuple[Column, ...], tuple[Column, ...]] = weights_above(
            tree.element, tree.parent, tree.name, near, far, roots, NEAR
        )
        return found

    def _learn(self, names: Iterable[Sequence[str]]) -> Mapping[str, frozenset[int]]:
        """The tokens with a weight of each name."""
        known = self._known
        if len(known) > _MOST_KNOWN:
            known = self._known = {}  # another thread may still read the old one
        unknown = [name for name in set(chain.from_iterable(names)) if name not in known]
        for name, tokens in zip(unknown, _tokens_of(unknown), strict=True):
            known[name] = self._with_weights(tokens)
        return known

    def _with_weights(self, tokens: Iterable[str]) -> frozenset[int]:
        return frozenset(self._numbers[token] for token in tokens if token in self._numbers)

    def _row(self, tokens: frozenset[int]) -> tuple[float, ...]:
        """The sum, the lowest and the highest weight of an element's tokens near a text, and the same of those farther up."""
        row = self._rows.get(tokens)
        if row is None:
            ordered = sorted(tokens)  # as sums depend on it
            near, far = ([0.0, *map(table.__getitem__, ordered)] for table in self._weights)
            row = (sum(near), min(near), max(near), sum(far), min(far), max(far))
            if len(self._rows) > _MOST_KNOWN:
                self._rows = {}
            self._rows[tokens] = row
        return row
