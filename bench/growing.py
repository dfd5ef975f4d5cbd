"""Corpora that grow: documents made of books, as many as wanted, the same number always the same document.

    python bench/growing.py BOOKS.jsonl DOCUMENTS [--words LEAST-MOST] [--pieces] > CORPUS.jsonl

BOOKS.jsonl has the texts to make them of ({"text"}). A document is 300 to 800 words, each drawn from those that follow the word
before it somewhere in the books: texts that share phrases as other people's texts do, and no more of them as they become
many. With ``--pieces`` it is made of pieces of five words instead, cut at random: of 14 million words there are 2.7
million, so that each stands in 40 of a million documents, and all meet many others by chance. Every fifth document is a copy
of an earlier one with one in ten of its pieces of five words replaced.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit

PIECE = 5
COPIES = 5


class Books(NamedTuple):
    """The words of the books as they come, by number; and of each the places where it stands, ``places[starts[word]:starts[word + 1]]``."""

    vocabulary: list[str]
    words: np.ndarray
    starts: np.ndarray
    places: np.ndarray

    @classmethod
    def read(cls, path: Path) -> Books:
        """All of them, about 300 bytes of memory a word while they are read."""
        numbers: dict[str, int] = {}
        found: list[np.ndarray] = []
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                words = json.loads(line)["text"].split()
                found.append(np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int32))
        words = np.concatenate(found)
        starts = np.concatenate([[0], np.cumsum(np.bincount(words))])
        return cls(list(numbers), words, starts, np.argsort(words, kind="stable"))


class Growth:
    """Documents by number, of so many words each."""

    def __init__(self, books: Path, least: int = 300, most: int = 800, *, pieces: bool = False) -> None:
        self._books, self._least, self._most, self._pieces = Books.read(books), least, most, pieces

    def batch(self, first: int, count: int) -> pa.Table:
        """Documents ``first`` to ``first + count``."""
        numbers = range(first, first + count)
        return pa.table({"id": [str(number) for number in numbers], "text": [self.text(number) for number in numbers]})

    def text(self, number: int) -> str:
        """A document, or a copy of an earlier one."""
        draw = random.Random(number)
        if number % COPIES < COPIES - 1:
            return " ".join(self._words(draw, draw.randint(self._least, self._most)))
        original = draw.randrange(number)
        original -= original % COPIES == COPIES - 1
        words = self.text(original).split()
        for place in range(0, len(words), 10 * PIECE):
            words[place : place + PIECE] = self._words(draw, PIECE)
        return " ".join(words)

    def _words(self, draw: random.Random, count: int) -> list[str]:
        vocabulary, *books = self._books
        return [
            vocabulary[word] for word in _walk(*books, np.uint64(draw.getrandbits(64)), count, self._pieces).tolist()
        ]


@njit(cache=True)
def _walk(words, starts, places, seed, count, pieces):
    """Words, each at the place after that of the one before it, or after another one where the same word stands."""
    walked = np.empty(count, words.dtype)
    place = _drawn(seed, 0) % np.uint64(len(words))
    for k in range(count):
        drawn = _drawn(seed, k + 1)
        if pieces:
            place = (place + np.uint64(1) if k % PIECE else drawn) % np.uint64(len(words))
        else:
            first, last = starts[words[place]], starts[words[place] + 1]
            place = np.uint64(places[first + drawn % np.uint64(last - first)] + 1) % np.uint64(len(words))
        walked[k] = words[place]
    return walked


@njit(cache=True)
def _drawn(seed, number):
    """A random number, as SplitMix64 makes them (Steele et al. 2014): numpy's have seeds of 32 bits here, which documents soon share."""
    drawn = seed + np.uint64(number) * np.uint64(0x9E3779B97F4A7C15)
    drawn = (drawn ^ drawn >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    drawn = (drawn ^ drawn >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return drawn ^ drawn >> np.uint64(31)


def main() -> None:
    """The documents as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("books", type=Path)
    parser.add_argument("documents", type=int)
    parser.add_argument("--words", default="300-800")
    parser.add_argument("--pieces", action="store_true")
    wanted = parser.parse_args()
    growth = Growth(wanted.books, *map(int, wanted.words.split("-")), pieces=wanted.pieces)
    for number in range(wanted.documents):
        print(json.dumps({"id": str(number), "text": growth.text(number)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
