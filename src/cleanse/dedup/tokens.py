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
from numba import njit

from cleanse import characters

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bit of a token hash that is set for a character of an unspaced script. It says about half of what a word does.
UNSPACED_BIT: Final = 1

_U64 = np.uint64
_SEED = _U64(0x9E3779B97F4A7C15)
_BASE = _U64(257)  # a shift and an addition; words of up to eight ASCII characters cannot collide before the mixing
_MIX_1, _MIX_2 = _U64(0xFF51AFD7ED558CCD), _U64(0xC4CEB9FE1A85EC53)  # MurmurHash3 finalizer
_CHAIN_1, _CHAIN_2 = _U64(0x9FB21C651E98DF25), _U64(0xD6E8FEB86659FD93)  # odd, of high entropy (rrmxmx, xmx)
_LOW = _U64(0xFFFFFFFF)
_ONE = _U64(1)
_SHIFT_31, _SHIFT_32, _SHIFT_33 = _U64(31), _U64(32), _U64(33)

_SEPARATOR, _WORD, _UNSPACED = characters.SEPARATOR, characters.WORD, characters.UNSPACED
_IGNORABLE, _ATTACHING = characters.IGNORABLE, characters.ATTACHING
_EXPANDS, _LOWER, _FOLD = characters.EXPANDS, characters.LOWER, characters.FOLD
_NONE = 0  # no token is open


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


def tokenise(text: pa.Array | pa.ChunkedArray) -> Tokens:
    """The tokens of each string of a (large) string column; a null has none."""
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    parts = [_tokenise_chunk(chunk) for chunk in chunks]
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


def _tokenise_chunk(chunk: pa.Array) -> Tokens:
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
    hashes, starts, ends, offsets = _tokenise(
        data, bounds, _ascii(), characters.classes(), characters.folds(), characters.expansions()
    )
    return Tokens(hashes=hashes, starts=starts, ends=ends, offsets=offsets)


def _joined(parts: list[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


def _ascii() -> NDArray[np.uint8]:
    """What each byte folds to if it is an ASCII word character, else 0, uint8[256]."""
    table = np.zeros(256, np.uint8)
    table[:128] = np.where(characters.classes()[:128] == _WORD, characters.folds()[:128] & _FOLD, 0)
    return table


@njit(cache=True, nogil=True)
def _tokenise(data, bounds, ascii, classes, folds, expansions):
    documents = len(bounds) - 1
    size = (bounds[documents] - bounds[0]) // 5 + 16
    offsets = np.zeros(documents + 1, np.int64)
    states = np.empty(size, np.uint64)
    places = np.empty((size, 2), np.uint32)
    t = np.int64(0)
    for d in range(documents):
        foreign = 0
        for k in range(bounds[d], bounds[d + 1]):
            foreign += data[k] >= 128
        # no character that is not ASCII makes more than two tokens a byte (tested), no other more than one half
        need = t + (bounds[d + 1] - bounds[d]) // 2 + 2 * foreign + 4
        if need > len(states):
            need += need // 2
            more_states, more_places = np.empty(need, np.uint64), np.empty((need, 2), np.uint32)
            for k in range(t):  # an assignment of slices would take seconds to compile
                more_states[k], more_places[k, 0], more_places[k, 1] = states[k], places[k, 0], places[k, 1]
            states, places = more_states, more_places
        t = _scan(data, bounds[d], bounds[d + 1], ascii, classes, folds, expansions, states, places, t)
        offsets[d + 1] = t
    hashes, starts, ends = np.empty(t, np.uint32), np.empty(t, np.uint32), np.empty(t, np.uint32)
    for k in range(t):
        state = states[k] >> _ONE
        state = (state ^ (state >> _SHIFT_33)) * _MIX_1
        state = (state ^ (state >> _SHIFT_33)) * _MIX_2
        hashes[k] = np.uint32((state >> _SHIFT_33) << _ONE | (states[k] & _ONE))
        starts[k], ends[k] = places[k, 0], places[k, 1]
    return hashes, starts, ends, offsets


@njit(cache=True, nogil=True)
def _scan(data, i, stop, ascii, classes, folds, expansions, states, places, t):
    """Tokens of the document data[i:stop], from t on: unmixed hashes above UNSPACED_BIT, and places; the next t."""
    base = i  # a code point's offset is its byte's, less `base`, which grows by every continuation byte
    open_ = _NONE  # the kind of the token that is being read
    state = _SEED
    lower = False  # whether the last character that is not ASCII is a lower-case letter
    while i < stop:
        byte = data[i]
        fold = ascii[byte]
        if fold != 0:
            if open_ != _WORD:
                if open_ == _UNSPACED:
                    states[t] = state << _ONE | _ONE
                    t += 1
                open_ = _WORD
                state = _SEED
                places[t, 0] = i - base
            while fold != 0:
                state = state * _BASE + _U64(fold)
                i += 1
                if i == stop:
                    break
                fold = ascii[data[i]]
            places[t, 1] = i - base
            continue
        if byte < 128:
            code, length = np.int64(byte), 1
            kind = _SEPARATOR
        else:
            code, length = _decoded(data, i, stop)
            kind = np.int64(classes[code])
        if open_ == _WORD and (code == 0x2D or code == 0xAD or code == 0x2010 or kind == _IGNORABLE):
            before = data[i - 1]
            if before < 128:
                lower = 97 <= before <= 122
            if code == 0xAD or (lower and kind != _IGNORABLE):
                after = _after_line_end(data, i + length, stop, folds)
                if after > 0:
                    base += length - 1
                    i = after
                    continue
        start = i - base
        i += length
        base += length - 1
        if kind == _IGNORABLE:
            if open_ != _NONE:
                places[t, 1] = i - base
            continue
        value = place = np.int64(folds[code]) & _FOLD
        many = 0
        if byte >= 128:
            lower = (np.int64(folds[code]) & _LOWER) != 0
            if np.int64(folds[code]) & _EXPANDS:
                many = np.int64(expansions[place])
        for k in range(max(many, 1)):
            if many:
                value = np.int64(expansions[place + 1 + k])
                kind = np.int64(classes[value])
            attached = open_ != _NONE and (kind == _ATTACHING or (kind == _WORD and open_ == _WORD))
            if open_ != _NONE and not attached:
                states[t] = state << _ONE | _U64(open_ == _UNSPACED)
                t += 1
                open_ = _NONE
            if kind == _SEPARATOR:
                continue
            if not attached:
                open_ = _UNSPACED if kind == _UNSPACED else _WORD
                state = _SEED
                places[t, 0] = start
            state = state * _BASE + _U64(value)
            places[t, 1] = i - base
    if open_ != _NONE:
        states[t] = state << _ONE | _U64(open_ == _UNSPACED)
        t += 1
    return t


@njit(cache=True, nogil=True)
def _decoded(data, i, stop):
    """The code point at a byte that is not ASCII, as an index of the tables, and its length in bytes."""
    byte = np.int64(data[i])
    length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
    if byte < 0xC0 or i + length > stop:
        return np.int64(32), 1  # not UTF-8; Arrow does not let it in
    if length == 2:
        code = (byte & 0x1F) << 6 | (np.int64(data[i + 1]) & 0x3F)
    elif length == 3:
        code = (byte & 0x0F) << 12 | (np.int64(data[i + 1]) & 0x3F) << 6 | (np.int64(data[i + 2]) & 0x3F)
    else:
        code = (
            (byte & 0x07) << 18
            | (np.int64(data[i + 1]) & 0x3F) << 12
            | (np.int64(data[i + 2]) & 0x3F) << 6
            | (np.int64(data[i + 3]) & 0x3F)
        )
    if code >= characters.SIZE:
        # tags and variation selectors leave no trace; private use and unassigned separate
        code = 0xFE0F if 0xE0000 <= code < 0xE1000 else 32
    return code, length


@njit(cache=True, nogil=True)
def _after_line_end(data, i, stop, folds):
    """The first byte of the next line if byte i ends a line and the next begins with a lower-case letter, else 0."""
    lines = 0
    while i < stop:
        byte = data[i]
        if byte == 10:
            lines += 1
            if lines > 1:
                return 0  # an empty line ends a paragraph
        elif byte != 32 and byte != 9 and byte != 13:
            break
        i += 1
    if lines == 0 or i == stop:
        return 0
    if data[i] < 128:
        return i if 97 <= data[i] <= 122 else 0
    code, _ = _decoded(data, i, stop)
    return i if np.int64(folds[code]) & _LOWER else 0


@njit(cache=True, nogil=True)
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
KERNEL = _tokenise
