"""datatrove: documents are those of strip_all and find_duplicates; what goes is written with its reason."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from tests.adapters.pages import ALONE, pages, removed, stripped

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("datatrove", reason="datatrove is in the extra dev")

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

from cleanse.adapters.datatrove import Dedupe, Strip


def documents() -> list[Any]:
    return [Document(page["text"], page["id"], metadata={"url": page["url"]}) for page in pages()]


def read(folder: Path) -> dict[str, dict[str, Any]]:
    (path,) = folder.glob("*.jsonl.gz")
    rows = map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
    return {row["id"]: row for row in rows}


def test_a_filter_strips_and_gives_a_reason() -> None:
    step = Strip()
    kept = list(step.run(documents()))
    assert [(doc.id, doc.text) for doc in kept] == [(page["id"], page["text"]) for page in stripped() if page["text"]]
    assert all(doc.metadata["url"] for doc in kept)
    assert step.filter(Document(pages()[5]["text"], "x")) == (False, "empty")
    blocks = sum(len(page.dropped) for page in cleanse.strip_all(pages(), ALONE))
    found = step.stats.to_dict()["stats"]
    assert sum(value["total"] for name, value in found.items() if name.startswith("block_")) >= blocks


def test_pages_below_a_confidence_go() -> None:
    doc = Document(pages()[0]["text"], "x")
    assert Strip(confidence=1.0).filter(doc) == (False, "unsure")
    assert doc.text == pages()[0]["text"]


def test_a_pipeline_equals_the_library_and_writes_what_it_drops(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "pages.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages()), encoding="utf-8")
    LocalPipelineExecutor(
        pipeline=[
            JsonlReader(str(source)),
            Strip(exclusion_writer=JsonlWriter(str(tmp_path / "empty"))),
            Dedupe(exclusion_writer=JsonlWriter(str(tmp_path / "duplicates"))),
            JsonlWriter(str(tmp_path / "out")),
        ],
        logging_dir=str(tmp_path / "logs"),
    ).run()
    whole = [page for page in stripped() if page["text"]]
    gone = removed(whole)
    out, duplicates, empty = (read(tmp_path / name) for name in ("out", "duplicates", "empty"))
    assert {name: row["text"] for name, row in out.items()} == {
        page["id"]: page["text"] for page in whole if page["id"] not in gone
    }
    assert {name: row["metadata"]["survivor"] for name, row in duplicates.items()} == gone
    assert {row["metadata"]["filter_reason"] for row in duplicates.values()} <= {
        "exact_duplicate",
        "near_duplicate",
        "contained",
    }
    assert [(row["text"], row["metadata"]["filter_reason"]) for row in empty.values()] == [
        (pages()[5]["text"], "empty")
    ]


def test_one_document_alone_is_kept() -> None:
    step = Dedupe()
    assert len(list(step.run(documents()[:1]))) == 1
    assert step.filter(documents()[0]) is True
