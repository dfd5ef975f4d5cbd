"""What scraper noise says: phrases of many languages, as phrases.toml lists them, looked up line by line."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Literal

import regex

from cleanse.schema import Reason

#: heading: the whole line, and it opens a section; line: the whole line; prefix, contains: a short line.
Form = Literal["heading", "line", "prefix", "contains"]

_PREFIX_WORDS = 25
_CONTAINS_WORDS = 40
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that a line says, the reason it stands for, and how it was found."""

    reason: Reason
    form: Form
    phrase: str


@dataclass(slots=True)
class Phrases:
    """Phrases by form; spaced ones as tuples of words are looked up word by word, others by characters."""

    whole: dict[str, Said] = field(default_factory=dict)
    prefix: dict[str, Said] = field(default_factory=dict)
    contains: dict[str, Said] = field(default_factory=dict)
    longest: int = 1
    longest_unspaced: int = 1

    @classmethod
    def of(cls, data: Mapping[str, Mapping[str, Mapping[str, Iterable[str]]]]) -> Phrases:
        """Phrases from ``reason -> form -> language -> phrases``."""
        phrases = cls()
        tables: dict[str, dict[str, Said]] = {
            "heading": phrases.whole,
            "line": phrases.whole,
            "prefix": phrases.prefix,
            "contains": phrases.contains,
        }
        forms: tuple[Form, ...] = ("heading", "line", "prefix", "contains")
        for reason, by_form in data.items():
            for form in forms:
                for listed in by_form.get(form, {}).values():
                    for phrase in listed:
                        said = Said(Reason(reason), form, phrase)
                        tables[form].setdefault(phrase, said)
                        if _UNSPACED.search(phrase):
                            phrases.longest_unspaced = max(phrases.longest_unspaced, len(phrase))
                        phrases.longest = max(phrases.longest, len(phrase.split()))
        return phrases

    def find(self, text: str, words: int) -> Said | None:
        """What a line of so many words says, the strongest form first."""
        if words > _CONTAINS_WORDS:
            return None
        line = normal(text)
        if not line:
            return None
        said = self.whole.get(line) or self.whole.get(_halved(line))
        if said is None and words <= _PREFIX_WORDS:
            said = next((self.prefix[head] for head in self._heads(line) if head in self.prefix), None)
        if said is None:
            said = next((self.contains[part] for part in self._parts(line) if part in self.contains), None)
        return said

    def _heads(self, line: str) -> list[str]:
        """The beginnings of a line, longest first."""
        parts = line.split(" ", self.longest)
        heads = [" ".join(parts[:n]) for n in range(min(len(parts), self.longest), 0, -1)]
        if _UNSPACED.match(line):
            heads = [line[:n] for n in range(min(len(line), self.longest_unspaced), 1, -1)] + heads
        return heads

    def _parts(self, line: str) -> list[str]:
        """Every run of words of a line, and of characters where it is unspaced, longest first."""
        words = line.split()
        parts = [
            " ".join(words[at : at + n])
            for n in range(min(len(words), self.longest), 0, -1)
            for at in range(len(words) - n + 1)
        ]
        if _UNSPACED.search(line):
            parts += [
                line[at : at + n]
                for n in range(min(len(line), self.longest_unspaced), 2, -1)
                for at in range(len(line) - n + 1)
            ]
        return parts


def normal(text: str) -> str:
    """A line in the form in which phrases are listed: letters and marks only, lower-case, single spaces."""
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


@functools.cache
def phrases() -> Phrases:
    """The phrases of phrases.toml."""
    return Phrases.of(tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8")))


def _halved(line: str) -> str:
    """Without a label that says the same before it: "[LATEST] Latest Stories" is "latest stories"."""
    first, _, rest = line.partition(" ")
    return rest if rest.startswith(first + " ") else ""
