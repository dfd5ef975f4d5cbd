"""Ids: each is given once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from cleanse.read.encoding import utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]


class Ids:
    """Ids given so far, as 64-bit hashes, 8 bytes each: two ids share one once in 10^19 pairs, and then get a harmless #2.

    Hashes lie in sorted runs, each more than twice as long as the next, so that there are few; ids that more than one document
    asked for are counted in a dictionary.
    """

    def __init__(self) -> None:
        self._runs: list[Keys] = []
        self._copies: dict[int, int] = {}

    def unique(self, names: Sequence[str]) -> list[str]:
        """The ids themselves, or with the first "#2", "#3" ... that nobody has; those before come first.

        >>> ids = Ids()
        >>> ids.unique(["a", "b", "a"]), ids.unique(["a", "a#2"])
        (['a', 'b', 'a#2'], ['a#3', 'a#2#2'])
        """
        keys = np.fromiter(map(_key, names), np.uint64, len(names))
        known = self._known(keys)
        given = np.sort(keys)
        if not known.any() and not (given[1:] == given[:-1]).any():
            self._keep(given)
            return list(names)
        mine: set[int] = set()
        named = []
        for name, key, taken in zip(names, keys.tolist(), known.tolist(), strict=True):
            own = name
            if taken or key in mine:
                own, key = self._numbered(name, key, mine)  # noqa: PLW2901
            mine.add(key)
            named.append(own)
        self._keep(np.sort(np.fromiter(mine, np.uint64, len(mine))))
        return named

    def _numbered(self, name: str, key: int, mine: set[int]) -> tuple[str, int]:
        copy = self._copies.get(key, 1)
        while True:
            copy += 1
            numbered = f"{name}#{copy}"
            new = _key(numbered)
            if new not in mine and not self._known(np.array([new], np.uint64))[0]:
                self._copies[key] = copy
                return numbered, new

    def _known(self, keys: Keys) -> NDArray[np.bool_]:
        known = np.zeros(len(keys), bool)
        for run in self._runs:
            places = np.searchsorted(run, keys)
            known |= run[np.minimum(places, len(run) - 1)] == keys
        return known

    def _keep(self, keys: Keys) -> None:
        if len(keys):
            self._runs.append(keys)
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(np.sort(np.concatenate((before, last)), kind="stable"))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(utf8(name), digest_size=8).digest(), "little")
