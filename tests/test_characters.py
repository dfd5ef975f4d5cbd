"""The tables of characters: folding, classes, and what they promise to the tokeniser."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from cleanse import characters


def fold(character: str) -> str:
    """What the tables fold a character to."""
    code = ord(character)
    if characters.classes()[code] == characters.IGNORABLE:
        return ""
    entry = int(characters.folds()[code])
    place = entry & characters.FOLD
    if not entry & characters.EXPANDS:
        return chr(place)
    size = int(characters.expansions()[place])
    return "".join(map(chr, characters.expansions()[place + 1 : place + 1 + size].tolist()))


@pytest.mark.parametrize(
    ("character", "folded"),
    [
        ("A", "a"),
        ("é", "e"),
        ("ß", "ss"),
        ("ẞ", "ss"),
        ("ﬁ", "fi"),
        ("ά", "α"),
        ("ς", "σ"),
        ("ё", "е"),
        ("й", "и"),
        ("Ａ", "a"),
        ("１", "1"),
        ("İ", "i"),
        ("ſ", "s"),
        ("가", "\u1100\u1161"),
        ("ㄱ", "\u1100"),
        ("ｶ", "カ"),
        ("が", "か\u3099"),
        ("أ", "ا"),
        ("\u064e", ""),
        ("\u0640", ""),
        ("\u05b0", ""),
        ("\u0301", ""),
        ("\u00ad", ""),
        ("\u200b", ""),
        ("\ufe0f", ""),
        ("㍿", "株式会社"),
        ("…", "..."),
        ("™", " "),
    ],
)
def test_folds(character: str, folded: str) -> None:
    assert fold(character) == folded


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" \n.,;'’ʼ-_@\u00a0\u3000。", characters.SEPARATOR),
        ("aZ0éжβ가क١འ", characters.WORD),
        ("漢ひカー々〇ไກខက", characters.UNSPACED),
        ("\u0301\u200d\u200c\ufeff\u064b", characters.IGNORABLE),
        ("\u093e\u0e31\u3099", characters.ATTACHING),
    ],
)
def test_classes(text: str, kind: int) -> None:
    assert [characters.classes()[ord(c)] for c in text] == [kind] * len(text)


def test_every_character_folds_to_the_characters_of_its_folded_decomposition() -> None:
    unexplained = []
    for code in range(characters.SIZE):
        if 0xD800 <= code < 0xE000 or code in (0, 0x2120, 0x2122):
            continue
        full = unicodedata.normalize("NFKD", chr(code)).casefold()
        expected = "".join(c for c in full if characters.classes()[ord(c)] != characters.IGNORABLE)
        if fold(chr(code)) != expected:
            unexplained.append(hex(code))
    assert unexplained == []


def test_folding_twice_is_folding_once() -> None:
    once = characters.folds()
    single = (once & characters.EXPANDS) == 0
    codes = once[single] & characters.FOLD
    assert np.array_equal(once[codes] & characters.FOLD, codes)
    assert np.array_equal(characters.classes()[codes], characters.classes()[single])


def test_lower_case_is_marked() -> None:
    marked = {chr(code) for code in np.flatnonzero(characters.folds() & characters.LOWER)}
    assert set("azéжßﬁ") <= marked
    assert not marked & set("AZÉЖ1漢ªˆ")


def test_tables_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        characters.classes()[0] = 1
