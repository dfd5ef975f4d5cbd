"""The tally of blocks: one pass over their characters counts them, writes their words as keys and asks the sieve; a kernel."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.boilerplate import characters as ch
from cleanse.boilerplate.sieve import FIRST_OF_PAIR, PAIR, PREFIX, WHOLE, WORD, chained, kept, word_hash
from cleanse.compiled import kernel

#: Columns of the facts: words that begin with a capital, line breaks inside and after the block, words, characters of the key,
#: separators of breadcrumbs and menus, and bits.
CAPITALS, LINES, GAPS, WORDS, KEY, TRAILS, BITS = range(7)
_FACTS: Final = 7
# Bits: ends as a sentence does, with a full stop; may have a date, a year, a mail address, a copyright sign; may say a phrase;
# the lower case of its key is not yet what it should be.
TERMINAL, STOPS, DATED, YEAR, MAIL, SIGNED, SAYS, IRREGULAR = (1 << bit for bit in range(8))

#: Only so many first characters are looked at for trails, so many last ones for the end of a sentence.
_LINE: Final = 400
_TAIL: Final = 60
#: Lines of more words say nothing.
MOST_WORDS: Final = 40
#: Letters whose lower case depends on what stands beside them, or is two characters.
_SIGMA, _DOTTED, _I, _DOT = ord("Σ"), ord("İ"), ord("i"), ord("\u0307")
_COPYRIGHT, _AT, _COLON, _BLANK = ord("©"), ord("@"), ord(":"), ord(" ")
_ONE, _TWO, _NINE, _ZERO = (ord(digit) for digit in "1290")
#: What stands behind the year, and behind the month.
_AFTER_YEAR, _AFTER_MONTH = (tuple(map(ord, marks)) for marks in ("-./年년", "-./月월"))
#: A byte for each character of a key, and one before each word; a letter has four at most.
_BYTES: Final = 5


@kernel
def tally(codes, classes, bits, lower, starts, ends, stops, sieve, marks, most, longest):
    """(characters by class, facts, keys, where they end) of blocks, whose surroundings are theirs up to ``stops``.

    A key is a block's words in lower case, with a space between, as UTF-8. ``sieve`` is of phrases, the longest
    of ``most`` words and of ``longest`` at the beginning of a line, ``marks`` of their words; without it all blocks may say
    something.
    """
    n = len(starts)
    of_class, facts = np.zeros((n, ch.CLASSES), np.int64), np.zeros((n, _FACTS), np.int32)
    key, key_ends = np.empty(_BYTES * len(codes) + _BYTES, np.uint8), np.zeros(n + 1, np.int64)
    k, dash = 0, np.int64(-2)
    for b in range(n):
        i, end = starts[b], ends[b]
        kind, before = classes[i], classes[i - 1]
        words = written = found = 0
        # how many runs of letters there were, the hashes of the last, of the first, of all
        runs, pair, twins = 0, False, False
        last = first = whole = np.uint32(0)
        while i < end:
            if kind < ch.END and not (kind < ch.IDEOGRAPH and before < ch.IDEOGRAPH):
                if words:
                    key[k] = _BLANK
                    k, written = k + 1, written + 1
                words += 1
            if kind <= ch.MARK:
                begin, others = i, 0
                facts[b, CAPITALS] += kind == ch.UPPER and (before >= ch.SYMBOL or before == ch.UNDERSCORE)
                while kind <= ch.MARK and i < end:
                    if kind != ch.LOWER:
                        of_class[b, kind] += 1
                        others += 1
                    letter = np.int64(lower[codes[i]])
                    if letter < 0x80:
                        key[k] = letter
                        k += 1
                    else:
                        if codes[i] == _SIGMA or codes[i] == _DOTTED:
                            found |= IRREGULAR
                            if codes[i] == _DOTTED:
                                key[k], letter = _I, _DOT
                                k, written = k + 1, written + 1
                        k = _write(key, k, letter)
                    i += 1
                    before, kind = kind, classes[i]
                of_class[b, ch.LOWER] += i - begin - others
                written += i - begin
                if len(sieve) and words <= MOST_WORDS and not found & SAYS:
                    hash_, runs = word_hash(codes, lower, begin, i), runs + 1
                    says = kept(marks, hash_)
                    if says & WORD != 0 or (pair and kept(sieve, chained(last, hash_)) & PAIR != 0):
                        found |= SAYS
                    pair = says & FIRST_OF_PAIR > 0
                    whole = hash_ if runs == 1 else chained(whole, hash_)
                    first = hash_ if runs == 1 else first
                    # a label that says the same before it
                    twins = twins or (runs == 2 and hash_ == first)
                    if runs <= longest and kept(sieve, whole) & PREFIX != 0:
                        found |= SAYS
                    last = hash_
                continue
            of_class[b, kind] += 1
            if kind < ch.END:
                k, written = _write(key, k, np.int64(lower[codes[i]])), written + 1
                if kind == ch.DIGIT or kind == ch.SIGN:
                    found |= _dates(codes, classes, bits, i)
            elif kind == ch.NEWLINE:
                facts[b, LINES] += 1
            elif kind == ch.BAR:
                facts[b, TRAILS] += i < starts[b] + _LINE
            elif kind == ch.DASH:
                # of two that share a space only one is a separator
                if bits[codes[i - 1]] & bits[codes[i + 1]] & ch.BLANK and i - dash != 2:
                    facts[b, TRAILS] += starts[b] < i < min(end, starts[b] + _LINE) - 1
                    dash = i
            elif codes[i] == _AT:
                found |= MAIL
            elif codes[i] == _COPYRIGHT:
                found |= SIGNED
            i += 1
            before, kind = kind, classes[i]
        if (
            found & IRREGULAR
            or not len(sieve)
            or (0 < runs <= most and kept(sieve, whole) & WHOLE != 0)
            or (twins and runs > 2)
        ):
            found |= SAYS
        for gap in range(end, stops[b]):
            facts[b, GAPS] += classes[gap] == ch.NEWLINE
        facts[b, WORDS], facts[b, KEY], facts[b, BITS] = (
            words,
            written,
            found | _end(codes, classes, bits, starts[b], end),
        )
        key_ends[b + 1] = k
    return of_class, facts, key[:k], key_ends


@kernel
def _write(out, at, code):
    """Write a character as UTF-8; where the next one goes."""
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at], out[at + 1] = 0xC0 | code >> 6, 0x80 | code & 0x3F
        return at + 2
    if code < 0x10000:
        out[at], out[at + 1], out[at + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
        return at + 3
    out[at], out[at + 1] = 0xF0 | code >> 18, 0x80 | code >> 12 & 0x3F
    out[at + 2], out[at + 3] = 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
    return at + 4


@kernel
def _dates(codes, classes, bits, i):
    """What a digit may begin: a year of this or the last century, and a date, with three numbers, with a time, with a year
    behind a space."""
    found = 0
    one, two = codes[i], codes[i + 1]
    century = (one == _ONE and two == _NINE) or (one == _TWO and two == _ZERO)
    if century and bits[codes[i + 2]] & bits[codes[i + 3]] & ch.NUMBER:
        found |= YEAR | (DATED if bits[codes[i - 1]] & ch.BLANK else 0)
    if classes[i + 1] < ch.IDEOGRAPH:
        return found
    if two == _COLON and bits[codes[i + 2]] & bits[codes[i + 3]] & ch.NUMBER:
        return found | DATED
    at = _number_after(codes, bits, i, _AFTER_YEAR)
    if at and bits[codes[at + 1]] & ch.NUMBER:
        at += 1
    if at and _number_after(codes, bits, at, _AFTER_MONTH):
        found |= DATED
    return found


@kernel
def _number_after(codes, bits, i, marks):
    """Where the number behind a mark, and perhaps a space, begins; 0 where there is none."""
    for mark in marks:
        if codes[i + 1] == mark:
            at = i + 3 if bits[codes[i + 2]] & ch.BLANK else i + 2
            return at if bits[codes[at]] & ch.NUMBER else 0
    return 0


@kernel
def _end(codes, classes, bits, start, end):
    """How a block ends, be it with a reference number behind: titles end with question and exclamation marks too, not with
    stops."""
    at, plain = end - 1, True
    while at >= max(start, end - _TAIL):
        if classes[at] == ch.END:
            return TERMINAL | STOPS if plain and bits[codes[at]] & ch.FULL_STOP != 0 else TERMINAL
        behind = bits[codes[at]]
        if not behind & (ch.CLOSING | ch.NUMBER | ch.BLANK):
            return 0
        plain = plain and behind & ch.NUMBER == 0
        at -= 1
    return 0
