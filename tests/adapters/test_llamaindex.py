"""LlamaIndex: nodes are those of strip_all and find_duplicates, with their ids and metadata, in an ingestion pipeline too."""

from __future__ import annotations

import warnings

import pytest

import cleanse
from cleanse.config import Config, Dedup
from tests.adapters.pages import pages, removed, stripped

pytest.importorskip("llama_index.core", reason="llama-index-core is in the extra dev")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.schema import Document, MetadataMode

from cleanse.adapters.llamaindex import Dedupe, Strip


def documents() -> list[Document]:
    return [Document(text=page["text"], id_=page["id"], metadata={"url": page["url"]}) for page in pages()]


def test_pages_are_stripped_and_keep_id_and_metadata() -> None:
    dropped: list[tuple[str, str]] = []
    given = documents()
    kept = Strip(on_drop=lambda node, reason: dropped.append((node.node_id, reason)))(given)
    expected = [page.text for page in cleanse.strip_all(pages())]
    assert {node.node_id: node.get_content() for node in kept} == {
        page["id"]: text for page, text in zip(pages(), expected, strict=True) if text
    }
    assert [node.metadata for node in kept] == [node.metadata for node in given if node.node_id != "p5"]
    assert dropped == [("p5", "empty")]
    assert [node.get_content() for node in given] == [page["text"] for page in pages()]


def test_dropped_blocks_are_metadata_that_no_model_is_shown() -> None:
    kept = Strip(dropped=True)(documents())
    assert [block["reason"] for block in kept[0].metadata["dropped"]] == ["comments"] * 3
    for mode in (MetadataMode.EMBED, MetadataMode.LLM):
        assert "comments" not in kept[0].get_content(metadata_mode=mode)


def test_an_ingestion_pipeline_equals_the_library() -> None:
    dropped: dict[str, str] = {}
    pipeline = IngestionPipeline(
        transformations=[Strip(), Dedupe(on_drop=lambda node, reason: dropped.update({node.node_id: reason}))]
    )
    texts = [page.text for page in cleanse.strip_all(pages())]
    whole = [page | {"text": text} for page, text in zip(pages(), texts, strict=True) if text]
    gone = removed(whole)
    for _ in range(2):  # the second time from the pipeline's cache
        kept = pipeline.run(documents=documents())
        assert [node.node_id for node in kept] == [page["id"] for page in whole if page["id"] not in gone]
    assert {name: reason.rpartition(" ")[2] for name, reason in dropped.items()} == gone


def test_settings_are_heeded() -> None:
    nodes = [Document(text=page["text"], id_=page["id"]) for page in stripped()]
    config = Config(dedup=Dedup(profile="strict"))
    gone = removed(stripped(), config)
    assert [node.node_id for node in Dedupe(config=config)(nodes)] == [
        page["id"] for page in stripped() if page["id"] not in gone
    ]
    assert gone != removed(stripped())
