"""Blocks: the ordered pieces of a page, as found in HTML or in scraped text, before anyone judges them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import regex

from cleanse.boilerplate.head import Head
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from cleanse.boilerplate.characters import Counts
    from cleanse.boilerplate.phrases import Said
    from cleanse.boilerplate.tree import Tree

_UNSPACED_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
#: A character of a script that puts no spaces between words.
UNSPACED = regex.compile(f"[{_UNSPACED_SCRIPTS}]")
#: A word of a script that puts spaces between words, or one character of a script that does not.
WORD = regex.compile(rf"[{_UNSPACED_SCRIPTS}]|[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNSPACED_SCRIPTS}]]+", regex.V1)

_ASCII_WORD = re.compile(r"\w+")

#: A character of an unspaced script is worth this many words: parallel news in English has 0.6 words for each
#: Chinese character.
UNSPACED_WEIGHT = 0.6


def words_of(text: str) -> list[str]:
    """The words of a text, and each character of an unspaced script."""
    return _ASCII_WORD.findall(text) if text.isascii() else WORD.findall(text)


@dataclass(slots=True)
class Block:
    """A piece of a page with what is known of it from its markup and its text.

    ``start`` and ``end`` are offsets into the page's text. ``links`` is the share of its characters that are link text,
    ``hint`` the reason that its markup suggests, ``hinted_by`` the name that did. ``content`` is the probability that
    it is content, as the model estimates it. `cleanse.boilerplate.measure` finds the rest: ``words`` counts words, each
    character of an unspaced script as one; ``size`` counts such characters for what they are worth; the others are
    what `cleanse.boilerplate.lines` and `cleanse.boilerplate.phrases` say of the text.
    """

    text: str
    start: int
    end: int
    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    links: float = 0.0
    hint: Reason | None = None
    hinted_by: str = ""
    hidden: bool = False
    content: float = 0.0
    words: int = 0
    size: float = 0.0
    marker: bool = False
    terminal: bool = False
    stops: bool = False
    dated: bool = False
    trails: int = 0
    said: Said | None = None
    known_key: str = field(default="", repr=False)

    def key(self) -> str:
        """The block's words in lower case: equal for copies of a line, whatever its punctuation."""
        if not self.known_key and self.words:
            self.known_key = " ".join(words_of(self.text)).lower()
        return self.known_key


@dataclass(slots=True)
class Page:
    """A page's whole text and its blocks, in order; between blocks there is only white space.

    ``head`` is what it says of itself. ``elements`` and ``nesting`` tell how many elements there were and how deep they stand, added up; ``tree`` where in it each block of an HTML page stands, ``counts`` what characters
    the blocks have.
    """

    text: str
    blocks: list[Block]
    format: Literal["html", "text"]
    title: str = ""
    date: str = ""
    head: Head = field(default_factory=Head)
    elements: int = 0
    nesting: int = 0
    tree: Tree | None = None
    counts: Counts | None = None
