"""Corpora made to hurt deduplication: each named case makes one of so many documents, the same ones each time."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VOCABULARY = 20_000


def words(random: Random, count: int) -> list[str]:
    """So many words at random."""
    return [f"w{random.randrange(_VOCABULARY)}" for _ in range(count)]


def identical(count: int) -> Iterator[str]:
    """One document, again and again."""
    text = " ".join(words(Random(1), 200))
    return (text for _ in range(count))


def one_cluster(count: int) -> Iterator[str]:
    """Copies of one document with two words of 200 edited."""
    return _copies(count, length=200, edits=2)


def one_cluster_of_short(count: int) -> Iterator[str]:
    """Copies of one document with one word of 30 edited."""
    return _copies(count, length=30, edits=1)


def _copies(count: int, length: int, edits: int) -> Iterator[str]:
    random = Random(2)
    base = words(random, length)
    for _ in range(count):
        edited = list(base)
        for _ in range(edits):
            edited[random.randrange(length)] = words(random, 1)[0]
        yield " ".join(edited)


def shared_paragraph(count: int) -> Iterator[str]:
    """Documents with one paragraph of 80 words in common, and 200 words of their own."""
    random = Random(3)
    paragraph = " ".join(words(random, 80))
    for _ in range(count):
        yield f"{' '.join(words(random, 100))}\n\n{paragraph}\n\n{' '.join(words(random, 100))}"


def one_template(count: int) -> Iterator[str]:
    """Documents of one site: forty lines of menu and footer around 100 words of their own."""
    random = Random(4)
    menu, footer = (" ".join(words(random, 3)) for _ in range(20)), (" ".join(words(random, 8)) for _ in range(20))
    above, below = "\n".join(menu), "\n".join(footer)
    for _ in range(count):
        yield f"{above}\n\n{' '.join(words(random, 100))}.\n\n{below}"


def empty(count: int) -> Iterator[str]:
    """Nothing, and white space."""
    return (" \n" * (k % 3) for k in range(count))


def gradual(count: int) -> Iterator[str]:
    """Each document is the one before it with 4 of 200 words edited: neighbours are alike, far ones have nothing in common."""
    random = Random(5)
    text = words(random, 200)
    for _ in range(count):
        for _ in range(4):
            text[random.randrange(200)] = words(random, 1)[0]
        yield " ".join(text)


def one_word(count: int) -> Iterator[str]:
    """One word, once, twice, three times ... up to a thousand times."""
    return (" ".join(["word"] * (1 + k % 1_000)) for k in range(count))


def shuffled(count: int) -> Iterator[str]:
    """The same forty sentences in another order each time."""
    random = Random(6)
    sentences = [" ".join(words(random, 10)) + "." for _ in range(40)]
    for _ in range(count):
        random.shuffle(sentences)
        yield " ".join(sentences)


def unlike(count: int) -> Iterator[str]:
    """What the others are measured against: documents of 200 words that have nothing in common."""
    random = Random(7)
    return (" ".join(words(random, 200)) for _ in range(count))


CORPORA: dict[str, Callable[[int], Iterator[str]]] = {
    "unlike": unlike,
    "identical": identical,
    "one cluster": one_cluster,
    "one short cluster": one_cluster_of_short,
    "shared paragraph": shared_paragraph,
    "one template": one_template,
    "empty": empty,
    "gradual edits": gradual,
    "one word": one_word,
    "shuffled": shuffled,
}
