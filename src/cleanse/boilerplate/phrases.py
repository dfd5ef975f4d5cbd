"""What scraper noise says: phrases of many languages, as phrases.toml lists them, looked up line by line."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import regex

from cleanse.boilerplate.blocks import REASON, UNSPACED
from cleanse.boilerplate.characters import DIGIT, IDEOGRAPH, SIGN, UNDERSCORE
from cleanse.boilerplate.sieve import Sieve
from cleanse.boilerplate.tally import MOST_WORDS, SAYS
from cleanse.compiled import uncompiled
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.characters import Characters, Places
    from cleanse.boilerplate.counts import Counts

#: heading: the whole line, and it opens a section; line: the whole line; contains, prefix: a short line.
Form = Literal["heading", "line", "contains", "prefix"]
#: Forms are numbers in columns: their place here.
FORMS: tuple[Form, ...] = ("heading", "line", "contains", "prefix")
HEADING = FORMS.index("heading")
PREFIX = FORMS.index("prefix")

_PREFIX_WORDS = 25
#: After so many lines it pays to make a sieve, which takes as long as to ask each of them.
_SIEVED = 4_000
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")
#: A line in quotation marks, or a word that is a sentence, is spoken by somebody: “Yes.” is an answer, and no button.
#: A quarter of a story could stand behind such noise and go with it.
_SPOKEN = regex.compile(r"""(?:["“”„«»‘‚'「『].*["“”»«’'」』]|\P{L}*[\p{L}\p{M}]+\.)$""", regex.S)


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
        self.whole: dict[str, _Meaning] = {}
        self.prefix: dict[str, _Meaning] = {}
        self.contains: dict[str, _Meaning] = {}
        tables: dict[Form, dict[str, _Meaning]] = {
            "heading": self.whole,
            "line": self.whole,
            "prefix": self.prefix,
            "contains": self.contains,
        }
        for reason, by_form in data.items():
            for form, table in tables.items():
                meaning = (Reason(reason), form)
                for listed in by_form.get(form, {}).values():
                    for phrase in listed:
                        table.setdefault(phrase, meaning)
        self.starts_prefix = _by(_start, self.prefix)
        self.marks_contained = _by(_mark, self.contains)
        self._seen = 0

    def find(self, text: str, words: int) -> Said | None:
        """What a line of so many words says, the strongest form first; what is spoken in a story says nothing."""
        return None if _SPOKEN.match(text) else self.find_normal(normal(text), words, bool(UNSPACED.search(text)))

    def find_normal(self, line: str, words: int, unspaced: bool) -> Said | None:
        """The same for a line in normal form that nobody speaks; ``unspaced``: it has characters of unspaced scripts."""
        if words > MOST_WORDS or not line:
            return None
        split = line.split(" ")
        whole = line if line in self.whole else _halved(split)
        if whole in self.whole:
            return Said(*self.whole[whole], whole)
        if contained := _occurring(line, split, unspaced, self.marks_contained):
            phrase = max(contained, key=len)
            return Said(*self.contains[phrase], phrase)
        if words <= _PREFIX_WORDS and (begun := _beginning(line, split[0], unspaced, self.starts_prefix)):
            phrase = max(begun, key=len)
            return Said(*self.prefix[phrase], phrase)
        return None

    def sieve_for(self, lines: int) -> Sieve | None:
        """The sieve, once it is worth while with so many lines more."""
        self._seen += lines
        return self._sieve if self._seen > _SIEVED and not uncompiled() else None

    @functools.cached_property
    def _sieve(self) -> Sieve:
        return Sieve(self.whole, self.prefix, self.contains)


def _by(part: Callable[[str], str], phrases: Iterable[str]) -> dict[str, list[str]]:
    """Phrases by a part of each, which a line must have to say it."""
    parts: dict[str, list[str]] = {}
    for phrase in phrases:
        parts.setdefault(part(phrase), []).append(phrase)
    return parts


def _start(phrase: str) -> str:
    """The first word of a phrase, its first two characters where it is unspaced."""
    return phrase[:2] if not phrase.isascii() and UNSPACED.match(phrase) else phrase.partition(" ")[0]


def _mark(phrase: str) -> str:
    """The two longest words side by side of a phrase, which few lines have, or its only one; its first two characters where it
    is unspaced."""
    if not phrase.isascii() and UNSPACED.match(phrase):
        return phrase[:2]
    words = phrase.split()
    return max(_pairs(words), key=lambda pair: min(map(len, pair.split())), default=words[0])


def _pairs(words: Sequence[str]) -> Iterable[str]:
    return map(" ".join, pairwise(words))


def _occurring(line: str, words: list[str], unspaced: bool, marks: Mapping[str, Sequence[str]]) -> list[str]:
    """The phrases that a line contains, as whole words where it is spaced."""
    found: list[str] = []
    padded = f" {line} "
    for mark in (*words, *_pairs(words)):
        if mark in marks:
            found += [phrase for phrase in marks[mark] if f" {phrase} " in padded]
    if unspaced:
        for at in range(len(line) - 1):
            found += [phrase for phrase in marks.get(line[at : at + 2], ()) if line.startswith(phrase, at)]
    return found


def _beginning(line: str, first: str, unspaced: bool, starts: Mapping[str, Sequence[str]]) -> list[str]:
    """The phrases that a line begins with."""
    found = [phrase for phrase in starts.get(first, ()) if f"{line} ".startswith(f"{phrase} ")]
    if unspaced:
        found += [p for p in starts.get(line[:2], ()) if line.startswith(p) and UNSPACED.match(p)]
    return found


def find_phrases(blocks: Blocks, characters: Characters, starts: Places, ends: Places, counts: Counts) -> None:
    """Complete blocks, which begin and end at some places, with what they say."""
    unspaced = counts.of(IDEOGRAPH, SIGN) > 0
    asked = np.flatnonzero((unspaced | counts.has(SAYS)) & (blocks.words <= MOST_WORDS))
    # keys are normal forms where there are but letters
    other = unspaced | (counts.of(DIGIT, UNDERSCORE) > 0)
    find = phrases().find_normal
    for at in asked.tolist():
        line = normal(characters.text[starts[at] : ends[at]]) if other[at] else counts.keys[at]
        said = find(line, int(blocks.words[at]), bool(unspaced[at]))
        if said is not None and not _SPOKEN.match(characters.text, starts[at], ends[at]):
            blocks.says[at], blocks.form[at], blocks.phrase[at] = (
                REASON[said.reason],
                FORMS.index(said.form),
                said.phrase,
            )


def normal(text: str) -> str:
    """A line in the form in which phrases are listed: letters and marks only, lower-case, single spaces."""
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


@functools.cache
def phrases() -> Phrases:
    """The phrases of phrases.toml."""
    return Phrases(listed())


def listed() -> dict[str, dict[str, dict[str, list[str]]]]:
    """What phrases.toml lists: reason -> form -> language -> phrases."""
    text = resources.files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8")
    return {
        reason: {
            form: {language: " ".join(phrases.split()).split(", ") for language, phrases in languages.items()}
            for form, languages in forms.items()
        }
        for reason, forms in tomllib.loads(text).items()
    }


def _halved(words: list[str]) -> str:
    """A line without a label that says the same before it: "[LATEST] Latest Stories" is "latest stories"."""
    return " ".join(words[1:]) if len(words) > 2 and words[0] == words[1] else ""
