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
    from collections.abc import Mapping, Sequence

#: heading: the whole line, and it opens a section; line: the whole line; contains, prefix: a short line.
Form = Literal["heading", "line", "contains", "prefix"]

_UNSPACED_CHARACTERS = 16
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
        parts = [*self._prefix, *self._contains]
        self._most_words = max((phrase.count(" ") + 1 for phrase in parts), default=1)
        self._most_characters = max((len(phrase) for phrase in parts if not phrase.isascii()), default=1)

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
        for part in self._parts(line):
            if part in self._contains:
                return Said(*self._contains[part], part)
        if words <= _PREFIX_WORDS:
            for head in self._heads(line):
                if head in self._prefix:
                    return Said(*self._prefix[head], head)
        return None

    def _heads(self, line: str) -> list[str]:
        """The beginnings of a line, longest first."""
        parts = line.split(" ", self._most_words)
        heads = [" ".join(parts[:n]) for n in range(min(len(parts), self._most_words), 0, -1)]
        if UNSPACED.match(line):
            heads = [
                line[:n] for n in range(min(len(line), self._most_characters, _UNSPACED_CHARACTERS), 1, -1)
            ] + heads
        return heads

    def _parts(self, line: str) -> list[str]:
        """Every run of words of a line, and of characters where it is unspaced, longest first."""
        words = line.split()
        parts = [
            " ".join(words[at : at + n])
            for n in range(min(len(words), self._most_words), 0, -1)
            for at in range(len(words) - n + 1)
        ]
        if UNSPACED.search(line):
            parts += [
                line[at : at + n]
                for n in range(min(len(line), self._most_characters, _UNSPACED_CHARACTERS), 2, -1)
                for at in range(len(line) - n + 1)
            ]
        return parts


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
