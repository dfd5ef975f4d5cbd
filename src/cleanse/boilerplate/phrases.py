"""What scraper noise says: phrases of many languages, as phrases.toml lists them, looked up line by line."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Literal

import numpy as np
import regex

from cleanse.boilerplate.blocks import REASON, UNSPACED
from cleanse.boilerplate.characters import DIGIT, IDEOGRAPH, SIGN, UNDERSCORE, Characters
from cleanse.schema import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Blocks
    from cleanse.boilerplate.characters import Counts, Flags, Places

#: heading: the whole line, and it opens a section; line: the whole line; contains, prefix: a short line.
Form = Literal["heading", "line", "contains", "prefix"]
#: Forms are numbers in columns: their place here.
FORMS: tuple[Form, ...] = ("heading", "line", "contains", "prefix")
HEADING = FORMS.index("heading")
PREFIX = FORMS.index("prefix")

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
        self.whole: dict[str, _Meaning] = {}
        self._prefix: dict[str, _Meaning] = {}
        self._contains: dict[str, _Meaning] = {}
        tables: dict[Form, dict[str, _Meaning]] = {
            "heading": self.whole,
            "line": self.whole,
            "prefix": self._prefix,
            "contains": self._contains,
        }
        for reason, by_form in data.items():
            for form, table in tables.items():
                meaning = (Reason(reason), form)
                for listed in by_form.get(form, {}).values():
                    for phrase in listed:
                        table.setdefault(phrase, meaning)
        self.starts_prefix = _by(_start, self._prefix)
        self.marks_contained = _by(_mark, self._contains)

    def find(self, text: str, words: int) -> Said | None:
        """What a line of so many words says, the strongest form first."""
        return self.find_normal(normal(text), words)

    def find_normal(self, line: str, words: int) -> Said | None:
        """The same for a line in normal form."""
        if words > _CONTAINS_WORDS or not line:
            return None
        split = line.split(" ")
        whole = line if line in self.whole else _halved(split)
        if whole in self.whole:
            return Said(*self.whole[whole], whole)
        if contained := _occurring(line, split, self.marks_contained):
            phrase = max(contained, key=len)
            return Said(*self._contains[phrase], phrase)
        if words <= _PREFIX_WORDS and (begun := _beginning(line, split[0], self.starts_prefix)):
            phrase = max(begun, key=len)
            return Said(*self._prefix[phrase], phrase)
        return None


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
    """The longest word of a phrase, which few lines have; its first two characters where it is unspaced."""
    return phrase[:2] if not phrase.isascii() and UNSPACED.match(phrase) else max(phrase.split(), key=len)


def _occurring(line: str, words: list[str], marks: Mapping[str, Sequence[str]]) -> list[str]:
    """The phrases that a line contains, as whole words where it is spaced."""
    found: list[str] = []
    if not marks.keys().isdisjoint(words):
        padded = f" {line} "
        for word in words:
            found += [phrase for phrase in marks.get(word, ()) if f" {phrase} " in padded]
    if not line.isascii() and UNSPACED.search(line):
        for at in range(len(line) - 1):
            found += [phrase for phrase in marks.get(line[at : at + 2], ()) if line.startswith(phrase, at)]
    return found


def _beginning(line: str, first: str, starts: Mapping[str, Sequence[str]]) -> list[str]:
    """The phrases that a line begins with."""
    found = [phrase for phrase in starts.get(first, ()) if f"{line} ".startswith(f"{phrase} ")]
    if not line.isascii():
        found += [p for p in starts.get(line[:2], ()) if line.startswith(p) and UNSPACED.match(p)]
    return found


def find_phrases(blocks: Blocks, characters: Characters, starts: Places, ends: Places, counts: Counts) -> None:
    """Complete blocks, which begin and end at some places, with what they say."""
    unspaced = counts.of(IDEOGRAPH, SIGN) > 0
    may = unspaced | _sieve().may_say(characters, starts, blocks.words)
    asked = np.flatnonzero(may & (blocks.words <= _CONTAINS_WORDS))
    lines = dict(zip(asked.tolist(), blocks.keys[asked].tolist(), strict=True))
    # the others' keys are their normal form
    mixed = asked[(counts.of(DIGIT, UNDERSCORE)[asked] > 0) & ~unspaced[asked]]
    lines.update(zip(mixed.tolist(), characters.letters(starts[mixed], ends[mixed]), strict=True))
    for at in asked[unspaced[asked]].tolist():
        lines[at] = normal(characters.text[starts[at] : ends[at]])
    find = phrases().find_normal
    for (at, line), words in zip(lines.items(), blocks.words[asked].tolist(), strict=True):
        said = find(line, words)
        if said is not None:
            blocks.says[at], blocks.form[at], blocks.phrase[at] = REASON[said.reason], FORMS.index(said.form), said.phrase


class _Sieve:
    """Tells, of many lines at once, which of them may say a phrase: for every word that a phrase needs there are bits at a
    hash of its length and four of its characters. Lines of unspaced scripts are not told."""

    def __init__(self, data: Phrases) -> None:
        self._bits = np.zeros(2**_SIEVE, np.uint8)
        self._most = max(phrase.count(" ") for phrase in data.whole) + 1
        wholes = {phrase.partition(" ")[0] for phrase in data.whole}
        for bit, words in ((_WITHIN, data.marks_contained), (_FIRST, data.starts_prefix), (_WHOLE, wholes)):
            characters = Characters(list(words))
            ends = characters.bases[1:] - 1
            self._bits[_sieved(characters, characters.bases[:-1], ends)] |= np.uint8(bit)

    def may_say(self, characters: Characters, starts: Places, words: NDArray[np.integer]) -> Flags:
        """Whether blocks that begin at some places may say something; ``words``: how many each has."""
        begins, ends = characters.letter_runs()
        if not len(begins):
            return np.zeros(len(starts), bool)
        hashes = _sieved(characters, begins, ends)
        bits = np.append(self._bits[hashes], np.uint8(0))
        first = np.searchsorted(begins, starts)
        after = np.append(first[1:], len(begins))
        within = np.append(0, np.cumsum(bits & _WITHIN))
        may = (within[after] > within[first]) | ((bits[first] & _FIRST > 0) & (words <= _PREFIX_WORDS))
        many = after - first
        may |= (bits[first] & _WHOLE > 0) & (many <= self._most)
        # a label that says the same, and characters whose lower case depends on others
        hashes = np.append(hashes, [-1, -2])
        may |= (many > 2) & (hashes[first] == hashes[np.minimum(first + 1, len(begins))])
        irregular = characters.irregular()
        may[np.searchsorted(starts, irregular, "right") - 1] |= len(irregular) > 0
        return may & (many > 0)


#: Bits of a word in the sieve: a phrase that lines contain has it, a phrase that they begin with or that is all of them begins
#: with it.
_WITHIN, _FIRST, _WHOLE = 1, 2, 4
#: The sieve has a place for each hash of so many bits: 14,000 words leave one of 100 others in it.
_SIEVE = 18
_FACTORS = [np.uint32(factor) for factor in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1)]


def _sieved(characters: Characters, begins: Places, ends: Places) -> NDArray[np.intp]:
    """The hash of each word that begins and ends at some places."""
    last = ends - 1
    hashes = (ends - begins).astype(np.uint32) * _FACTORS[0]
    for factor, places in zip(_FACTORS[1:], (begins, begins + 1, begins + 2, last), strict=True):
        hashes ^= characters.lower(np.minimum(places, last)) * factor
    return ((hashes ^ hashes >> np.uint32(15)) & np.uint32(2**_SIEVE - 1)).astype(np.intp)


@functools.cache
def _sieve() -> _Sieve:
    return _Sieve(phrases())


def normal(text: str) -> str:
    """A line in the form in which phrases are listed: letters and marks only, lower-case, single spaces."""
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


@functools.cache
def phrases() -> Phrases:
    """The phrases of phrases.toml."""
    return Phrases(tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8")))


def _halved(words: list[str]) -> str:
    """A line without a label that says the same before it: "[LATEST] Latest Stories" is "latest stories"."""
    return " ".join(words[1:]) if len(words) > 2 and words[0] == words[1] else ""
