"""Every layout of the corpus holds the same documents, for whoever reads it back."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cleanse
from cleanse.config import load_config
from cleanse.errors import ConfigError, OutputError
from cleanse.layout import RESULTS, corpus_layout, foreign
from cleanse.report.folder import RunFolder
from cleanse.write.columns import CORPUS
from cleanse.write.corpus import Corpus, read_corpus
from tests.conftest import article

MANIFEST = '{"version": "1", "config": {}, "counts": {}}'

LAYOUTS = {
    "jsonl": ["corpus.jsonl"],
    "jsonl gz": ["corpus.jsonl.gz"],
    "jsonl zst": ["corpus.jsonl.zst"],
    "parquet": ["corpus.parquet"],
    "txt": ["corpus"],
    "huggingface": ["README.md", "data"],
    "jsonl none 200KB": ["corpus"],
    "jsonl gz 100KB": ["corpus"],
    "jsonl zst 100KB": ["corpus"],
    "parquet none 200KB": ["corpus"],
    "huggingface none 200KB": ["README.md", "data"],
}


def settings(layout: str) -> cleanse.Config:
    form, compression, size = (layout.split() + ["none", ""][len(layout.split()) - 1 :])[:3]
    return load_config(pairs=[f"write.format={form}", f"write.compression={compression}", f'write.shard_size="{size}"'])


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    noise = random.Random(3)
    none = dict.fromkeys(CORPUS.names)
    texts = [f"Żuraw {n}\n\n{noise.randbytes(40_000).hex()}" for n in range(12)]
    return [{**none, "id": f"{n}/żuraw", "url": f"https://x.example/{n}", "text": text} for n, text in enumerate(texts)]


def write(folder: Path, layout: str, documents: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    with Corpus(folder, settings(layout).write) as corpus:
        for start in range(0, len(documents), 5):
            corpus.write(pa.Table.from_pylist(documents[start : start + 5], CORPUS))


def top(folder: Path) -> list[str]:
    """The names in a folder that the corpus may have."""
    of_corpus = [name for name in RESULTS if name.startswith("corpus") or name in ("data", "README.md")]
    return sorted(name for name in of_corpus if (folder / name).exists())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_back(tmp_path: Path, documents: list[dict[str, Any]], layout: str) -> None:
    write(tmp_path, layout, documents)
    assert top(tmp_path) == LAYOUTS[layout]
    assert sorted(foreign(tmp_path)) == LAYOUTS[layout]
    (tmp_path / "run.json").write_text(MANIFEST)
    assert foreign(tmp_path) == []
    assert read_corpus(tmp_path).to_pylist() == documents
    with RunFolder(tmp_path) as run:
        rows = run.rows("SELECT * FROM corpus")
        assert run.text_files == (layout == "txt")
        texts = [run.text_file(row["file"])[:-1] if run.text_files else row["text"] for row in rows]
    assert [row["id"] for row in rows] == [document["id"] for document in documents]
    assert texts == [document["text"] for document in documents]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_corpus_without_documents_is_read_back(tmp_path: Path, layout: str) -> None:
    write(tmp_path, layout, [])
    assert top(tmp_path) == LAYOUTS[layout]
    assert read_corpus(tmp_path).num_rows == 0
    (tmp_path / "run.json").write_text(MANIFEST)
    with RunFolder(tmp_path) as run:
        assert run.rows("SELECT * FROM corpus") == []


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if "KB" in layout])
def test_a_shard_ends_with_the_document_that_reaches_its_size(
    tmp_path: Path, documents: list[dict[str, Any]], layout: str
) -> None:
    write(tmp_path, layout, documents)
    files = corpus_layout(tmp_path).files
    assert 3 <= len(files) <= 6
    if layout.startswith("huggingface"):
        assert [path.name for path in files] == [f"train-{n:05}-of-{len(files):05}.parquet" for n in range(len(files))]
    else:
        assert [path.name.partition(".")[0] for path in files] == [f"part-{n:05}" for n in range(len(files))]
    one = max(len(document["text"]) for document in documents)
    assert max(path.stat().st_size for path in files) < 200_000 + one


def test_the_same_documents_make_the_same_bytes(tmp_path: Path, documents: list[dict[str, Any]]) -> None:
    for layout in LAYOUTS:
        for name in ("a", "b"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
            write(tmp_path / name, layout, documents)
        a, b = ({p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*.*")} for n in "ab")
        assert a == b


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("layout", ["huggingface", "huggingface none 200KB"])
def test_the_datasets_library_loads_the_folder(
    tmp_path: Path, documents: list[dict[str, Any]], layout: str, streaming: bool
) -> None:
    datasets = pytest.importorskip("datasets", reason="loads what is written for it: pip install datasets")
    write(tmp_path / "out", layout, documents)
    for table in ("dropped", "matches"):  # which have other columns
        pq.write_table(pa.table({"reason": ["x"]}), tmp_path / "out" / f"{table}.parquet")
    (tmp_path / "out" / "run.json").write_text("{}")
    loaded = datasets.load_dataset(str(tmp_path / "out"), streaming=streaming, cache_dir=str(tmp_path / "cache"))
    assert list(loaded) == ["train"]
    assert list(loaded["train"]) == documents


def test_one_layout_replaces_another_and_is_no_input(tmp_path: Path) -> None:
    rows = [{"id": subject, "text": article(subject * 2)} for subject in "abcd"]
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, rows[0]]))
    out = tmp_path / "out"
    for layout in ("jsonl", "huggingface", "txt", "jsonl gz 1KB", "jsonl zst"):
        result = cleanse.run(tmp_path, out, settings(layout))
        assert [Path(entry["path"]).name for entry in result.manifest["inputs"]] == ["pages.jsonl"]
        assert top(out) == LAYOUTS.get(layout, ["corpus"])
        assert result.corpus["id"].to_pylist() == [row["id"] for row in rows]
        assert result.explain("a#2")["id"] == "a#2"


@pytest.mark.parametrize("name", ["README.md", "data/mine.csv"])
def test_what_no_run_has_made_is_neither_overwritten_nor_removed(tmp_path: Path, name: str) -> None:
    (tmp_path / "pages.jsonl").write_text(json.dumps({"text": article("aa")}))
    mine = tmp_path / "out" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(OutputError, match="no run has made it"):
        cleanse.run(tmp_path / "pages.jsonl", tmp_path / "out", settings("huggingface"))
    cleanse.run(tmp_path / "pages.jsonl", tmp_path / "out", settings("jsonl"))
    assert mine.read_text() == "mine"


def test_text_files_mirror_the_folders_of_the_input(tmp_path: Path) -> None:
    names = [
        "a/x.txt",
        "a/b/y.html",
        "a/b.txt",
        "z.md",
        "a.txt/b.txt",
        "a.txt",
        "../../evil",
        "/etc/passwd",
        "\U00020000" * 99,
    ]
    write(tmp_path / "out", "txt", [{"id": name, "text": "x"} for name in names])
    corpus = tmp_path / "out" / "corpus"
    files = {str(path.relative_to(corpus)) for path in corpus.rglob("*") if path.is_file()}
    assert files == {
        *("a/x.txt", "a/b/y.html.txt", "a/b.txt", "z.md.txt", "a.txt_/b.txt", "a.txt", "evil.txt", "etc/passwd.txt"),
        *("\U00020000" * 50 + ".txt", "index.jsonl"),
    }
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("layout", ["txt none 1MB", "parquet gz", "huggingface zst", "jsonl none 0MB"])
def test_settings_that_contradict_each_other_are_refused(layout: str) -> None:
    with pytest.raises(ConfigError, match=r"write\.(shard_size|compression)"):
        settings(layout)


def test_the_corpus_has_what_a_page_says_of_itself(tmp_path: Path) -> None:
    head = '<html lang="fr"><head><title>Bacs</title><meta name="author" content="Ann"><meta property="og:site_name" content="Le Port">'
    page = f"{head}</head><body><article><p>{'Le port est ferme depuis lundi, apres la tempete. ' * 9}</p></article></body></html>"
    (tmp_path / "page.html").write_text(page)
    (row,) = cleanse.run([tmp_path / "page.html"], tmp_path / "out").corpus.to_pylist()
    assert [row[name] for name in ("title", "byline", "language", "site")] == ["Bacs", "Ann", "fr", "Le Port"]
