"""Blocks: the ordered pieces of a page, as found in HTML or in scraped text, before anyone judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import regex

from cleanse.schema import Kind, Reason

_UNSPACED_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
#: A character of a script that puts no spaces between words.
UNSPACED = regex.compile(f"[{_UNSPACED_SCRIPTS}]")
#: A word of a script that puts spaces between words, or one character of a script that does not.
WORD = regex.compile(rf"[{_UNSPACED_SCRIPTS}]|[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNSPACED_SCRIPTS}]]+", regex.V1)

#: A character of an unspaced script is worth this many words: parallel news in English has 0.6 words for each
#: Chinese character.
UNSPACED_WEIGHT = 0.6

_TERMINAL = regex.compile(r"[.!?…。！？؟।۔][\"'”’»›)\]」』】）〉》\p{N}\s]*$")
_MARKER = regex.compile(r"^(?:[•·●▪■◆▶►▸‣⁃∙○◦*–—-]\s+|[•●▪■◆▶►▸‣]|(?:\d{1,2}|[a-zA-Z])[.)]\s+)")


@dataclass(slots=True)
class Block:
    """A piece of a page with what is known of it from its markup and its text.

    ``start`` and ``end`` are offsets into the page's text. ``links`` is the share of its characters that are link text,
    ``hint`` the reason that its markup suggests, ``hinted_by`` the name that did. ``vote`` is the share of its words
    that the extractor kept (None: not asked). ``words`` counts words, each character of an unspaced script as one;
    ``size`` counts such characters for what they are worth.
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
    vote: float | None = None
    words: int = -1
    size: float = 0.0
    marker: bool = False
    terminal: bool = False

    def __post_init__(self) -> None:
        if self.words < 0:
            self.words = len(WORD.findall(self.text))
            self.size = self.words - len(UNSPACED.findall(self.text)) * (1 - UNSPACED_WEIGHT)
            self.marker = bool(_MARKER.match(self.text))
            self.terminal = bool(_TERMINAL.search(self.text))

    def key(self) -> str:
        """The block's words in lower case: equal for copies of a line, whatever its punctuation."""
        return " ".join(WORD.findall(self.text)).lower()


@dataclass(slots=True)
class Page:
    """A page's whole text and its blocks, in order; between blocks there is only white space."""

    text: str
    blocks: list[Block]
    format: Literal["html", "text"]
    title: str = ""
    date: str = ""
