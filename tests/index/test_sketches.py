"""Sketches: pairs that share a key by chance are told from likely ones, as plain Python tells them."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleanse
from cleanse.config import Config, Dedup
from cleanse.dedup.signatures import sign
from cleanse.dedup.tokens import tokenise
from cleanse.index import arrivals
from cleanse.index import sketches as sketches_read
from cleanse.index.file import IndexFile
from cleanse.index.sketches import Sketches, alike

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH = 128
#: In how many of so many places two passages must be equal.
LEAST = {16: 1, 128: 7}

PASSAGES = st.lists(st.integers(0, 3), max_size=5)


def documents(passages: list[list[int]], seed: int, width: int = WIDTH) -> Sketches:
    """Documents of such passages: of one number they are equal in some places, 3 to 9, of others hardly ever."""
    draw = np.random.default_rng(seed)
    rows = draw.integers(0, 256, (sum(map(len, passages)), width), np.uint8)
    for row, number in zip(rows, (number for document in passages for number in document), strict=True):
        row[: 2 * number + 3] = number
    return Sketches(rows, np.cumsum([0, *map(len, passages)]))


def likely(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether documents of these passages may be alike."""
    equal = (sum(x == y for x, y in zip(a, b, strict=True)) for a, b in product(one.tolist(), other.tolist()))
    return not len(one) or not len(other) or any(count >= LEAST[one.shape[1]] for count in equal)


def of(sketches: Sketches, doc: int) -> NDArray[np.uint8]:
    return sketches.values[sketches.offsets[doc] : sketches.offsets[doc + 1]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sketches")


@pytest.mark.parametrize("width", [16, 128])
@given(st.lists(PASSAGES, max_size=6), st.lists(PASSAGES, min_size=1, max_size=6), st.integers(0, 9), st.data())
def test_pairs_are_told_as_plain_python_tells_them(
    path: Path, width: int, old: list[list[int]], new: list[list[int]], seed: int, data: st.DataObject
) -> None:
    known, fresh = documents(old, seed, width), documents(new, seed + 1, width)
    removed = data.draw(st.sets(st.integers(0, max(len(old) - 1, 0))))
    kept = [doc for doc in range(len(old)) if doc not in removed]
    settings = Dedup(num_perm=width)
    with pytest.MonkeyPatch.context() as patch, IndexFile(path / f"{width}.idx", settings, write=True) as file:
        patch.setattr(sketches_read, "_READ_DOCUMENTS", 2)
        for doc, blob in zip(kept, known.blobs(np.array(kept, np.int64)).to_pylist(), strict=True):
            file.execute("INSERT INTO texts VALUES (?, 0, NULL, ?)", doc, blob)
        file.documents = len(old)
        pairs = [(a, b + len(old)) for b in range(len(new)) for a in range(len(old) + b)]
        pairs = sorted(data.draw(st.lists(st.sampled_from(pairs), unique=True))) if pairs else []
        a, b = alike(file, *np.array(pairs, np.int64).reshape(-1, 2).T, fresh)

    def passages(doc: int) -> NDArray[np.uint8]:
        return of(known, doc) if doc < len(old) else of(fresh, doc - len(old))

    expected = [pair for pair in pairs if pair[0] not in removed or pair[0] >= len(old)]
    expected = [pair for pair in expected if likely(*map(passages, pair))]
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == expected


@given(st.lists(PASSAGES, max_size=6), st.data())
def test_what_is_kept_comes_back(passages: list[list[int]], data: st.DataObject) -> None:
    sketches = documents(passages, 0)
    chosen = data.draw(st.lists(st.integers(0, len(passages) - 1))) if passages else []
    back = Sketches.from_blobs(sketches.blobs(np.array(chosen, np.int64)), WIDTH)
    assert [of(back, place).tolist() for place in range(len(chosen))] == [of(sketches, doc).tolist() for doc in chosen]


def test_bytes_that_are_no_whole_sketches_are_none_and_harm_no_others() -> None:
    found = [b"x" * WIDTH, b"x" * (WIDTH + 7), b"y", None, b"z" * 2 * WIDTH, b""]
    back = Sketches.from_blobs(pa.array(found, pa.large_binary())[1:], WIDTH)
    assert [of(back, doc).tobytes() for doc in range(5)] == [b"", b"", b"", b"z" * 2 * WIDTH, b""]


@pytest.mark.parametrize(
    ("profile", "words", "sketched"),
    # passages of 80 words, half overlapping: 256 and 257 of them
    [("balanced", 200, True), ("balanced", 10_280, True), ("balanced", 10_281, False), ("classic", 200, False)],
)
def test_documents_too_long_have_none_and_the_classic_profile_has_none(
    profile: str, words: int, sketched: bool
) -> None:
    settings = Dedup(profile=profile)
    texts = pa.array(["", " ".join(f"w{number}" for number in range(words)), "a few words"], pa.large_string())
    signatures = sign(tokenise(texts), settings)
    sketches = Sketches.of(signatures, 3, settings)
    assert len(of(sketches, 0)) == 0
    assert len(of(sketches, 1)) == (np.count_nonzero(signatures.docs == 1) if sketched else 0)
    assert len(of(sketches, 2)) == (profile != "classic")
    joined = Sketches.joined([sketches, sketches], settings)
    assert [of(joined, doc).tolist() for doc in range(6)] == 2 * [of(sketches, doc).tolist() for doc in range(3)]


def test_some_of_what_is_met_by_chance_is_not_aligned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met: dict[str, int] = {}

    def counted(*given: object) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        a, b = alike(*given)  # type: ignore[arg-type]
        met["met"], met["likely"] = len(given[1]), len(a)  # type: ignore[arg-type]
        return a, b

    monkeypatch.setattr(arrivals, "alike", counted)
    # documents of pieces of five words drawn from the same thousand, and copies of three with some pieces drawn anew
    draw = random.Random(0)
    pieces = [" ".join(f"w{draw.randrange(5000)}" for _ in range(5)) for _ in range(1000)]
    texts = [draw.choices(pieces, k=60) for _ in range(150)]
    copies = [[draw.choice(pieces) if draw.random() < 0.1 else piece for piece in text] for text in texts[:3]]
    index = cleanse.Index(tmp_path / "a.idx")
    index.add([{"id": f"{number}", "text": " ".join(text)} for number, text in enumerate(texts)])
    found = index.match([{"id": f"copy{number}", "text": " ".join(text)} for number, text in enumerate(copies)])
    assert found.removed["survivor"].to_pylist() == ["0", "1", "2"]
    assert met["likely"] < met["met"] - 10


@pytest.mark.parametrize("num_perm", [2, 16, 128])
def test_what_a_run_finds_is_found_however_few_permutations_there_are(tmp_path: Path, num_perm: int) -> None:
    draw = random.Random(num_perm)
    rows = []
    for number in range(100):
        words = [f"w{draw.randrange(50_000)}" for _ in range(100)]
        edited = [f"n{draw.randrange(50_000)}" if draw.random() < 0.35 else word for word in words]
        rows += [{"id": f"{number}", "text": " ".join(words)}, {"id": f"{number} edited", "text": " ".join(edited)}]
    config = Config(dedup=Dedup(num_perm=num_perm))
    found = len(cleanse.Index(tmp_path / "a.idx", config).add(rows).removed)
    assert found >= len(cleanse.find_duplicates(rows, config=config).removed) > 10
