"""Tag soup: pages that the parsers of other extractors take very long over."""

from __future__ import annotations

import re

#: The largest of 1,476 real pages has 41,000 elements, which is 82,000 tags.
_TAGS = 250_000
#: Parsers compare each attribute of a tag with all before it. So many characters outside quotes are thousands of
#: attributes; real tags have tens. Shorter pages cannot hold enough to matter.
_CROWDED = 2**14
_SHORT = 2**16

_TAG = re.compile(r"""<[a-z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+""", re.IGNORECASE)
_QUOTED = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")


def is_soup(source: str) -> bool:
    """Whether a page has more tags, or a tag more attributes, than a parser takes in reasonable time.

    >>> is_soup("<p>" * 1_000), is_soup("<p>" * 1_000_000), is_soup("<p" + " a" * 100_000)
    (False, True, True)
    """
    if source.count("<") > _TAGS:
        return True
    if len(source) < _SHORT:
        return False
    return any(len(tag) > _CROWDED and len(_QUOTED.sub("", tag)) > _CROWDED for tag in _TAG.findall(source))
