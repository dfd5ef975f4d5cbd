"""One stripped page as a value: its text, and every block with its verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import regex

from cleanse.errors import UsageError

if TYPE_CHECKING:
    from cleanse.config import Strip

_HTML_HEAD = regex.compile(
    r"[\s\ufeff]*<(?:!doctype|html|head|body|meta|title|div|p|article|section|main|h[1-6]|table|ul|ol|a|span|\?xml|!--)\b?",
    regex.I,
)
_CLOSING = regex.compile(r"</(?:p|div|a|span|li|ul|h[1-6]|td|tr|table|article|section|em|strong|b|i)\s*>", regex.I)


@dataclass(frozen=True, slots=True)
class StrippedBlock:
    """A block of a page: ``page[start:end]``, kept, or dropped for a reason.

    ``reason`` is the name of a `cleanse.schema.Reason`, None for a kept block; ``confidence`` is in 0..1; ``evidence`` says
    in words what decided.
    """

    text: str
    kind: str
    kept: bool
    reason: str | None
    confidence: float
    evidence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stripped:
    """A page without its scraper noise. ``text`` is what is kept; ``page`` is all there was, and ``blocks`` tell which is which.

    ``confidence`` in 0..1 is the word F1 that the judge expects of ``text``: above .9 for most articles, below .7 where it
    hardly knows what the page's text is (an index, search results, an empty shell). ``date``, ``byline``, ``language`` and
    ``site`` are what a page of HTML says of itself, "" where it says nothing. ``markdown`` is the kept text as Markdown,
    where that was asked for.

    >>> from cleanse import strip
    >>> page = strip("The harbour was closed on Monday after the storm had torn two ships away.\\n\\n4 Comments\\nFirst!")
    >>> [(block.reason, block.text) for block in page.blocks if not block.kept]
    [('comments', '4 Comments'), ('comments', 'First!')]
    """

    text: str
    title: str
    blocks: tuple[StrippedBlock, ...]
    page: str
    confidence: float = 1.0
    date: str = ""
    byline: str = ""
    language: str = ""
    site: str = ""
    markdown: str = ""

    @property
    def dropped(self) -> tuple[StrippedBlock, ...]:
        """The blocks that are not in ``text``."""
        return tuple(block for block in self.blocks if not block.kept)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, row: dict[str, Any]) -> Stripped:
        """From a row of `cleanse.schema.PAGE`."""
        from cleanse.schema import SAID

        page = row["page"]
        blocks = tuple(
            StrippedBlock(
                text=page[block["start"] : block["end"]],
                kind=str(block["kind"]),
                kept=block["kept"],
                reason=block["reason"] and str(block["reason"]),
                confidence=round(block["confidence"], 4),
                evidence=block["evidence"],
                start=block["start"],
                end=block["end"],
            )
            for block in row["blocks"]
        )
        said = {name: row.get(name) or "" for name in ("date", *SAID)}
        return cls(row["text"], row["title"] or "", blocks, page, round(row["confidence"], 4), **said)


def strip_page(html_or_text: str, url: str | None, settings: Strip) -> Stripped:
    """Strip one page, HTML or text, by itself."""
    from cleanse.boilerplate.stages import judged_row

    if not isinstance(html_or_text, str):
        raise UsageError(f"strip takes a string, not {type(html_or_text).__name__}; decode bytes first")
    form = "html" if looks_like_html(html_or_text) else "text"
    return Stripped.of(judged_row(html_or_text, form, url, settings))


def with_markdown(page: Stripped, content: str, url: str | None) -> Stripped:
    """The page with its kept text as Markdown; text is taken to be Markdown already."""
    from cleanse.boilerplate.markdown import markdown

    found = markdown(content, page.blocks, url) if looks_like_html(content) else None
    return replace(page, markdown=page.text if found is None else found)


def looks_like_html(content: str) -> bool:
    """Whether a string is HTML: it begins with a tag, or closes several."""
    return bool(_HTML_HEAD.match(content)) or len(_CLOSING.findall(content[:100_000])) >= 3
