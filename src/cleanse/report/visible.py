"""Characters that would act on a screen instead of standing on it, written out: a bidi override becomes [U+202E]."""

from __future__ import annotations

import re

#: Controls but tab and line feed; bidi embeddings, overrides and isolates; line and paragraph separators; zero-width
#: space, byte order mark, interlinear annotation, tags; lone surrogates and noncharacters. Joiners (ZWJ, ZWNJ), soft
#: hyphens and the marks LRM, RLM, ALM stay: Persian, Indic scripts, emoji and Hebrew need them and they move nothing.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_END = re.compile(r"\r\n?")
_BLANK = re.compile(r"[ \t]*\n\s*")
_BREAK = re.compile(r"[\t\n ]+")


def visible(text: str) -> str:
    """The text with every acting character as a visible escape; tab and line feed stay.

    >>> visible("a\\x1b[31mb\\u202e")
    'a[U+001B][31mb[U+202E]'
    """
    if text.isprintable():  # most are, and none that acts is
        return text
    return _ACTING.sub(lambda found: f"[U+{ord(found[0]):04X}]", _LINE_END.sub("\n", text))


def tight(text: str) -> str:
    """The text visible, without blank lines."""
    return _BLANK.sub("\n", visible(text))


def one_line(text: str, width: int = 0) -> str:
    """The text visible, on one line, cut to ``width`` characters if that is not 0."""
    line = _BREAK.sub(" ", visible(text)).strip()
    return line if not width or len(line) <= width else line[: width - 1].rstrip() + "…"
