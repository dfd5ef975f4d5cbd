"""What many machines decide and write is what one machine does, to the byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import cleanse
from cleanse.config import load_config
from cleanse.errors import FieldNotFound, NothingReadable
from tests.boilerplate.test_site import NOTICE
from tests.conftest import ROOT, article
from tests.engines.conftest import OneMachine
from tests.pipeline.test_run import corpus, edited, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.engines import Distributed

#: pyspark leaves the sockets over which it hands results to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def results(folder: Path) -> dict[str, Any]:
    """All that a run wrote, without its times."""
    found: dict[str, Any] = {"corpus": (folder / "corpus.jsonl").read_bytes()}
    for name in ("kept", "dropped", "matches", "clusters"):
        found[name] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    manifest = json.loads((folder / "run.json").read_bytes())
    return found | {name: manifest[name] for name in ("inputs", "unreadable", "counts", "config")}


def assert_same(engine: Distributed, inputs: list[Path], tmp_path: Path, *pairs: str) -> dict[str, Any]:
    config = load_config(pairs=["write.report=false", *pairs])
    cleanse.run(inputs, tmp_path / "local", config)
    cleanse.run(inputs, tmp_path / "many", config, engine=engine)
    wanted, found = results(tmp_path / "local"), results(tmp_path / "many")
    for name, value in wanted.items():
        assert found[name] == value, name
    return found


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["balanced", "strict", "classic"])
def test_planted_copies(engine: Distributed, tmp_path: Path, profile: str) -> None:
    pages = [write_corpus(tmp_path / "pages.jsonl", corpus())]
    found = assert_same(engine, pages, tmp_path, f"dedup.profile={profile}")
    assert found["counts"]["removed"] > 0


@pytest.mark.slow
def test_the_seeds_the_fixture_pages_and_what_a_site_repeats(engine: Distributed, tmp_path: Path) -> None:
    rows = [{"id": str(n), "source": "one", "text": f"{article(f'word{n}')}\n\n{NOTICE}"} for n in range(6)]
    inputs = [ROOT / "seeds", ROOT / "fixtures" / "pages", write_corpus(tmp_path / "pages.jsonl", rows)]
    found = assert_same(engine, inputs, tmp_path, "dedup.survivor=first")
    assert {"site_template", "near_duplicate", "comments"} <= set(found["counts"]["reasons"])


@pytest.mark.slow
def test_ids_and_what_cannot_be_read_come_in_the_order_of_reading(engine: Distributed, tmp_path: Path) -> None:
    names = [["a", "b", "a"], ["a#2", "a", "c"], ["a#2", "a#2#2", "b", "a"], ["a#5", "a", "a", "a"]]
    inputs = [tmp_path / "a.parquet", tmp_path / "c.txt"]
    inputs[0].write_bytes(b"PAR1 is not enough")
    inputs[1].write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    for n, ids in enumerate(names):
        rows = [{"id": name, "text": article(f"{chr(97 + n)}{chr(97 + k)}", 4)} for k, name in enumerate(ids)]
        inputs.insert(n + 1, write_corpus(tmp_path / f"{n}.jsonl", rows))
        with inputs[n + 1].open("ab") as file:
            file.write(b'{"text": \n[1, 2]\n')
    options = ("""dedup.source_priority=["it's", 'a\\b']""", "dedup.survivor=source")
    found = assert_same(engine, inputs, tmp_path, *options)
    assert [entry["place"] for entry in found["unreadable"]].count("") == 2
    assert len(found["unreadable"]) >= 2 + len(names)
    ids = [json.loads(line)["id"] for line in found["corpus"].splitlines()]
    assert len(set(ids)) == len(ids) == sum(map(len, names))


def test_a_field_that_no_table_has_is_refused(engine: Distributed, tmp_path: Path) -> None:
    pages = write_corpus(tmp_path / "pages.jsonl", corpus()[:2])
    with pytest.raises(FieldNotFound, match="nowhere"):
        cleanse.run(pages, tmp_path / "out", load_config(pairs=["read.text_field=nowhere"]), engine=engine)
    assert not (tmp_path / "out").exists()


def test_inputs_without_a_document_are_refused(engine: Distributed, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(NothingReadable, match="no documents there"):
        cleanse.run(tmp_path / "none", tmp_path / "out", engine=engine)


@pytest.mark.slow
def test_a_key_of_many_documents_is_capped_alike(tmp_path: Path) -> None:
    text = article("alpha", 12)
    rows = [{"id": str(n), "text": edited(text, 0.15, n)} for n in range(70)]
    pages = [write_corpus(tmp_path / "pages.jsonl", rows)]
    options = ("dedup.band_members=10", "dedup.common_documents=100")
    found = assert_same(OneMachine(), pages, tmp_path, *options)
    assert found["counts"]["removed"] > 30
