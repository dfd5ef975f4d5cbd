"""Blocks: the ordered pieces of pages, as found in HTML or in scraped text, before anyone judges them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import regex

from cleanse.boilerplate.betas import BETA
from cleanse.boilerplate.head import Head
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.counts import Counts
    from cleanse.boilerplate.tree import Tree

_UNSPACED_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
#: A character of a script that puts no spaces between words.
UNSPACED = regex.compile(f"[{_UNSPACED_SCRIPTS}]")
#: A word of a script that puts spaces between words, or one character of a script that does not.
WORD = regex.compile(rf"[{_UNSPACED_SCRIPTS}]|[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNSPACED_SCRIPTS}]]+", regex.V1)

_ASCII_WORD = re.compile(r"\w+")

#: A block's size is counted in fifths of a word, so that sums of it are exact. A character of an unspaced script is worth
#: three of them: parallel news in English has 0.6 words for each Chinese character.
FIFTHS = 5
UNSPACED_FIFTHS = 3

#: Kinds and reasons are numbers in columns: their place here.
KINDS = tuple(Kind)
REASONS = tuple(Reason)
KIND = {kind: at for at, kind in enumerate(KINDS)}
REASON = {reason: at for at, reason in enumerate(REASONS)}
#: No reason.
NONE = -1

_TYPE = "type"


def words_of(text: str) -> list[str]:
    """The words of a text, and each character of an unspaced script."""
    return _ASCII_WORD.findall(text) if text.isascii() else WORD.findall(text)


@dataclass(slots=True)
class Blocks:
    """The blocks of some pages as columns, one value a block; those of page ``p`` are ``offsets[p]`` to ``offsets[p + 1]``.

    ``start`` and ``end`` are offsets into the page's text. ``links`` is the share of a block's characters that are link
    text, ``hint`` the reason that its markup suggests, ``hinted_by`` the name that did. ``content`` is the probability that
    it is content, as the model estimates it. `cleanse.boilerplate.measure` finds the rest: ``words`` counts words, each
    character of an unspaced script as one; ``fifths`` counts such characters for what they are worth, ``letters`` all that are
    letters; ``same`` is the place in its page of the first block with the same words and ``key`` what `cleanse.boilerplate.site`
    compares; ``says``, ``form`` and ``phrase`` are the phrase in it, the others what `cleanse.boilerplate.lines` says of the
    text.
    """

    offsets: NDArray[np.int64]
    start: NDArray[np.int64] = field(metadata={_TYPE: np.int64})
    end: NDArray[np.int64] = field(metadata={_TYPE: np.int64})
    kind: NDArray[np.int8] = field(metadata={_TYPE: np.int8})
    level: NDArray[np.int8] = field(metadata={_TYPE: np.int8})
    links: NDArray[np.float64] = field(metadata={_TYPE: np.float64})
    hint: NDArray[np.int8] = field(metadata={_TYPE: np.int8})
    hinted_by: NDArray[np.object_] = field(metadata={_TYPE: np.object_})
    hidden: NDArray[np.bool_] = field(metadata={_TYPE: np.bool_})
    content: NDArray[np.float32] = field(metadata={_TYPE: np.float32})
    words: NDArray[np.int32] = field(metadata={_TYPE: np.int32})
    fifths: NDArray[np.int32] = field(metadata={_TYPE: np.int32})
    marker: NDArray[np.bool_] = field(metadata={_TYPE: np.bool_})
    terminal: NDArray[np.bool_] = field(metadata={_TYPE: np.bool_})
    stops: NDArray[np.bool_] = field(metadata={_TYPE: np.bool_})
    dated: NDArray[np.bool_] = field(metadata={_TYPE: np.bool_})
    trails: NDArray[np.int32] = field(metadata={_TYPE: np.int32})
    shape: NDArray[np.int8] = field(metadata={_TYPE: np.int8})
    says: NDArray[np.int8] = field(metadata={_TYPE: np.int8})
    form: NDArray[np.int8] = field(metadata={_TYPE: np.int8})
    phrase: NDArray[np.object_] = field(metadata={_TYPE: np.object_})
    letters: NDArray[np.int32] = field(metadata={_TYPE: np.int32})
    same: NDArray[np.int32] = field(metadata={_TYPE: np.int32})
    key: NDArray[np.int64] = field(metadata={_TYPE: np.int64})

    @classmethod
    def at(cls, offsets: NDArray[np.integer], start: NDArray[np.integer], end: NDArray[np.integer]) -> Blocks:
        """Blocks of which only the places are known."""
        columns = {name: np.zeros(len(start), kind) for name, kind in COLUMNS.items()}
        blocks = cls(offsets.astype(np.int64), **columns)
        blocks.start[:], blocks.end[:] = start, end
        blocks.kind[:] = KIND[Kind.PARAGRAPH]
        blocks.hint[:] = blocks.says[:] = blocks.form[:] = NONE
        blocks.hinted_by[:] = ""
        blocks.phrase[:] = None
        return blocks

    @classmethod
    def joined(cls, parts: Sequence[Blocks]) -> Blocks:
        """The blocks of several parts, in order."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls.at(*np.zeros((1, 1), np.int64), *np.zeros((2, 0), np.int64))
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
        each = np.concatenate([part.each for part in parts])
        return cls(np.append(0, np.cumsum(each)), **columns)

    def __len__(self) -> int:
        return len(self.start)

    @property
    def size(self) -> NDArray[np.float64]:
        """Lengths in words."""
        return self.fifths / FIFTHS

    @property
    def each(self) -> NDArray[np.int64]:
        """How many blocks each page has."""
        return np.diff(self.offsets)

    @property
    def page(self) -> NDArray[np.int64]:
        """The page of each block."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.each)


#: The type of each column.
COLUMNS: dict[str, Any] = {column.name: column.metadata[_TYPE] for column in fields(Blocks) if column.metadata}


@dataclass(slots=True)
class Page:
    """A page's whole text, and what is known of it besides its blocks.

    ``head`` is what it says of itself, ``beta`` how much more recall counts on it than precision. ``elements`` and ``nesting``
    tell how many elements there were and how deep they stand, added up; ``tree`` where in it each block of an HTML page stands.
    """

    text: str
    format: Literal["html", "text"]
    title: str = ""
    date: str = ""
    head: Head = field(default_factory=Head)
    beta: float = BETA
    elements: int = 0
    nesting: int = 0
    tree: Tree | None = None


@dataclass(slots=True)
class Pages:
    """Some pages, which are measured and judged together, and all their blocks; between these there is only white space.
    ``counts`` says what characters they have."""

    pages: list[Page]
    blocks: Blocks
    counts: Counts | None = None

    @classmethod
    def joined(cls, parts: Sequence[Pages]) -> Pages:
        """The pages of several parts, in order."""
        return cls([page for part in parts for page in part.pages], Blocks.joined([part.blocks for part in parts]))

    def text(self, block: int) -> str:
        """The text of a block."""
        blocks = self.blocks
        page = int(np.searchsorted(blocks.offsets, block, "right")) - 1
        return self.pages[page].text[blocks.start[block] : blocks.end[block]]

    def texts(self) -> list[str]:
        """The text of each block."""
        return [self.text(block) for block in range(len(self.blocks))]
