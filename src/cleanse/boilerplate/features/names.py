"""What classes, ids and tags above a text say of it: weights learned from pages of many sites."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import regex

from cleanse.boilerplate.characters import BREAK, DECIMAL, NEWLINE, SPACE, Characters, character_bits, lower_case
from cleanse.compiled import kernel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from cleanse.boilerplate.features.columns import Column
    from cleanse.boilerplate.tree import Tree

#: So many elements right above a text count as near, the others as far.
NEAR = 3
#: Of an element so many names are looked at; of names that are so long, and of parts of them.
_MOST_NAMES: Final = 12
_LONGEST_NAME: Final = 40
_PART: Final = (2, 20)
_DIGITS = regex.compile(r"\d+")
_PARTS = regex.compile(r"[-_]+|(?<=[a-z])(?=[A-Z])")
_ROOTS = frozenset({"html", "body", ""})

_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_ZERO, _DASH, _UNDERSCORE = map(ord, "0-_")
_LOW_A, _LOW_Z, _HIGH_A, _HIGH_Z = map(ord, "azAZ")


def tokens(tag: str, names: str) -> frozenset[str]:
    """The names of an element: its tag, its classes and ids, and the words these are made of; digits are 0."""
    found = {f"<{tag}>"}
    for name in names.split()[:_MOST_NAMES]:
        plain = _DIGITS.sub("0", name)
        found.update(part.lower() for part in _PARTS.sub(" ", plain).split(" ") if _PART[0] <= len(part) <= _PART[1])
        if len(plain) <= _LONGEST_NAME:
            found.add(plain.lower())
    return frozenset(found)


def elements_above(tree: Tree, element: int) -> Iterator[tuple[bool, str, str]]:
    """(is it near, tag, names) of the elements around a text, the nearest first, without html and body."""
    count = 0
    while element > 0:
        tag, names = tree.called.tags[tree.name[element]], tree.called.names[tree.name[element]]
        if tag not in _ROOTS:
            yield count < NEAR, tag, names
            count += 1
        element = int(tree.parent[element])


class Names:
    """The learned weights: of a name near a text, and of one farther up."""

    def __init__(self, near: Mapping[str, float], far: Mapping[str, float]) -> None:
        tokens = sorted({*near, *far})
        self._tags = {token: number for number, token in enumerate(tokens) if token.startswith("<")}
        self._weights = np.array([[table.get(token, 0.0) for token in tokens] for table in (near, far)])
        characters = Characters(tokens)
        hashes = _hashes(characters.codes, characters.bases)
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]

    def of(self, tree: Tree) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """(near, far) of the text of each block: the sum of the weights, the lowest, the highest."""
        from cleanse.boilerplate.inherit import weights_above  # kernels of HTML, which texts do without

        tags = tree.called.tags
        near, far = self.rows(tags, tree.called.names)
        roots = np.array([tag in _ROOTS for tag in tags])
        found: tuple[tuple[Column, ...], tuple[Column, ...]] = weights_above(
            tree.element, tree.parent, tree.name, near, far, roots, NEAR
        )
        return found

    def rows(self, tags: list[str], names: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(near, far) of the `tokens` of some elements: the sum, the lowest and the highest of their weights and zero."""
        numbers = np.array([self._tags.get(f"<{tag}>", -1) for tag in tags])
        characters = Characters(names)
        texts = characters.codes, characters.classes, character_bits(), lower_case(), characters.bases
        found: tuple[NDArray[np.float64], ...] = _weigh(*texts, numbers, self._hashes, self._order, self._weights)
        return found[0], found[1]


@kernel
def _hashes(codes, bases):
    """A hash of each text, of which the last character is between it and the next."""
    found = np.empty(len(bases) - 1, np.uint64)
    for at in range(len(found)):
        found[at] = _BASIS
        for i in range(bases[at], bases[at + 1] - 1):
            found[at] = (found[at] ^ np.uint64(codes[i])) * _PRIME
    return found


@kernel
def _weigh(codes, classes, bits, lower, bases, tags, hashes, order, weights):
    """The rows of `Names.rows`."""
    rows = np.zeros((len(weights), len(tags), 3))
    counted, some = np.full(len(order), -1), np.empty(len(order), np.int64)
    for at in range(len(tags)):
        many = _count(tags[at], at, counted, some, 0)
        names, begin, end = 0, bases[at], bases[at + 1] - 1
        while begin < end and names < _MOST_NAMES:
            if _is_space(classes[begin]):
                begin += 1
                continue
            # a name and the part of it that is open: hash and length
            whole, part, long, size, last = _BASIS, _BASIS, 0, 0, np.uint32(0)
            while begin < end and not _is_space(classes[begin]):
                code = codes[begin]
                begin += 1
                if bits[code] & DECIMAL:
                    if last == _ZERO:
                        continue
                    code = np.uint32(_ZERO)
                separates = code in (_DASH, _UNDERSCORE)
                if separates or (_LOW_A <= last <= _LOW_Z and _HIGH_A <= code <= _HIGH_Z):
                    if _PART[0] <= size <= _PART[1]:
                        many = _count(_find(part, hashes, order), at, counted, some, many)
                    part, size = _BASIS, 0
                low = np.uint64(lower[code])
                whole, long = (whole ^ low) * _PRIME, long + 1
                if not separates:
                    part, size = (part ^ low) * _PRIME, size + 1
                last = code
            if _PART[0] <= size <= _PART[1]:
                many = _count(_find(part, hashes, order), at, counted, some, many)
            if long <= _LONGEST_NAME:
                many = _count(_find(whole, hashes, order), at, counted, some, many)
            names += 1
        some[:many].sort()  # as sums depend on it
        for token in some[:many]:
            for k in range(len(weights)):
                rows[k, at, 0] += weights[k, token]
                rows[k, at, 1] = min(rows[k, at, 1], weights[k, token])
                rows[k, at, 2] = max(rows[k, at, 2], weights[k, token])
    return rows


@kernel
def _count(token, at, counted, some, many):
    """Add a token to those of an element, once; how many it has now."""
    if token >= 0 and counted[token] != at:
        counted[token] = at
        some[many] = token
        many += 1
    return many


@kernel
def _find(hash_, hashes, order):
    """The number of the token of a hash, or -1."""
    at = np.searchsorted(hashes, hash_)
    return order[at] if at < len(hashes) and hashes[at] == hash_ else -1


@kernel
def _is_space(kind):
    return kind in (SPACE, BREAK, NEWLINE)
