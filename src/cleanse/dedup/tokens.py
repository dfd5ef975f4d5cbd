"""Tokens: the words of a text as 32-bit hashes, with their places, whatever its script, case, accents or line breaks.

A token is a run of word characters, or one character of a script written without spaces; `cleanse.characters` says
which is which and what each character folds to. A word hyphenated at a line end ("exam-", "ple") is one token. Two
texts that differ only in normal form, case, accents, punctuation, width or layout have the same tokens.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from cleanse import characters
from cleanse.compiled import kernel
from cleanse.dedup.plain import tables as plain_tables
from cleanse.dedup.scan import scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bit of a token hash that is set for a character of an unspaced script. It says about half of what a word does.
UNSPACED_BIT: Final = 1

_U64 = np.uint64
_SEED = _U64(0x9E3779B97F4A7C15)
_CHAIN_1, _CHAIN_2 = _U64(0x9FB21C651E98DF25), _U64(0xD6E8FEB86659FD93)  # odd, of high entropy (rrmxmx, xmx)
_SHIFT_31, _SHIFT_32, _SHIFT_33 = _U64(31), _U64(32), _U64(33)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The tokens of a batch of documents, in order.

    ``hashes`` uint32[t]; ``starts`` and ``ends`` uint32[t], code points in the document; the tokens of document ``d``
    are ``offsets[d]`` to ``offsets[d + 1]``, int64[documents + 1].
    """

    hashes: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def tokenise(text: pa.Array | pa.ChunkedArray, *, plain: bool = False) -> Tokens:
    r"""The tokens of each string of a (large) string column; a null has none.

    ``plain``: lower-cased runs of ``\w``, nothing else folded and nothing joined, as other tools have them.
    """
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    parts = [_tokenise_chunk(chunk, plain) for chunk in chunks]
    if len(parts) == 1:
        return parts[0]
    bases = np.cumsum([0] + [part.offsets[-1] for part in parts], dtype=np.int64)
    offsets = [np.zeros(1, np.int64)] + [part.offsets[1:] + base for part, base in zip(parts, bases, strict=False)]
    return Tokens(
        hashes=_joined([part.hashes for part in parts]),
        starts=_joined([part.starts for part in parts]),
        ends=_joined([part.ends for part in parts]),
        offsets=np.concatenate(offsets),
    )


def fingerprints(tokens: Tokens) -> NDArray[np.uint64]:
    """A 128-bit hash of each document's tokens, uint64[documents, 2]: equal for texts that are equal when folded."""
    found = np.empty((len(tokens), 2), np.uint64)
    _fingerprints(tokens.hashes, tokens.offsets, found)
    return found


def _tokenise_chunk(chunk: pa.Array, plain: bool) -> Tokens:
    chunk = chunk.cast(pa.large_string())
    if chunk.null_count:
        chunk = chunk.fill_null("")
    _, places, content = chunk.buffers()
    bounds = np.zeros(1, np.int64)
    if len(chunk):
        bounds = np.frombuffer(places, np.int64, len(chunk) + 1, chunk.offset * 8)
    data = np.zeros(1, np.uint8)
    if content is not None and content.size:
        data = np.frombuffer(content, np.uint8)
    classes, folds, expansions = (
        plain_tables() if plain else (characters.classes(), characters.folds(), characters.expansions())
    )
    data.flags.writeable = bounds.flags.writeable = False  # else the kernel is compiled for either
    hashes, starts, ends, offsets = scan(data, bounds, _ascii(classes, folds), classes, folds, expansions, not plain)
    return Tokens(hashes=hashes, starts=starts, ends=ends, offsets=offsets)


def _joined(parts: list[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


def _ascii(classes: NDArray[np.uint8], folds: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """What each byte folds to if it is an ASCII word character, else 0, uint8[256]."""
    table = np.zeros(256, np.uint8)
    table[:128] = np.where(classes[:128] == characters.WORD, folds[:128] & characters.FOLD, 0)
    return table


@kernel
def _fingerprints(hashes, offsets, found):
    for d in range(len(offsets) - 1):
        one = _SEED ^ _U64(offsets[d + 1] - offsets[d])
        two = ~one
        for t in range(offsets[d], offsets[d + 1]):
            token = _U64(hashes[t])
            one = (one ^ token) * _CHAIN_1
            one ^= one >> _SHIFT_32
            two = (two + token) * _CHAIN_2
            two ^= two >> _SHIFT_31
        found[d, 0] = one
        found[d, 1] = two


#: The kernel of this module that calls all others.
KERNEL = scan
