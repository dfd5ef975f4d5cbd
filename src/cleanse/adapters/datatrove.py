"""datatrove: a filter that strips documents, and one that drops the duplicates among those of a task."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from datatrove.pipeline.filters.base_filter import BaseFilter

from cleanse.adapters.documents import record, removals
from cleanse.config import Config
from cleanse.schema import Reason
from cleanse.stream import strip_each

if TYPE_CHECKING:
    from datatrove.data import Document


class Strip(BaseFilter):
    """Strips documents, HTML or text; of which nothing is left go with the reason "empty", and below ``confidence`` "unsure".

    A document that goes has its text as it came. Statistics count the dropped blocks by reason.
    """

    name = "🧹 cleanse: strip"

    def __init__(self, config: Config | None = None, confidence: float = 0.0, exclusion_writer: Any = None) -> None:
        super().__init__(exclusion_writer)
        self.config, self.confidence = config or Config(), confidence

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Strip one document in place."""
        (page,) = strip_each([_record(doc)], self.config)
        for block in page.dropped:
            self.stat_update(f"block_{block.reason}", unit="block")
        if not page.text:
            return False, Reason.EMPTY.value
        if page.confidence < self.confidence:
            return False, "unsure"
        doc.text = page.text
        return True


class Dedupe(BaseFilter):
    """Drops the duplicates among the documents of one task, which it holds in memory; tasks know nothing of each other.

    The id of the document that stays is in the metadata of one that goes: ``survivor``.
    """

    name = "🧹 cleanse: duplicates"

    def __init__(self, config: Config | None = None, exclusion_writer: Any = None) -> None:
        super().__init__(exclusion_writer, batch_size=sys.maxsize)  # one batch: all that a task has
        self.config = config or Config()

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """One document alone is no duplicate."""
        return True

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """What becomes of each document of a task."""
        verdicts: list[bool | tuple[bool, str]] = []
        for doc, removal in zip(batch, removals(map(_record, batch), self.config), strict=True):
            if removal:
                doc.metadata["survivor"] = removal.survivor
            verdicts.append((False, removal.reason) if removal else True)
        return verdicts


def _record(doc: Document) -> dict[str, Any]:
    return record(doc.text, doc.id, doc.metadata)
