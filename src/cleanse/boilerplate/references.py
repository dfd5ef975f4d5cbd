"""Character references: ``&amp;`` and its like as the characters they stand for."""

from __future__ import annotations

import html
import re

#: A reference of so many digits is no character, and Python refuses to read very many.
_NO_CHARACTER = re.compile(r"&#x?[0-9a-f]{9,}+;?", re.IGNORECASE)


def resolved(text: str) -> str:
    r"""A text with its references replaced.

    >>> resolved("a &lt; b&#33; &xyz; &#999999999999;")
    'a < b! &xyz; �'
    """
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text)) if "&" in text else text
