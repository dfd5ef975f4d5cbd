"""The tokeniser against a slow one, and what it promises about scripts, normal forms and places."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import plain

from cleanse import characters
from cleanse.dedup import scan
from cleanse.dedup import tokens as tokens_module
from cleanse.dedup.tokens import UNSPACED_BIT, Tokens, fingerprints, tokenise

HYPHENS = "-\u2010\u00ad"

#: Characters that meet every branch of the kernel, more often than chance would.
tricky = st.text(
    st.sampled_from(
        list(
            "ab Z1.-\n\t'’éßﬁйё_漢ひカｶﾞ가ᄀ1각ไำักกาकि㍿½ﷺ…😀"
            "\u0301\u00ad\u2010\u200b\u0640\u064e\ufe0f\U0010fffd\U000e0101"
        )
    ),
    max_size=30,
)
#: Words that the normal forms write in different ways.
SAMPLES = [
    "café",
    "Ångström",
    "naïve",
    "ﬁne",
    "Größe",
    "ελλάδα",
    "йод",
    "ёлка",
    "대한민국",
    "각",
    "がぎパ",
    "ｶﾞ",
    "ภาษาไทย",
    "น้ำ",
    "हिन्दी",
    "क़लम",
    "كِتَاب",
    "أهلا",
    "漢字",
    "①②",
    "㍿",
    "Ⅷ",
]

texts = st.one_of(tricky, st.text(max_size=30))


def tokens_of(*documents: str | None) -> Tokens:
    return tokenise(pa.array(documents, pa.large_string()))


def words_of(text: str) -> list[tuple[str, int, int]]:
    """(folded token, start, end) of a text: the slow reference."""
    classes, found = characters.classes(), []
    word, kind, start, end = "", None, 0, 0

    def close() -> None:
        nonlocal word, kind
        if kind is not None:
            found.append((word, kind, start, end))
        word, kind = "", None

    def class_of(character: str) -> int:
        code = ord(character)
        if code < characters.SIZE:
            return int(classes[code])
        return characters.IGNORABLE if 0xE0000 <= code < 0xE1000 else characters.SEPARATOR

    i, before = 0, ""
    while i < len(text):
        character = text[i]
        if (
            kind == characters.WORD
            and character in HYPHENS
            and (unicodedata.category(before) == "Ll" or character == "\u00ad")
        ):
            rest = text[i + 1 :]
            gap = rest[: len(rest) - len(rest.lstrip(" \t\r\n"))]
            after = rest[len(gap) :][:1]
            if gap.count("\n") == 1 and after and unicodedata.category(after) == "Ll":
                i += 1 + len(gap)
                continue
        i += 1
        if class_of(character) == characters.IGNORABLE:
            if kind is not None:
                end = i
            continue
        before = character
        folded = (
            " "
            if ord(character) >= characters.SIZE or character in "™℠"
            else unicodedata.normalize("NFKD", character).casefold()
        )
        for part in folded:
            match class_of(part):
                case characters.IGNORABLE:
                    pass
                case characters.SEPARATOR:
                    close()
                case own:
                    joins = own == characters.ATTACHING or (own == kind == characters.WORD)
                    if kind is None or not joins:
                        close()
                        kind = characters.UNSPACED if own == characters.UNSPACED else characters.WORD
                        start = i - 1
                    word += part
                    end = i
    close()
    return [(word, start, end) for word, _, start, end in found]


def hash_of(word: str, *, unspaced: bool) -> int:
    """The documented hash: a polynomial over code points, MurmurHash3's finalizer, the bit of unspaced scripts."""
    state = 0x9E3779B97F4A7C15
    for character in word:
        state = (state * 257 + ord(character)) % 2**64
    state %= 2**63
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        state = ((state ^ (state >> 33)) * factor) % 2**64
    return (state >> 33) << 1 | unspaced


@given(st.lists(texts, max_size=4))
def test_tokens_are_those_of_the_slow_reference(documents: list[str]) -> None:
    tokens = tokens_of(*documents)
    expected = [words_of(text) for text in documents]
    assert np.diff(tokens.offsets).tolist() == [len(words) for words in expected]
    flat = [word for words in expected for word in words]
    assert list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)) == [(s, e) for _, s, e in flat]
    own = characters.classes()
    assert tokens.hashes.tolist() == [
        hash_of(word, unspaced=bool(own[ord(word[0])] == characters.UNSPACED)) for word, _, _ in flat
    ]


@given(texts)
def test_places_slice_back_to_the_token(text: str) -> None:
    tokens = tokens_of(text)
    for start, end, value in zip(tokens.starts.tolist(), tokens.ends.tolist(), tokens.hashes.tolist(), strict=True):
        assert 0 <= start < end <= len(text)
        assert value in tokens_of(text[start:end]).hashes


@given(tricky)
@settings(max_examples=20)
def test_the_kernel_is_plain_python_too(text: str) -> None:
    data = np.frombuffer(text.encode() or b" ", np.uint8)
    room = len(data) * 2 + 4
    states, places = np.zeros(room, np.uint64), np.zeros((room, 2), np.uint32)
    classes, folds = characters.classes(), characters.folds()
    tables = tokens_module._ascii(classes, folds), classes, folds, characters.expansions(), True
    expected = tokens_of(text)
    with np.errstate(over="ignore"):
        count = plain(scan._scan_document)(data, 0, len(data), *tables, states, places, 0)
    assert places[:count, 0].tolist() == expected.starts.tolist()
    assert places[:count, 1].tolist() == expected.ends.tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ünïcode CAFÉ", "unicode cafe"),
        ("don’t “stop”", 'don\'t "stop"'),
        ("an exam-\nple of it", "an example of it"),
        ("an exam-  \r\n   ple", "an example"),
        ("an exam\u00adple", "an example"),
        ("an exam\u00ad\nple", "an example"),
        ("an exam\u2010\nple", "an example"),
        ("Größe-\nnordnung", "Grössenordnung"),
        ("Ａｂｃ１２", "abc12"),
        ("ﬁne ﬂoor", "fine floor"),
        ("كِتَابٌ", "كتاب"),
        ("كـــتاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("Ελλάδα ΟΔΟΣ", "ελλαδα οδος"),
        ("Ёлка", "елка"),
        ("ﾊﾝｶｸ ｶﾞ", "ハンカク ガ"),
        ("東京、大阪。", "東京大阪"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
    ],
)
def test_texts_that_read_alike_have_the_same_tokens(one: str, other: str) -> None:
    assert tokens_of(one).hashes.tolist() == tokens_of(other).hashes.tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("well-known", "wellknown"),
        ("an Exam-\nPle", "an example"),
        ("para-\n\ngraph", "paragraph"),
        ("12-\n13", "1213"),
        ("か", "が"),
        ("किताब", "कताब"),
        ("don't", "dont"),
    ],
)
def test_texts_that_differ_have_different_tokens(one: str, other: str) -> None:
    assert tokens_of(one).hashes.tolist() != tokens_of(other).hashes.tolist()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("私は東京に住んでいます", 11),
        ("中文 text 混合", 5),
        ("대한민국 만세", 2),
        ("ภาษาไทย", 5),
        ("กำ", 1),
        ("ភាសា", 2),
        ("བོད་སྐད", 2),
        ("हिन्दी में", 2),
        ("½", 2),
        ("", 0),
        ("... !!", 0),
    ],
)
def test_a_character_of_an_unspaced_script_is_a_token(text: str, count: int) -> None:
    assert len(tokens_of(text).hashes) == count


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(
    words=st.lists(
        st.sampled_from(SAMPLES),
        max_size=6,
    )
)
@settings(max_examples=25)
def test_the_normal_form_is_of_no_matter(form: str, words: list[str]) -> None:
    text = " ".join(words)
    same = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert tokens_of(same).hashes.tolist() == tokens_of(text).hashes.tolist()


def test_the_bit_of_unspaced_scripts_is_set() -> None:
    assert (tokens_of("word 漢 ไ 가").hashes & UNSPACED_BIT).tolist() == [0, 1, 1, 0]


@given(st.lists(texts, max_size=5), st.lists(texts, max_size=5))
@settings(max_examples=50)
def test_chunks_slices_and_nulls_do_not_matter(one: list[str], other: list[str]) -> None:
    whole = tokens_of(*one, *other)
    chunks = pa.chunked_array([pa.array(one, pa.large_string()), pa.array(other, pa.large_string())])
    padded = pa.array(["before", *one, *other, "after"], pa.string()).slice(1, len(one) + len(other))
    for same in (tokenise(chunks), tokenise(padded)):
        for name in ("hashes", "starts", "ends", "offsets"):
            assert np.array_equal(getattr(same, name), getattr(whole, name))
    assert tokens_of(None, "a", None).offsets.tolist() == [0, 0, 1, 1]
    assert len(tokenise(pa.chunked_array([], pa.large_string()))) == 0


def test_bytes_that_are_not_utf8_stay_in_bounds() -> None:
    for data in (b"ab\xf0\x9f", b"\x80\x80", b"ab\xe3", b"\xff\xfe", b"a\xc3"):
        array = pa.Array.from_buffers(
            pa.large_string(), 1, [None, pa.py_buffer(np.array([0, len(data)], np.int64)), pa.py_buffer(data)]
        )
        assert tokenise(array).ends.max(initial=0) <= len(data)


def test_no_character_makes_more_than_two_tokens_a_byte() -> None:
    letters = [chr(code) for code in np.flatnonzero(characters.folds() & characters.EXPANDS).tolist()]
    counts = np.diff(tokens_of(*letters).offsets).tolist()
    assert all(count <= 2 * len(letter.encode()) for count, letter in zip(counts, letters, strict=True))


def test_a_long_document_of_many_short_tokens_fits() -> None:
    assert tokens_of("㌖" * 10_000, "a " * 10_000, "ab").offsets.tolist() == [0, 60_000, 70_000, 70_001]


@given(st.lists(st.text("aAb .é漢", max_size=6), max_size=6))
def test_fingerprints_are_equal_if_the_tokens_are(documents: list[str]) -> None:
    marks = [tuple(row) for row in fingerprints(tokens_of(*documents)).tolist()]
    lists = [tuple(tokens_of(text).hashes.tolist()) for text in documents]
    for i in range(len(documents)):
        for j in range(i):
            assert (marks[i] == marks[j]) == (lists[i] == lists[j])


@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFFF), max_size=60))
def test_plain_tokens_are_runs_of_word_characters_in_lower_case(text: str) -> None:
    text = text.replace("\u03a3", "")  # the one letter whose lower case depends on what follows
    words = re.findall(r"\w+", text.lower())
    tokens = tokenise(pa.array([text], pa.large_string()), plain=True)
    assert len(tokens.hashes) == len(words)
    alone = tokenise(pa.array(words, pa.large_string()), plain=True)
    assert tokens.hashes.tolist() == alone.hashes.tolist()
    for start, end, word in zip(tokens.starts.tolist(), tokens.ends.tolist(), words, strict=True):
        assert text[start:end].lower().startswith(word) or "\u0130" in text


def test_plain_tokens_join_and_fold_nothing() -> None:
    words = tokenise(pa.array(["exam-\nple caf\u00e9 cafe"], pa.large_string()), plain=True)
    assert len(set(words.hashes.tolist())) == len(words.hashes) == 4
