"""The tokeniser: where tags, attributes, comments and text of a page begin and end, as HTML 5 has it; kernels over its bytes."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.boilerplate.tags import name_hash
from cleanse.compiled import kernel

#: The attributes that are read, in the order of their columns.
ATTRIBUTES: Final = ("class", "id", "role", "itemprop", "itemtype", "style", "hidden", "href", "type", "lang", "rel")
_HASHES: Final = tuple(np.uint64(name_hash(name)) for name in ATTRIBUTES)

_PRIME, _BASIS = np.uint64(0x100000001B3), np.uint64(0xCBF29CE484222325)
_LT, _GT, _SLASH, _EQUALS, _BANG, _DASH, _QUESTION = (ord(mark) for mark in "<>/=!-?")
_SINGLE, _DOUBLE, _AMPERSAND, _SEMICOLON, _SHARP = (ord(mark) for mark in "'\"&;#")
#: No character reference is longer: &CounterClockwiseContourIntegral;
_REFERENCE: Final = 34


@kernel
def is_space(c):
    """Whether a byte is white space in markup."""
    return c == 32 or 9 <= c <= 13


@kernel
def is_letter(c):
    """Whether a byte is an ASCII letter."""
    return 97 <= c | 32 <= 122


@kernel
def next_markup(data, i):
    """The place of the next ``<`` that begins a tag, a comment or what is none."""
    n = len(data)
    while i < n - 1:
        if data[i] == _LT:
            c = data[i + 1]
            if is_letter(c) or c in (_SLASH, _BANG, _QUESTION):
                return i
        i += 1
    return n


@kernel
def after_comment(data, i):
    """The place after ``<!...``, ``<?...`` or ``</`` without a name, which begins at ``i``."""
    n = len(data)
    if i + 3 < n and data[i + 1] == _BANG and data[i + 2] == _DASH and data[i + 3] == _DASH:
        at = i + 4
        if at < n and data[at] == _GT:
            return at + 1
        while at < n:
            if data[at] == _GT and data[at - 1] == _DASH and data[at - 2] == _DASH and at >= i + 5:
                return at + 1
            if data[at] == _GT and data[at - 1] == _BANG and data[at - 2] == _DASH and data[at - 3] == _DASH:
                return at + 1
            at += 1
        return n
    while i < n and data[i] != _GT:
        i += 1
    return min(i + 1, n)


@kernel
def read_name(data, i):
    """(the hash of the tag name that begins at ``i``, the place after it)."""
    value, n = _BASIS, len(data)
    while i < n:
        c = data[i]
        if is_space(c) or c in (_SLASH, _GT):
            break
        value = (value ^ np.uint64(c | 32 if 65 <= c <= 90 else c)) * _PRIME
        i += 1
    return value, i


@kernel
def read_attributes(data, i, found):
    """(the place after the tag, whether it closes itself); the page's end where the tag does not end.

    ``found[k]`` and ``found[k + 1]`` are set to where the value of the ``k // 2``-th of `ATTRIBUTES` begins and ends;
    of two attributes with one name the first counts.
    """
    n, closes = len(data), False
    for k in range(len(found)):
        found[k] = 0
    while i < n:
        c = data[i]
        if c == _GT:
            return i + 1, closes
        if is_space(c) or c == _SLASH:
            closes = c == _SLASH
            i += 1
            continue
        closes = False
        value = _BASIS
        first = i
        while i < n:
            c = data[i]
            if is_space(c) or c in (_SLASH, _GT) or (c == _EQUALS and i > first):
                break
            value = (value ^ np.uint64(c | 32 if 65 <= c <= 90 else c)) * _PRIME
            i += 1
        start = end = i
        while i < n and is_space(data[i]):
            i += 1
        if i < n and data[i] == _EQUALS:
            i += 1
            while i < n and is_space(data[i]):
                i += 1
            if i >= n:
                break
            c = data[i]
            if c in (_SINGLE, _DOUBLE):
                start = i + 1
                i = start
                while i < n and data[i] != c:
                    i += 1
                end = i
                i += 1
            else:
                start = i
                while i < n and data[i] != _GT and not is_space(data[i]):
                    i += 1
                end = i
        for k in range(len(_HASHES)):
            if value == _HASHES[k]:
                if found[2 * k] == 0:
                    found[2 * k], found[2 * k + 1] = start, end
                break
    return n, False


@kernel
def raw_end(data, i, name):
    """The place of the end tag of an element whose content, which begins at ``i``, is no markup."""
    n = len(data)
    while i < n - 1:
        if data[i] == _LT and data[i + 1] == _SLASH:
            value, after = read_name(data, i + 2)
            if value == name and after < n:
                return i
        i += 1
    return n


@kernel
def reference_end(data, i, end):
    """The place after the character reference that begins with the ``&`` at ``i``; ``i`` where there is none."""
    for at in range(i + 1, min(i + _REFERENCE, end)):
        c = data[at]
        if c == _SEMICOLON:
            return at + 1 if at > i + 1 else i
        if not (is_letter(c) or 48 <= c <= 57 or c == _SHARP):
            break
    return i


@kernel
def space_end(data, i, end):
    """The place after the white space character at ``i``, a no-break space or one of Unicode too; ``i`` where there is none."""
    c = data[i]
    if is_space(c) or 28 <= c <= 31:
        return i + 1
    if c == 0xC2:
        return i + 2 if i + 1 < end and (data[i + 1] == 0xA0 or data[i + 1] == 0x85) else i
    if c == 0xE2 and i + 2 < end:
        second, third = data[i + 1], data[i + 2]
        if second == 0x80 and (third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF):
            return i + 3
        return i + 3 if second == 0x81 and third == 0x9F else i
    if c == 0xE3 and i + 2 < end:
        return i + 3 if data[i + 1] == 0x80 and data[i + 2] == 0x80 else i
    if c == _AMPERSAND and i + 5 < end:
        a, b, d, e = data[i + 1], data[i + 2], data[i + 3], data[i + 4]
        no_break = a == 110 and b == 98 and d == 115 and e == 112 and data[i + 5] == _SEMICOLON
        numbered = a == _SHARP and b == 49 and d == 54 and e == 48 and data[i + 5] == _SEMICOLON
        return i + 6 if no_break or numbered else i
    return i
