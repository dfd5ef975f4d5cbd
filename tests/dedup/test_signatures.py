"""Signatures and bands against datasketch and plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import plain
from tests.dedup.shingling import shingle_hashes

from cleanse.config import Dedup
from cleanse.dedup import signatures
from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.shingles import common, shingle
from cleanse.dedup.signatures import sign
from cleanse.dedup.tokens import Tokens

lengths = st.lists(st.integers(0, 60), max_size=5)


def make_tokens(sizes: list[int], seed: int = 0, different: int = 2**32) -> Tokens:
    offsets = np.concatenate(([0], np.cumsum(np.array(sizes, np.int64)))).astype(np.int64)
    hashes = np.random.default_rng(seed).integers(0, different, offsets[-1], dtype=np.uint32)
    return Tokens(hashes=hashes, starts=hashes, ends=hashes, offsets=offsets)


def windows(size: int, window: int) -> list[tuple[int, int]]:
    """The passages of a document, the slow way."""
    if size == 0:
        return []
    found = [(first, first + window) for first in range(0, max(size - window, 0), window // 2)]
    return [*found, (max(size - window, 0), size)]


def datasketch_values(shingles: list[int], num_perm: int) -> list[int]:
    sketch = MinHash(num_perm=num_perm, seed=1, scheme="affine32", hashfunc=int)
    if shingles:
        sketch.update_batch(shingles)
    return sketch.hashvalues.tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("window", "words", "num_perm"), [(10, 3, 128), (10, 7, 5), (11, 1, 16), (20, 5, 3), (10, 16, 4)]
)
@given(sizes=lengths)
@settings(max_examples=15)
def test_signatures_are_those_of_datasketch(window: int, words: int, num_perm: int, sizes: list[int]) -> None:
    tokens = make_tokens(sizes)
    signed = sign(tokens, Dedup(window_words=window, shingle_words=words, num_perm=num_perm))
    expected = [(d, *place) for d, size in enumerate(sizes) for place in windows(size, max(window, words))]
    assert list(zip(signed.docs.tolist(), signed.firsts.tolist(), signed.lasts.tolist(), strict=True)) == expected
    assert len(signed) == len(expected)
    for row, (d, first, last) in enumerate(expected):
        passage = tokens.hashes[tokens.offsets[d] + first : tokens.offsets[d] + last]
        assert signed.values[row].tolist() == datasketch_values(shingle_hashes(passage, words).tolist(), num_perm)


@given(sizes=lengths)
@settings(max_examples=15)
def test_whole_documents_are_signed_as_datasketch_does(sizes: list[int]) -> None:
    tokens = make_tokens(sizes)
    signed = sign(tokens, Dedup(profile="classic"))
    assert signed.docs.tolist() == [d for d, size in enumerate(sizes) if size]
    for row, d in enumerate(signed.docs.tolist()):
        document = tokens.hashes[tokens.offsets[d] : tokens.offsets[d + 1]]
        assert signed.values[row].tolist() == datasketch_values(shingle_hashes(document, 5).tolist(), 128)


@given(sizes=lengths, share=st.sampled_from([0.3, 0.9, 1.0]))
@settings(max_examples=40)
def test_common_shingles_are_left_out(sizes: list[int], share: float) -> None:
    tokens = make_tokens(sizes)
    table = np.random.default_rng(1).random(64) < share
    config = Dedup(window_words=10, shingle_words=3, num_perm=4)
    signed = sign(tokens, config, table)
    row = 0
    for d, size in enumerate(sizes):
        words = tokens.hashes[tokens.offsets[d] : tokens.offsets[d + 1]]
        hashes = shingle_hashes(words, 3)
        width = size - len(hashes) + 1
        informative = {k + w for k, value in enumerate(hashes.tolist()) if not table[value & 63] for w in range(width)}
        every = len(informative) < 10 or 10 * len(informative) < size
        for first, last in windows(size, 10):
            values = [h for h in shingle_hashes(words[first:last], 3).tolist() if every or not table[h & 63]]
            if values:
                assert (signed.docs[row], signed.firsts[row], signed.lasts[row]) == (d, first, last)
                assert signed.values[row].tolist() == datasketch_values(values, 4)
                row += 1
    assert row == len(signed)


@given(st.integers(0, 12), st.integers(1, 5))
def test_a_shingle_depends_on_its_tokens_only(size: int, words: int) -> None:
    hashes = make_tokens([size], seed=size).hashes
    found = shingle_hashes(hashes, words)
    assert len(found) == (max(size - words + 1, 1) if size else 0)
    for k, value in enumerate(found.tolist()):
        assert shingle_hashes(hashes[k : k + words], words).tolist() == [value]
    with np.errstate(over="ignore"):
        same = np.empty_like(found)
        plain(shingle)(hashes, 0, size, words, same)
    assert same.tolist() == found.tolist()


def test_shingles_of_swapped_words_differ() -> None:
    assert shingle_hashes(np.array([1, 2, 3], np.uint32), 3) != shingle_hashes(np.array([3, 2, 1], np.uint32), 3)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.99), st.integers(2, 256))
def test_bands_reach_the_recall_with_the_most_rows(similarity: float, recall: float, num_perm: int) -> None:
    bands, rows = choose_bands(similarity, recall, num_perm)
    assert bands * rows <= num_perm
    reached = [1 - (1 - similarity**r) ** (num_perm // r) >= recall for r in range(1, num_perm + 1)]
    assert rows == 1 or reached[rows - 1]
    assert rows == num_perm or not reached[rows]


def test_datasketch_takes_the_bands() -> None:
    assert choose_bands(0.15, 0.75, 128) == (64, 2)
    index = MinHashLSH(num_perm=128, params=choose_bands(0.15, 0.75, 128))
    assert (index.b, index.r) == (64, 2)


@given(st.integers(0, 6), st.integers(1, 3), st.integers(1, 3))
def test_keys_are_equal_if_the_bands_are(passages: int, bands: int, rows: int) -> None:
    values = np.random.default_rng(passages).integers(0, 2, (passages, bands * rows + 1)).astype(np.uint32)
    keys = band_keys(values, bands, rows)
    assert keys.shape == (passages, bands)
    parts = [
        (band, *values[k, band * rows : band * rows + rows].tolist()) for k in range(passages) for band in range(bands)
    ]
    flat = keys.ravel().tolist()
    assert len(set(parts)) == len(set(flat)) == len(set(zip(parts, flat, strict=True)))


@given(st.lists(st.integers(0, 2**32 - 1), max_size=11), st.integers(0, 3), st.integers(0, 3))
def test_both_ways_of_taking_the_lowest_do(shingles: list[int], before: int, after: int) -> None:
    a, b, known = (
        np.array(row, np.uint32) for row in ([1, 2**31 + 7, 12345], [0, 2**32 - 1, 99], [2**32 - 1, 2**20, 0])
    )
    mixed = np.array([0] * before + shingles + [0] * after, np.uint32)
    wanted = [
        min([int(k), *((int(x) * shingle + int(y)) % 2**32 for shingle in shingles)])
        for k, x, y in zip(known, a, b, strict=True)
    ]
    for way in (signatures._lowest_in_turn, signatures._lowest_at_once):
        lowest = known.copy()
        way(mixed, before, before + len(shingles), a, b, lowest)
        assert lowest.tolist() == wanted


def test_common_needs_both_a_number_and_a_share() -> None:
    counts = np.array([3, 31, 60], np.uint32)
    config = Dedup(common_documents=30, common_share=0.01)
    assert common(counts, 100, config).tolist() == [False, True, True]
    assert common(counts, 5000, config).tolist() == [False, False, True]
