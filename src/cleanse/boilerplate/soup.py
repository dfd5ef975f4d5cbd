"""Tag soup: pages whose markup is not worth a tree, and their text with the tags taken out, in one pass whatever they hold."""

from __future__ import annotations

import html
import re

from cleanse.boilerplate.tags import INLINE_TAGS as INLINE

#: More tags are no page: the largest of 1,476 real ones has 41,000 elements, which is 82,000 tags.
_TAGS = 250_000
#: Parsers compare each attribute of a tag with all before it. So many characters outside quotes are thousands of
#: attributes; real tags have tens. Shorter pages are parsed at once: they cannot hold enough to matter.
_CROWDED = 2**14
_SHORT = 2**16

_TAG = re.compile(r"""<[a-z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+""", re.IGNORECASE)
_QUOTED = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")

# Each alternative takes what is never closed to the end, so that no place is looked at twice.
_UNREAD = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(script|style)\b.*?(?:</\1\b[^>]*(?:>|\Z)|\Z)|<[!?][^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_WITHIN = re.compile(rf"</?(?:{'|'.join(sorted(INLINE - {'br'}))})(?![\w-])[^>]*(?:>|\Z)", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][^>]*(?:>|\Z)|</[^>]*(?:>|\Z)", re.IGNORECASE)
#: A character reference of so many digits is none, and Python refuses to read very many.
_NO_CHARACTER = re.compile(r"&#x?[0-9a-f]{9,}+;?", re.IGNORECASE)


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


def soup_text(source: str) -> str:
    """The text of a page: a line for each piece between tags that are not inline.

    >>> soup_text("<p>a <b>b</b>&amp;c<script>d</script><p>e<!-- f")
    '\\na b&c\\n\\ne\\n'
    """
    text = _MARKUP.sub("\n", _WITHIN.sub("", _UNREAD.sub("\n", source)))
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))
