"""Sources: the site that a page came from, by its address."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import urlsplit

import tld

#: How far into a page its own address is looked for: all real heads fit.
_HEAD_CHARS = 2**16

#: The host, with port and user, of an address with or without its scheme.
_HOST = re.compile(
    r"\s*(?:(?:[a-z][a-z0-9+.-]*:)?//([^/?#\\\s]*)|([^/?#:@\\\s]+(?::\d+)?)(?=[/?#\s]|$))", re.IGNORECASE
)

_LINK = re.compile(r"<(?:link|meta)\b[^<>]{10,2000}>", re.IGNORECASE)
_NAMES_IT = re.compile(r"\b(?:rel\s*=\s*[\"']?canonical\b|property\s*=\s*[\"']?og:url\b)", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:href|content)\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s\"'>]+))", re.IGNORECASE)


def site(url: str) -> str:
    """The registered domain of an address; its host where it has none (localhost, an IP address); "" without a host.

    >>> site("https://www.bbc.co.uk/news"), site("http://localhost:8000/"), site("mailto:a@b.example")
    ('bbc.co.uk', 'localhost', '')
    """
    host = _HOST.match(url)
    return _domain(host[1] or host[2] or "") if host else ""


def own_address(page: str) -> str:
    """The address that an HTML page gives as its own (rel=canonical, else og:url); "" if none, or not http."""
    found = {"canonical": "", "og:url": ""}
    for element in _LINK.findall(page[:_HEAD_CHARS]):
        if (named := _NAMES_IT.search(element)) and (address := _ADDRESS.search(element)):
            url = html.unescape(address[1] or address[2] or address[3]).strip()
            kind = "canonical" if "canonical" in named[0].lower() else "og:url"
            if url.lower().startswith(("http://", "https://")) and not found[kind]:
                found[kind] = url
    return found["canonical"] or found["og:url"]


@lru_cache(maxsize=2**16)
def _domain(place: str) -> str:
    try:
        host = (urlsplit(f"//{place}").hostname or "").rstrip(".")
    except ValueError:  # a broken IPv6 address
        return ""
    if not host:
        return ""
    domain = tld.get_fld(f"http://{host}", fail_silently=True, fix_protocol=True)
    return str(domain) if domain else host.removeprefix("www.")
