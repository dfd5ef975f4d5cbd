"""Keys told apart and hashed by kernels, against dictionaries, patterns and hashlib."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from cleanse.boilerplate.blake import CHUNK, _compressed, _plain
from cleanse.boilerplate.blocks import FIFTHS, words_of
from cleanse.boilerplate.keys import Keys
from cleanse.boilerplate.site import line_keys
from cleanse.boilerplate.text import find_text_blocks

TEXTS = st.one_of(st.sampled_from(["home", "a b", "ά ж 新 𠀀", ""]), st.text(max_size=12))


@given(st.lists(st.tuples(st.integers(0, 2), TEXTS), max_size=30), st.integers(0, 12), st.booleans())
def test_the_first_key_alike_is_found(keys: list[tuple[int, str]], most: int, uncompiled: bool) -> None:
    encoded = [text.encode("utf-8", "replace") for _, text in keys]
    kept = Keys(np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)]))
    assert kept.texts() == [text.decode() for text in encoded]
    seen: dict[tuple[int, str], int] = {}
    wanted = [
        seen.setdefault((group, text.decode()[:most]), at)
        for at, ((group, _), text) in enumerate(zip(keys, encoded, strict=True))
    ]
    groups = np.array([group for group, _ in keys], np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cleanse.boilerplate.keys.uncompiled", lambda: uncompiled)
        assert kept.firsts(np.arange(len(keys)), groups, most).tolist() == wanted


@given(st.binary(max_size=400))
@example(bytes(CHUNK))
@example(b"x" * (3 * CHUNK))
def test_digests_are_those_of_hashlib(data: bytes) -> None:
    words = np.frombuffer(data + bytes(CHUNK - len(data) % CHUNK), np.uint64).copy()
    digest = blake2b(data, digest_size=8).digest()
    for way in (_compressed, _plain):
        assert int(way(words, len(data), np.zeros(8, np.uint64))).to_bytes(8) == digest


LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=30),
        st.sampled_from(["12 Comments", "3 4 x 5", "٣ تعليقات", "新 1 2", "a1b2 3c", "word " * 900]),
    ),
    min_size=1,
    max_size=8,
)


@given(LINES)
@example(["1 " * 11 + "x", "9" * 3_000 + " x", "é" * 2_500])
@example(["1A", "word " * 900])
def test_keys_of_lines_are_hashes_of_their_words_with_numbers_alike(lines: list[str]) -> None:
    pages = find_text_blocks(["\n\n".join(lines)])
    if pages.counts is None:
        return
    found = line_keys(pages.blocks, pages.counts)
    for at, text in enumerate(pages.texts()):
        words = words_of(text)
        key = " ".join(words).lower()
        if found[at] == 0:
            continue
        titles = at < 3 and (pages.blocks.fifths[at + 1 : at + 3] >= 12 * FIFTHS).any() and not pages.blocks.dated[at]
        if len(words) < 12 and any(map(str.isalpha, text)) and not titles:
            key = regex.sub(r"\d+(?: \d+)*", "0", key)
        assert found[at] == int.from_bytes(blake2b(key[:2_000].encode(), digest_size=8).digest()) >> 1
