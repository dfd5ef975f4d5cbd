"""LangChain: document transformers that strip pages and drop duplicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.documents import BaseDocumentTransformer, Document

from cleanse import strip_all
from cleanse.adapters.documents import dropped_blocks, record, removals
from cleanse.schema import Reason

if TYPE_CHECKING:
    from cleanse.config import Config

#: Called with a document that is dropped, and why.
OnDrop = Callable[[Document, str], object]


class Strip(BaseDocumentTransformer):
    """Strips documents, HTML or text, using what repeats over the pages of a site; metadata stay.

    Those of which nothing is left go. ``dropped=True`` puts the dropped blocks, with reasons, into ``metadata["dropped"]``.
    """

    def __init__(self, config: Config | None = None, *, dropped: bool = False, on_drop: OnDrop | None = None) -> None:
        self.config, self.dropped, self.on_drop = config, dropped, on_drop

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> list[Document]:
        """The documents stripped, in their order."""
        kept = []
        for document, page in zip(documents, strip_all(map(_record, documents), self.config), strict=True):
            if page.text:
                more = {"dropped": dropped_blocks(page)} if self.dropped else {}
                kept.append(
                    document.model_copy(update={"page_content": page.text, "metadata": document.metadata | more})
                )
            elif self.on_drop:
                self.on_drop(document, Reason.EMPTY.value)
        return kept


class Dedupe(BaseDocumentTransformer):
    """Drops near-duplicates; ``on_drop`` is called with each and its reason, as in "near_duplicate of ID"."""

    def __init__(self, config: Config | None = None, *, on_drop: OnDrop | None = None) -> None:
        self.config, self.on_drop = config, on_drop

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> list[Document]:
        """The documents that stay, in their order."""
        kept = []
        for document, removal in zip(documents, removals(map(_record, documents), self.config), strict=True):
            if removal is None:
                kept.append(document)
            elif self.on_drop:
                self.on_drop(document, str(removal))
        return kept


def _record(document: Document) -> dict[str, Any]:
    return record(document.page_content, document.id, document.metadata)
