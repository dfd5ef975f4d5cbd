"""Where two texts differ, word by word: characters for scripts that are written without spaces."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

#: Equal words that go by one number: a line or so, which the eye finds again on the other side.
_STRETCH = 16

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}&&[\p{L}\p{N}]]\p{M}*"
    r"|(?:[\p{L}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]][\p{M}\p{Cf}]*)+",
    regex.VERSION1,
)
#: The same in ASCII.
_PLAIN_WORD = regex.compile(r"[A-Za-z0-9]+")


class Piece(NamedTuple):
    """A stretch of text, whether its words differ from the other side's, and the number both sides know it by."""

    text: str
    differs: bool
    number: int


#: A word folded for comparison, and where it stands.
_Word = tuple[str, int, int]
#: Words ``[left, left_end)`` of one side against ``[right, right_end)`` of the other.
_Step = tuple[bool, int, int, int, int]


def differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in numbered pieces; the pieces of a side put together are that text.

    Pieces of one number stand for each other; a side without a word there has none of that number. Case, accents,
    punctuation and layout make no difference, as in the matching itself.

    >>> differences("The red fox.", "the dead fox")[0]
    [Piece(text='The ', differs=False, number=0), Piece(text='red', differs=True, number=1), Piece(text=' fox.', differs=False, number=2)]
    """
    words_left, words_right = _words(left), _words(right)
    steps = _steps(words_left, words_right)
    return (
        _pieces(left, words_left, [(differs, first, last) for differs, first, last, _, _ in steps]),
        _pieces(right, words_right, [(differs, first, last) for differs, _, _, first, last in steps]),
    )


def _words(text: str) -> list[_Word]:
    if text.isascii():
        return [(found[0].lower(), *found.span()) for found in _PLAIN_WORD.finditer(text)]
    return [(_folded(found[0]), *found.span()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 15)
def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if not unicodedata.combining(c))


def _steps(left: list[_Word], right: list[_Word]) -> list[_Step]:
    """Equal stretches of `_STRETCH` words and what differs between them."""
    steps: list[_Step] = []
    for found in Levenshtein.opcodes([word for word, _, _ in left], [word for word, _, _ in right]):
        if found.tag == "equal":
            for at in range(0, found.src_end - found.src_start, _STRETCH):
                size = min(_STRETCH, found.src_end - found.src_start - at)
                first, other = found.src_start + at, found.dest_start + at
                steps.append((False, first, first + size, other, other + size))
        elif steps and steps[-1][0]:
            steps[-1] = (True, steps[-1][1], found.src_end, steps[-1][3], found.dest_end)
        else:
            steps.append((True, found.src_start, found.src_end, found.dest_start, found.dest_end))
    return steps


def _pieces(text: str, words: list[_Word], steps: list[tuple[bool, int, int]]) -> list[Piece]:
    """What stands between words belongs to the equal stretches: before a difference, after it, at the ends."""
    pieces: list[Piece] = []
    done = 0
    for number, (differs, first, last) in enumerate(steps):
        if first == last:
            continue
        start, end = words[first][1], words[last - 1][2]
        if not differs:
            pieces.append(Piece(text[done:end], False, number))
        else:
            if done < start:
                pieces.append(Piece(text[done:start], False, number - 1))
            pieces.append(Piece(text[start:end], True, number))
        done = end
    if done < len(text):
        pieces.append(Piece(text[done:], False, len(steps)))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Without pieces of white space and punctuation alone, where a neighbour of equal words can take them."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and not piece.differs and not joined[-1].differs and not _WORD.search(piece.text):
            joined[-1] = joined[-1]._replace(text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
