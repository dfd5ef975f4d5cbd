"""Scan: from the bytes of a text to its tokens, in one pass over the characters."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

import numpy as np

from cleanse import characters
from cleanse.compiled import kernel

_U64 = np.uint64
_SEED = _U64(0x9E3779B97F4A7C15)
_BASE = _U64(257)  # a shift and an addition; words of up to eight ASCII characters cannot collide before the mixing
_MIX_1, _MIX_2 = _U64(0xFF51AFD7ED558CCD), _U64(0xC4CEB9FE1A85EC53)  # MurmurHash3 finalizer
_ONE = _U64(1)
_SHIFT_33 = _U64(33)

_SEPARATOR, _WORD, _UNSPACED = characters.SEPARATOR, characters.WORD, characters.UNSPACED
_IGNORABLE, _ATTACHING = characters.IGNORABLE, characters.ATTACHING
_EXPANDS, _LOWER, _FOLD = characters.EXPANDS, characters.LOWER, characters.FOLD
_NONE = 0  # no token is open


@kernel
def scan(data, bounds, ascii, classes, folds, expansions, joins):
    """Token hashes, first and last places, and the documents' offsets, as `Tokens` has them.

    ``ascii`` is what each byte folds to; ``joins``: a word hyphenated at a line end is one token.
    """
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
        t = _scan_document(data, bounds[d], bounds[d + 1], ascii, classes, folds, expansions, joins, states, places, t)
        offsets[d + 1] = t
    hashes, starts, ends = np.empty(t, np.uint32), np.empty(t, np.uint32), np.empty(t, np.uint32)
    for k in range(t):
        state = states[k] >> _ONE
        state = (state ^ (state >> _SHIFT_33)) * _MIX_1
        state = (state ^ (state >> _SHIFT_33)) * _MIX_2
        hashes[k] = np.uint32((state >> _SHIFT_33) << _ONE | (states[k] & _ONE))
        starts[k], ends[k] = places[k, 0], places[k, 1]
    return hashes, starts, ends, offsets


@kernel
def _scan_document(data, i, stop, ascii, classes, folds, expansions, joins, states, places, t):
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
        if byte < 128 and byte != 0x2D:  # nearly every second turn: a space or a stop
            if open_ != _NONE:
                states[t] = state << _ONE | _U64(open_ == _UNSPACED)
                t += 1
                open_ = _NONE
            i += 1
            continue
        if byte < 128:
            code, length = np.int64(byte), 1
            kind = _SEPARATOR
        else:
            code, length = _decoded(data, i, stop)
            kind = np.int64(classes[code])
        if joins and open_ == _WORD and (code == 0x2D or code == 0xAD or code == 0x2010 or kind == _IGNORABLE):
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


@kernel
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


@kernel
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
