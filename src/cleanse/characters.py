"""Unicode tables: what a character is to a tokeniser, and what it folds to.

The tables cover code points 0 to 0x323AF (the last assigned ideograph), are built once from `unicodedata` and are plain
numpy arrays, so that compiled kernels can index them. They are made so that the tokens of a text do not depend on its
normal form: every character is replaced by its case-folded compatibility decomposition (NFKD) and accents fall away.

- é, É, e + U+0301 and ｅ + U+0301 are e; ﬁ is fi; ß is ss; ά is α; ё is е and, for the same reason, й is и.
- Hangul syllables become their conjoining jamo, half-width kana and jamo the full-width ones.
- Arabic harakat and tatweel, Hebrew points, variation selectors, soft hyphens, zero-width and bidi characters leave no
  trace.
- Apostrophes are separators, straight or curly: "don't" is "don", "t".
- Tibetan counts as spaced: the tsheg between its syllables is a separator, so that a syllable is a token.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Number of code points in the tables.
SIZE: Final = 0x323B0

#: Classes: spaces, punctuation, symbols | letters and digits | a token by itself (Han, kana, Thai ...) |
#: leaves no trace | a mark that goes with the character before it, whatever that is (vowel signs, voicing marks).
SEPARATOR: Final = 0
WORD: Final = 1
UNSPACED: Final = 2
IGNORABLE: Final = 3
ATTACHING: Final = 4

#: Flags in `folds`: the low bits are a place in `expansions` | the character itself is a lower-case letter.
EXPANDS: Final = 0x8000_0000
LOWER: Final = 0x4000_0000
FOLD: Final = 0x3FFF_FFFF

#: Blocks of scripts written without spaces between words (Unicode 16, chapter 6.2 and the scripts' own sections).
_UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0x2E80, 0x2FDF),  # CJK radicals
    (0x3005, 0x3007),  # iteration mark, closing mark, ideographic zero
    (0x3021, 0x303C),  # Hangzhou numerals, iteration marks
    (0x3041, 0x312F),  # Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31FF),  # Bopomofo and Katakana extensions
    (0x3400, 0xA4CF),  # ideographs, Yi
    (0xA980, 0xA9FF),  # Javanese, Myanmar extended B
    (0xAA60, 0xAADF),  # Myanmar extended A, Tai Viet
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x16FE0, 0x18CFF),  # Tangut, Khitan
    (0x1AFF0, 0x1B2FF),  # kana extensions, Nushu
    (0x20000, 0x323AF),  # ideographs, planes 2 and 3
)

#: Marks that a writer may leave out without writing another word. All other marks are vowels or change the word.
_OPTIONAL_MARKS = (
    (0x0300, 0x036F),  # accents
    (0x0483, 0x0489),  # Church Slavonic
    (0x0591, 0x05C7),  # Hebrew points and accents
    (0x0610, 0x061A),  # Koranic signs
    (0x064B, 0x065F),  # harakat, hamza and madda above and below
    (0x0670, 0x0670),  # superscript alef
    (0x06D6, 0x06ED),  # Koranic signs
    (0x0730, 0x074A),  # Syriac points
    (0x0898, 0x08FF),  # Arabic extended
    (0x17B4, 0x17B5),  # invisible Khmer vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x1AB0, 0x1AFF),  # accents, extended
    (0x1DC0, 0x1DFF),  # accents, supplement
    (0x20D0, 0x20FF),  # marks for symbols
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),  # half marks
)

#: Letters by category that stand for nothing: tatweel and the Hangul fillers.
_FILLERS = (0x0640, 0x115F, 0x1160, 0x3164, 0xFFA0)

#: Vowels that follow their consonant in Thai and Lao; letters to Unicode, but with it they tell as much as a syllable.
_VOWELS = (0x0E30, 0x0E32, 0x0E33, 0x0E45, 0x0EB0, 0x0EB2, 0x0EB3)

#: Apostrophe-like letters; separators like the apostrophes that are punctuation.
_APOSTROPHES = (0x02B9, 0x02C1)

#: Trade and service mark would decompose into letters of the word before them.
_NO_LETTERS = (0x2120, 0x2122)


@cache
def classes() -> NDArray[np.uint8]:
    """The class of each code point, uint8[SIZE]: that of the first character it folds to."""
    return _tables()[0]


@cache
def folds() -> NDArray[np.uint32]:
    """What each code point folds to, uint32[SIZE]: flags, and a code point or (EXPANDS) a place in `expansions`."""
    return _tables()[1]


@cache
def expansions() -> NDArray[np.uint32]:
    """Folds of several characters, uint32[n]: at each place the number of characters, then the characters."""
    return _tables()[2]


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
    own, lower = _own_classes()
    folded, places = _decompositions()
    kinds = own[np.minimum(folded, SIZE - 1)]
    kept = kinds != IGNORABLE
    folded, places, kinds = folded[kept], places[kept], kinds[kept]
    lengths = np.bincount(places, minlength=SIZE)
    firsts = np.concatenate(([0], np.cumsum(lengths)[:-1]))

    some = np.flatnonzero(lengths)
    classes = np.full(SIZE, IGNORABLE, np.uint8)
    classes[some] = kinds[firsts[some]]
    folds = np.arange(SIZE, dtype=np.uint32)
    folds[some] = folded[firsts[some]]

    many = np.flatnonzero(lengths > 1)
    sizes = lengths[many]
    starts = np.concatenate(([0], np.cumsum(sizes + 1)))
    expansions = np.zeros(starts[-1], np.uint32)
    expansions[starts[:-1]] = sizes
    within = np.ones(len(expansions), bool)
    within[starts[:-1]] = False
    expansions[within] = folded[lengths[places] > 1]
    folds[many] = starts[:-1].astype(np.uint32) | np.uint32(EXPANDS)

    folds[lower] |= np.uint32(LOWER)
    for table in (classes, folds, expansions):
        table.flags.writeable = False
    return classes, folds, expansions


def _own_classes() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The class of each code point before folding, and whether it is a lower-case letter."""
    names = "".join(map(unicodedata.category, map(chr, range(SIZE)))).encode()
    category = np.frombuffer(names, np.uint8).reshape(SIZE, 2)
    major = category[:, 0]
    word = (major == ord("L")) | (major == ord("N"))
    mark = major == ord("M")
    table = np.full(SIZE, SEPARATOR, np.uint8)
    for first, last in _UNSPACED_BLOCKS:
        table[first : last + 1][word[first : last + 1]] = UNSPACED
    table[word & (table != UNSPACED)] = WORD
    table[mark] = ATTACHING
    for first, last in _OPTIONAL_MARKS:
        table[first : last + 1][mark[first : last + 1]] = IGNORABLE
    table[(major == ord("C")) & (category[:, 1] == ord("f"))] = IGNORABLE
    table[list(_FILLERS)] = IGNORABLE
    table[list(_VOWELS)] = ATTACHING
    table[_APOSTROPHES[0] : _APOSTROPHES[1] + 1] = SEPARATOR
    return table, (category == (ord("L"), ord("l"))).all(axis=1)


def _decompositions() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The folded characters of all code points in a row, and the code point each comes from.

    One pass of `normalize` over all characters at once: NUL between them keeps each one's decomposition apart.
    """
    spaced = np.zeros(2 * SIZE, "<u4")
    spaced[::2] = np.arange(SIZE)
    spaced[0] = ord(" ")
    spaced[2 * 0xD800 : 2 * 0xE000 : 2] = ord(" ")
    for code in _NO_LETTERS:
        spaced[2 * code] = ord(" ")
    text = spaced.tobytes().decode("utf-32-le")
    text = unicodedata.normalize("NFKD", text).casefold()  # in this order neither has anything left to do: tested
    folded = np.frombuffer(text.encode("utf-32-le"), "<u4")
    ends = folded == 0
    places = np.cumsum(ends)
    return folded[~ends].astype(np.uint32), places[~ends]


def visible_characters(text: str) -> int:
    """How many characters are no space; zero-width ones at the ends of lines are cut like spaces."""
    return sum(map(len, text.split())) - text.count("\u200b") - text.count("\ufeff")
