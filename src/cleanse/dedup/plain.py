r"""Plain words: the lower-cased runs of ``\w`` that papers and other tools count, as tables for the token scanner."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleanse import characters

if TYPE_CHECKING:
    from numpy.typing import NDArray


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
    """Classes, folds and expansions, as `characters` has them: no accent falls away, no script is cut up."""
    text = "".join(map(chr, range(characters.SIZE)))
    classes = np.full(characters.SIZE, characters.SEPARATOR, np.uint8)
    classes[[match.start() for match in re.finditer(r"\w", text)]] = characters.WORD
    lengths = np.fromiter((len(c.lower()) for c in text), np.int64, characters.SIZE)
    many = np.flatnonzero(lengths > 1)
    for code in many:  # one of them: a capital I with a dot
        text = text[:code] + " " + text[code + 1 :]
    folds = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    expansions: list[int] = []
    for code in many:
        folds[code] = characters.EXPANDS | len(expansions)
        lower = chr(code).lower()
        expansions += [len(lower), *map(ord, lower)]
    found = classes, folds, np.array(expansions or [0], np.uint32)
    for table in found:
        table.flags.writeable = False
    return found
