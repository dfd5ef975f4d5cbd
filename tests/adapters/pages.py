"""Pages for the tests of adapters: with noise, an exact copy, an edited copy, a truncated one, and one of which nothing is left."""

from __future__ import annotations

from typing import Any

import cleanse
from cleanse.config import Config, Strip
from tests.conftest import article

#: What an adapter that sees one page at a time cannot know is left out of the comparison.
ALONE = Config(strip=Strip(site_evidence=False))

_NOISE = "\n\n3 Comments\nAnn\nSad."
_EDITED = " ".join("other" if n % 9 == 5 else word for n, word in enumerate(article("a", 20).split()))


def html(text: str) -> str:
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/about'>About us</a></li></ul></nav>"
    return f"<!doctype html><html><head><title>t</title></head><body>{menu}<main>{paragraphs}</main></body></html>"


def pages() -> list[dict[str, Any]]:
    """Records with id, url and text; every other one is HTML."""
    texts = [
        article("a", 20) + _NOISE,
        html(article("b", 20)),
        article("a", 20),
        html(_EDITED),
        article("c", 12),
        "© 2024 Example Ltd. All rights reserved.",
        html(" ".join(article("b", 20).split()[:200])),
        article("d", 8) + _NOISE,
    ]
    return [{"id": f"p{n}", "url": f"https://{n}.example/page", "text": text} for n, text in enumerate(texts)]


def stripped() -> list[dict[str, Any]]:
    """The same with their text stripped, each page by itself."""
    return [
        page | {"text": result.text} for page, result in zip(pages(), cleanse.strip_all(pages(), ALONE), strict=True)
    ]


def removed(documents: list[dict[str, Any]], config: Config | None = None) -> dict[str, str]:
    """The survivor of each document that is a duplicate."""
    found = cleanse.find_duplicates(documents, config).removed.to_pylist()
    return {row["id"]: row["survivor"] for row in found}
