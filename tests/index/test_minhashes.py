"""Signatures of an index are datasketch's own, fill its LSH, in memory or in Redis, and come back."""

from __future__ import annotations

import gc
import shutil
import socket
import subprocess
import time
import warnings
from typing import TYPE_CHECKING

import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH

import cleanse
from cleanse.dedup.bands import choose_bands
from cleanse.dedup.tokens import tokenise
from cleanse.errors import UsageError
from tests.conftest import article
from tests.dedup.shingling import shingle_hashes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = {name: article(name, 20) for name in ("one", "two", "three")}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> cleanse.Index:
    index = cleanse.Index(tmp_path_factory.mktemp("index") / "a.idx")
    index.add([{"id": name, "text": text} for name, text in TEXTS.items()] + [{"id": "copy", "text": TEXTS["one"]}])
    return index


def sketch(text: str, words: int = 3) -> MinHash:
    """What datasketch makes of the shingles of a text."""
    import pyarrow as pa

    found = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=int)
    found.update_batch(shingle_hashes(tokenise(pa.array([text])).hashes, words).tolist())
    return found


def test_a_documents_signature_is_datasketchs(index: cleanse.Index) -> None:
    found = list(index.minhashes(passages=False))
    assert [(name, passage) for name, passage, _ in found] == [(name, 0) for name in TEXTS]
    for name, _, minhash in found:
        assert minhash == LeanMinHash(sketch(TEXTS[name]))
        buffer = bytearray(minhash.bytesize())
        minhash.serialize(buffer)
        assert LeanMinHash.deserialize(buffer) == minhash


def test_passages_have_signatures_of_their_own(index: cleanse.Index) -> None:
    # 280 words in windows of 80, half overlapping
    assert [passage for name, passage, _ in index.minhashes() if name == "one"] == [0, 1, 2, 3, 4, 5]


def test_an_lsh_is_filled_and_finds_copies(index: cleanse.Index) -> None:
    lsh = MinHashLSH(num_perm=128, params=choose_bands(0.7, 0.98, 128))
    assert index.fill(lsh, passages=False) == 3
    assert lsh.query(sketch(TEXTS["two"])) == [("two", 0)]


def test_a_signature_from_elsewhere_is_looked_up(index: cleanse.Index) -> None:
    window = " ".join(TEXTS["two"].split()[:80])
    ((name, keys),) = index.meeting(LeanMinHash(sketch(window)))
    assert (name, keys > 10) == ("two", True)
    assert index.meeting(LeanMinHash(sketch(article("unknown")))) == []


def test_other_schemes_are_refused(index: cleanse.Index) -> None:
    for other in (MinHash(num_perm=64, seed=1, scheme="affine32"), MinHash(num_perm=128, seed=2, scheme="affine32")):
        with pytest.raises(UsageError, match=r"the index has scheme affine32, seed 1 and 128: make it with these"):
            index.meeting(LeanMinHash(other))


@pytest.fixture
def redis_port(tmp_path: Path) -> Iterator[int]:
    pytest.importorskip("redis", reason="datasketch's Redis storage needs the package redis")
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no redis-server on this machine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait()


def test_an_lsh_in_redis_is_filled(index: cleanse.Index, redis_port: int) -> None:
    storage = {"type": "redis", "basename": b"seen", "redis": {"host": "127.0.0.1", "port": redis_port}}
    bands = choose_bands(0.7, 0.98, 128)
    assert index.fill(MinHashLSH(num_perm=128, params=bands, storage_config=storage), passages=False) == 3
    again = MinHashLSH(num_perm=128, params=bands, storage_config=storage)
    assert again.query(sketch(TEXTS["three"])) == [("three", 0)]
    del again
    with warnings.catch_warnings(action="ignore"):  # datasketch leaves its connections to the collector
        gc.collect()
