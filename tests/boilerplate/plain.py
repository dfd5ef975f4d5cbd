"""What a line says, in plain slow code and one line at a time: the oracle of what is measured of many at once."""

from __future__ import annotations

import regex

from cleanse.boilerplate.lines import ADDRESS, COPYRIGHT, MAIL, NO_SHAPE

_LINE, _TAIL = 400, 60

_COPYRIGHT = regex.compile(r"(?<!\p{L})©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b.{0,40}(?:19|20)\d\d", regex.I)
_TERMINAL = regex.compile(r"[.!?…。！？؟।۔][\"'”’»›)\]」』】）〉》\p{N}\s]*$")
_MARKER = regex.compile(r"^(?:[•·●▪■◆▶►▸‣⁃∙○◦*–—-]\s+|[•●▪■◆▶►▸‣]|(?:\d{1,2}|[a-zA-Z])[.)]\s+)")
_FULL_STOP = regex.compile(r"[.。।۔][\"'”’»›)\]」』】）〉》\s]*$")
_MAIL = regex.compile(r"^\S*[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}\S*$")
_URL = regex.compile(r"^(?:https?://|www\.)\S+$", regex.I)
_HAS_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_DATE = regex.compile(
    r"\b\d{4}[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}|\b\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:19|20)?\d{2}\b|\b\d{1,2}:\d{2}\b"
    r"|\p{L}{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b|\b\d{1,2}\.?\s+(?:de\s+)?\p{L}{3,}\.?,?\s+(?:de\s+)?(?:19|20)\d{2}\b"
)
_TRAILS = regex.compile(r"[›»>＞/|·•→]|\s[-–—]\s")


def has_marker(text: str) -> bool:
    return bool(_MARKER.match(text))


def is_terminal(text: str) -> bool:
    return bool(_TERMINAL.search(text[-_TAIL:]))


def ends_sentence(text: str) -> bool:
    return bool(_FULL_STOP.search(text[-_TAIL:]))


def has_date(text: str) -> bool:
    return len(text) <= _LINE and bool(_DATE.search(text))


def trails(text: str) -> int:
    return len(_TRAILS.findall(text[:_LINE]))


def shape(text: str, words: int) -> int:
    few = words <= 12 and not is_terminal(text)
    if len(text) <= _LINE and (_MAIL.match(text) or (few and _HAS_MAIL.search(text))):
        return MAIL
    if len(text) <= _LINE and _COPYRIGHT.search(text):
        return COPYRIGHT
    return ADDRESS if _URL.match(text) else NO_SHAPE
