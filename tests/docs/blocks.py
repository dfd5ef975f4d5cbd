"""The code blocks of pages, as the tests of the documentation take them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A block may say that it is not run, and why: <!-- not run: it starts a cluster --> on a line of its own above it.
_FENCE = re.compile(r"^(?:<!-- not run: (?P<why>[^\n]+) -->\n+)?```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S)
_INDENTED = re.compile(r"(?:^|\n)(?![-*\d ]|\n)[^\n]*\n\n    \S")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page; ``why`` it is not run, or ""."""

    page: str
    line: int
    language: str
    code: str
    why: str


def pages() -> dict[str, str]:
    """The text of every page by its path in the project, but for what is written from the code."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names if "docs/reference/" not in name}


def blocks(page: str, text: str) -> Iterator[Block]:
    """The fenced blocks of a page in their order."""
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start("code")) + 1
        yield Block(page, line, found["language"], found["code"], found["why"] or "")


def has_indented_block(text: str) -> bool:
    """Whether code stands in a page by indentation alone, so that nobody knows its language."""
    return bool(_INDENTED.search(_FENCE.sub("", text)))
