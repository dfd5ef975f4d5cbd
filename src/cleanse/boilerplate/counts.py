"""Counts over blocks: characters by class, facts, and keys, which are the words of a block in lower case."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cleanse.boilerplate import tally as t
from cleanse.boilerplate.blocks import words_of
from cleanse.boilerplate.characters import Characters, character_bits, lower_case
from cleanse.boilerplate.keys import Keys
from cleanse.compiled import announce

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.characters import Flags, Places
    from cleanse.boilerplate.sieve import Sieve

_NO_SIEVE = np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Counts:
    """What `cleanse.boilerplate.tally` tells of blocks: ``of_class[:, DIGIT]`` and ``facts[:, WORDS]`` are columns."""

    of_class: NDArray[np.int64]
    facts: NDArray[np.int32]
    keys: Keys

    def of(self, *names: int) -> NDArray[np.int64]:
        """How many characters of some classes there are."""
        return sum((self.of_class[:, name] for name in names[1:]), self.of_class[:, names[0]])

    def has(self, bits: int) -> Flags:
        """Whether blocks have one of some bits."""
        found: Flags = self.facts[:, t.BITS] & np.int32(bits) != 0
        return found


def count(characters: Characters, starts: Places, ends: Places, sieve: Sieve | None = None) -> Counts:
    """The counts over ordered spans of texts that do not overlap, and what the sieve says of them."""
    of_class, facts, key, bounds = _tallied(characters, starts, ends, sieve)
    for at in np.flatnonzero(facts[:, t.BITS] & t.IRREGULAR).tolist():
        # as long in bytes, with another sigma at the end of a word
        own = " ".join(words_of(characters.text[starts[at] : ends[at]])).lower().encode()
        key[bounds[at] : bounds[at + 1]] = np.frombuffer(own, np.uint8)
    return Counts(of_class, facts, Keys(key, bounds))


def count_words(text: str) -> int:
    """How many `words_of` a text there are, in a tenth of the time when the kernel is loaded.

    >>> count_words("Zwei für dich, 三つ!"), len(words_of("Zwei für dich, 三つ!"))
    (5, 5)
    """
    characters = Characters([text])
    _, facts, _, _ = _tallied(characters, characters.bases[:-1], characters.bases[1:] - 1)
    return int(facts[0, t.WORDS])


def _tallied(characters: Characters, starts: Places, ends: Places, sieve: Sieve | None = None) -> Any:
    announce(t.tally)
    # the line break before the next text is none of this one
    following = np.append(starts[1:], characters.bases[-1])[: len(starts)]
    texts = characters.bases[1:]
    stops = np.minimum(following, texts[np.searchsorted(texts, starts, "right")] - 1)
    return t.tally(
        characters.codes,
        characters.classes,
        character_bits(),
        lower_case(),
        starts,
        ends,
        stops,
        *((sieve.lines, sieve.words, sieve.whole, sieve.prefix) if sieve else (_NO_SIEVE, _NO_SIEVE, 0, 0)),
    )
