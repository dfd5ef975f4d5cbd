"""What scraper noise says: phrases of many languages, as phrases.toml lists them, looked up line by line."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Literal

import regex

from cleanse.boilerplate.blocks import UNSPACED
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: heading: the whole line, and it opens a section; line: the whole line; contains, prefix: a short line.
Form = Literal["heading", "line", "contains", "prefix"]

_PREFIX_WORDS = 25
_CONTAINS_WORDS = 40
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that a line says, the reason it stands for, and how it was found."""

    reason: Reason
    form: Form
    phrase: str


_Meaning = tuple[Reason, Form]


class Phrases:
    """Phrases by form, in normal form, each with what it means."""

    def __init__(self, data: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]) -> None:
        """``data``: reason -> form -> language -> phrases. The first reason that lists a phrase keeps it."""
        self._whole: dict[str, _Meaning] = {}
        self._prefix: dict[str, _Meaning] = {}
        self._contains: dict[str, _Meaning] = {}
        tables: dict[Form, dict[str, _Meaning]] = {
            "heading": self._whole,
            "line": self._whole,
            "prefix": self._prefix,
            "contains": self._contains,
        }
        for reason, by_form in data.items():
            for form, table in tables.items():
                meaning = (Reason(reason), form)
                for listed in by_form.get(form, {}).values():
                    for phrase in listed:
                        table.setdefault(phrase, meaning)
        self._starts_prefix = _by_start(self._prefix)
        self._starts_contains = _by_start(self._contains)

    def find(self, text: str, words: int) -> Said | None:
        """What a line of so many words says, the strongest form first."""
        if words > _CONTAINS_WORDS:
            return None
        line = normal(text)
        if not line:
            return None
        whole = line if line in self._whole else _halved(line)
        if whole in self._whole:
            return Said(*self._whole[whole], whole)
        contained = max(_occurring(line, self._starts_contains), key=len, default="")
        if contained:
            return Said(*self._contains[contained], contained)
        if words <= _PREFIX_WORDS:
            begun = max(_beginning(line, self._starts_prefix), key=len, default="")
            if begun:
                return Said(*self._prefix[begun], begun)
        return None


def _by_start(phrases: Iterable[str]) -> dict[str, list[str]]:
    """Phrases by their first word, or by their first two characters where they are unspaced."""
    starts: dict[str, list[str]] = {}
    for phrase in phrases:
        starts.setdefault(_start(phrase), []).append(phrase)
    return starts


def _start(phrase: str) -> str:
    return phrase[:2] if not phrase.isascii() and UNSPACED.match(phrase) else phrase.partition(" ")[0]


def _occurring(line: str, starts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The phrases that a line contains, as whole words where it is spaced."""
    padded = f" {line} "
    for word in set(line.split()):
        for phrase in starts.get(word, ()):
            if f" {phrase} " in padded:
                yield phrase
    if not line.isascii() and UNSPACED.search(line):
        for at in range(len(line) - 1):
            for phrase in starts.get(line[at : at + 2], ()):
                if line.startswith(phrase, at):
                    yield phrase


def _beginning(line: str, starts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The phrases that a line begins with."""
    padded = f"{line} "
    for phrase in starts.get(line.partition(" ")[0], ()):
        if padded.startswith(f"{phrase} "):
            yield phrase
    if not line.isascii():
        for phrase in starts.get(line[:2], ()):
            if line.startswith(phrase) and UNSPACED.match(phrase):
                yield phrase


def normal(text: str) -> str:
    """A line in the form in which phrases are listed: letters and marks only, lower-case, single spaces."""
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


@functools.cache
def phrases() -> Phrases:
    """The phrases of phrases.toml."""
    return Phrases(tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8")))


def _halved(line: str) -> str:
    """Without a label that says the same before it: "[LATEST] Latest Stories" is "latest stories"."""
    first, _, rest = line.partition(" ")
    return rest if rest.startswith(first + " ") else ""
