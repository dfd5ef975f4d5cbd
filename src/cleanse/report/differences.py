"""Where two texts differ, word by word: characters for scripts that are written without spaces."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex
from rapidfuzz.distance import Levenshtein

#: A stretch of text and whether its words differ from the other side's.
Piece = tuple[str, bool]

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}&&[\p{L}\p{N}]]\p{M}*"
    r"|(?:[\p{L}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]][\p{M}\p{Cf}]*)+",
    regex.VERSION1,
)


def differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, alternately equal and different; the pieces of a side put together are that text.

    Case, accents, punctuation and layout make no difference, as in the matching itself.

    >>> differences("The red fox.", "the dead fox")
    ([('The ', False), ('red', True), (' fox.', False)], [('the ', False), ('dead', True), (' fox', False)])
    """
    words_left, words_right = _words(left), _words(right)
    marked_left, marked_right = set[int](), set[int]()
    for step in Levenshtein.opcodes([word for word, _, _ in words_left], [word for word, _, _ in words_right]):
        if step.tag != "equal":
            marked_left.update(range(step.src_start, step.src_end))
            marked_right.update(range(step.dest_start, step.dest_end))
    return _pieces(left, words_left, marked_left), _pieces(right, words_right, marked_right)


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(_folded(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 15)
def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if not unicodedata.combining(c))


def _pieces(text: str, words: list[tuple[str, int, int]], marked: set[int]) -> list[Piece]:
    pieces: list[Piece] = []
    done = 0
    index = 0
    while index < len(words):
        if index not in marked:
            index += 1
            continue
        first = index
        while index + 1 < len(words) and index + 1 in marked:
            index += 1
        start, end = words[first][1], words[index][2]
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
        index += 1
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces
