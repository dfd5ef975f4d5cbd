"""The shapes of lines: sentences, prose, dates, addresses, trails; the same in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Block

#: Prose that ends a list of links: a sentence of so many words that ends in a full stop, or any longer block.
_PROSE_WORDS = 10
LONG_WORDS = 30
#: Any block with sentence punctuation and so many words is prose.
_SENTENCE_WORDS = 8
#: A longer line is a paragraph, and none of the short forms below; its end is looked for in so many last characters.
_LINE = 400
_TAIL = 60

_COPYRIGHT = regex.compile(r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b.{0,40}(?:19|20)\d\d", regex.I)
_TERMINAL = regex.compile(r"[.!?…。！？؟।۔][\"'”’»›)\]」』】）〉》\p{N}\s]*$")
_MARKER = regex.compile(r"^(?:[•·●▪■◆▶►▸‣⁃∙○◦*–—-]\s+|[•●▪■◆▶►▸‣]|(?:\d{1,2}|[a-zA-Z])[.)]\s+)")
_FULL_STOP = regex.compile(r"[.。।۔][\"'”’»›)\]」』】）〉》\s]*$")
_MAIL = regex.compile(r"^\S*[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}\S*$")
_URL = regex.compile(r"^(?:https?://|www\.)\S+$", regex.I)
_HAS_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_NUMBER = regex.compile(r"^[^\p{L}]*$")
_DATE = regex.compile(
    r"\b\d{4}[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}|\b\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:19|20)?\d{2}\b|\b\d{1,2}:\d{2}\b"
    r"|\p{L}{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b|\b\d{1,2}\.?\s+(?:de\s+)?\p{L}{3,}\.?,?\s+(?:de\s+)?(?:19|20)\d{2}\b"
)
_TRAILS = regex.compile(r"[›»>＞/|·•→]|\s[-–—]\s")


def is_prose(block: Block) -> bool:
    """Whether a block reads like running text."""
    return block.size >= LONG_WORDS or (block.terminal and block.size >= _SENTENCE_WORDS)


def ends_list(block: Block) -> bool:
    """Whether a block cannot be an item of a list of titles: the text goes on."""
    if block.marker:
        return False
    return block.size >= LONG_WORDS or (block.size >= _PROSE_WORDS and block.stops)


def has_marker(text: str) -> bool:
    """Whether a line begins as the item of a list: with a bullet, a number, a letter."""
    return bool(_MARKER.match(text))


def is_terminal(text: str) -> bool:
    """Whether a line ends as a sentence does, be it with a reference number behind."""
    return bool(_TERMINAL.search(text[-_TAIL:]))


def ends_sentence(text: str) -> bool:
    """Whether a line ends with a full stop; titles end with question and exclamation marks too, not with stops."""
    return bool(_FULL_STOP.search(text[-_TAIL:]))


def has_date(text: str) -> bool:
    """Whether a date or a time of day stands in a line."""
    return len(text) <= _LINE and bool(_DATE.search(text))


def trails(text: str) -> int:
    """How many separators of breadcrumbs and menus a line has."""
    return len(_TRAILS.findall(text[:_LINE]))


def is_number(text: str) -> bool:
    """Whether a line has no letter."""
    return len(text) <= _LINE and bool(_NUMBER.match(text))


def is_address(text: str) -> bool:
    """Whether a line is a web address and nothing else."""
    return bool(_URL.match(text))


def is_copyright(block: Block) -> bool:
    """Whether a line is a copyright notice."""
    text = block.text
    return len(text) <= _LINE and ("©" in text or "19" in text or "20" in text) and bool(_COPYRIGHT.search(text))


def is_mail(block: Block) -> bool:
    """Whether a line is a mail address, or a few words with one."""
    if "@" not in block.text or len(block.text) > _LINE:
        return False
    if _MAIL.match(block.text):
        return True
    return block.words <= 12 and not block.terminal and bool(_HAS_MAIL.search(block.text))
