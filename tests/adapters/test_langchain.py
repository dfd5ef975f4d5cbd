"""LangChain: documents are those of strip_all and find_duplicates, with their metadata."""

from __future__ import annotations

import asyncio

import pytest

import cleanse
from tests.adapters.pages import pages, removed, stripped

pytest.importorskip("langchain_core", reason="langchain-core is in the extra dev")

from langchain_core.documents import Document

from cleanse.adapters.langchain import Dedupe, Strip


def documents() -> list[Document]:
    return [
        Document(page["text"], id=page["id"], metadata={"source": page["url"], "n": n})
        for n, page in enumerate(pages())
    ]


def test_pages_are_stripped_and_keep_id_and_metadata() -> None:
    dropped: list[tuple[str | None, str]] = []
    given = documents()
    kept = Strip(on_drop=lambda document, reason: dropped.append((document.id, reason))).transform_documents(given)
    expected = [page.text for page in cleanse.strip_all(pages())]
    assert {doc.id: doc.page_content for doc in kept} == {
        page["id"]: text for page, text in zip(pages(), expected, strict=True) if text
    }
    assert [doc.metadata for doc in kept] == [doc.metadata for doc in given if doc.id != "p5"]
    assert dropped == [("p5", "empty")]
    assert given == documents()


def test_dropped_blocks_are_metadata_when_asked_for() -> None:
    kept = Strip(dropped=True).transform_documents(documents())
    assert [block["reason"] for block in kept[0].metadata["dropped"]] == ["comments"] * 3


def test_duplicates_go_with_a_reason() -> None:
    dropped: dict[str | None, str] = {}
    given = [Document(page["text"], id=page["id"]) for page in stripped()]
    transformer = Dedupe(on_drop=lambda document, reason: dropped.update({document.id: reason}))
    kept = asyncio.run(transformer.atransform_documents(given))
    gone = removed(stripped())
    assert [doc.id for doc in kept] == [page["id"] for page in stripped() if page["id"] not in gone]
    assert {name: reason.rpartition(" ")[2] for name, reason in dropped.items()} == gone
    assert dropped["p2"] == "exact_duplicate of p0"


def test_documents_without_ids_and_no_documents() -> None:
    kept = Dedupe().transform_documents(
        [Document("The same few words stand here."), Document("The same few words stand here.")]
    )
    assert len(kept) == 1
    assert Strip().transform_documents([]) == Dedupe().transform_documents([]) == []
