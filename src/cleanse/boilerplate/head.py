"""The head of a page: what it says of itself in its title, its meta elements and its data for search engines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cleanse.boilerplate.references import resolved
from cleanse.boilerplate.tags import HEAD_META, HEAD_TITLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ATTRIBUTE = re.compile(r"""([\w:.-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]++))""")
_TYPED = re.compile(r'"@type"\s*+:\s*+\[?\s*+"(\w{1,40})"')
_DATED = re.compile(r'"datePublished"\s*+:\s*+"([^"]{4,40})"')
_AUTHORED = re.compile(
    r'"author"\s*+:\s*+(?:\[\s*+)?(?:\{[^{}]*?"name"\s*+:\s*+(?:\[\s*+)?)?("(?:[^"\\]|\\.){1,200}+")', re.DOTALL
)
_DATES = ("article:published_time", "date", "datepublished", "dc.date", "pubdate", "parsely-pub-date")
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_LANGUAGES = ("og:locale", "content-language", "language", "dc.language")
_SITES = ("og:site_name", "application-name", "publisher")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself, "" for what it does not: ``types`` are those of schema.org and Open Graph, in lower case;
    ``address`` is where it says it stands."""

    title: str = ""
    date: str = ""
    byline: str = ""
    language: str = ""
    site: str = ""
    types: frozenset[str] = frozenset()
    address: str = ""


def read_head(data: bytes, pieces: NDArray[np.int32], language: str) -> Head:
    """The head of a page from its pieces, as the scan has found them; ``language`` is what its first element names."""
    names: dict[str, str] = {}
    types: set[str] = set()
    said: dict[str, str] = {}
    for what, begin, end in pieces.tolist():
        piece = data[begin:end].decode("utf-8", "replace")
        if what == HEAD_TITLE:
            names.setdefault("<title>", _plain(piece))
        elif what == HEAD_META:
            found = {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(piece)}
            name = found.get("property") or found.get("name") or found.get("itemprop") or found.get("http-equiv")
            if name and found.get("content"):
                names.setdefault(name.lower(), _plain(found["content"]))
        else:
            types.update(map(str.lower, _TYPED.findall(piece)))
            for key, pattern in (("date", _DATED), ("byline", _AUTHORED)):
                match = pattern.search(piece)
                if match:
                    said.setdefault(key, match[1])
    if "og:type" in names:
        types.add("og:" + names["og:type"].lower()[:40])
    byline = _first(names, _AUTHORS)
    return Head(
        title=names.get("og:title") or names.get("<title>", ""),
        date=_first(names, _DATES) or said.get("date", ""),
        byline=byline if byline and not byline.startswith("http") else _unquoted(said.get("byline", "")),
        language=(language or _first(names, _LANGUAGES)).replace("_", "-")[:20],
        site=_first(names, _SITES),
        types=frozenset(types),
        address=names.get("og:url", ""),
    )


def depth_of(address: str) -> int:
    """How many steps below its site's home a page says it stands, -1 where it does not say."""
    try:
        return len([step for step in urlsplit(address).path.split("/") if step]) if address else -1
    except ValueError:
        return -1


def _first(names: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((names[key] for key in keys if key in names), "")


def _plain(text: str) -> str:
    return " ".join(resolved(text).split())


def _unquoted(text: str) -> str:
    try:
        return _plain(json.loads(text)) if text else ""
    except ValueError:
        return ""
