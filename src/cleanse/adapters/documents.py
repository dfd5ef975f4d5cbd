"""What adapters share: other packages' documents as records of cleanse, and what becomes of each, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pyarrow as pa

from cleanse import find_duplicates
from cleanse.config import Config, Read
from cleanse.read import from_objects
from cleanse.schema import DOCUMENT, DUPLICATE_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleanse.boilerplate.page import Stripped

_ROWS = 1024


class Removal(NamedTuple):
    """Why a document goes, a value of `cleanse.schema.Reason`, and the id of the one that stays in its place."""

    reason: str
    survivor: str

    def __str__(self) -> str:
        return f"{self.reason} of {self.survivor}"


def removals(documents: object, config: Config | None = None) -> list[Removal | None]:
    """What `cleanse.find_duplicates` says of each document, in their order; None for one that stays."""
    config = config or Config()
    ids: list[str] = []

    def numbered() -> Iterator[pa.RecordBatch]:
        for batch in from_objects(documents, config.read, batch_documents=_ROWS, batch_bytes=config.run.batch_bytes):
            ids.extend(batch["id"].to_pylist())
            yield batch

    usual_names = Read(max_document_bytes=config.read.max_document_bytes)
    reader = pa.RecordBatchReader.from_batches(DOCUMENT, numbered())
    found = find_duplicates(reader, msgspec.structs.replace(config, read=usual_names)).removed.to_pylist()
    removed = {row["id"]: Removal(DUPLICATE_REASONS[row["kind"]].value, row["survivor"]) for row in found}
    return [removed.get(name) for name in ids]


def record(text: str, doc_id: str | None, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A document with metadata as a record: loaders put its address into ``url`` or ``source``."""
    places = (metadata.get(name) for name in ("url", "source"))
    url = next((place for place in places if str(place).startswith(("http://", "https://"))), None)
    return {"id": doc_id, "text": text, "url": url, "date": metadata.get("date")}


def dropped_blocks(page: Stripped) -> list[dict[str, Any]]:
    """The blocks that are not in a page's text, each with its reason."""
    return [{name: getattr(block, name) for name in ("text", "reason", "confidence")} for block in page.dropped]
