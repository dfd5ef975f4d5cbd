"""The corpus in one of its formats: written document by document, read back as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleanse.config.units import size_in_bytes
from cleanse.layout import corpus_layout
from cleanse.write.columns import CORPUS
from cleanse.write.dataset import Dataset
from cleanse.write.shards import JsonLines, Parquet, Shards, parquet_for
from cleanse.write.textfiles import TextFiles

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from cleanse.config import Write

#: What the datasets library cuts its own files at.
_DATASET_SHARD = "500MB"


def read_corpus(folder: Path) -> pa.Table:
    """The corpus of a run's folder, whichever layout it has, as a table of CORPUS."""
    form, files = corpus_layout(folder)
    if form == "parquet":
        return pa.concat_tables([pq.read_table(path, schema=CORPUS) for path in files])
    rows = []
    for path in files:
        with pa.input_stream(str(path), compression="detect") as file:
            rows += [msgspec.json.decode(line) for line in file.read().splitlines()]
    if form == "txt":
        for row in rows:
            row["text"] = (folder / "corpus" / row.pop("file")).read_bytes().decode()[:-1]
    return pa.Table.from_pylist(rows, schema=CORPUS)


class DocumentWriter(Protocol):
    """What every format has."""

    def write(self, documents: pa.Table) -> None:
        """Add documents, a table of CORPUS."""

    def close(self) -> None:
        """Finish what was written."""


class Corpus:
    """``with Corpus(folder, settings) as corpus``: the writer that the settings ask for."""

    def __init__(self, folder: Path, settings: Write) -> None:
        self._writer = _writer(folder, settings)

    def __enter__(self) -> DocumentWriter:
        return self._writer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()


def _writer(folder: Path, settings: Write) -> DocumentWriter:
    limit = size_in_bytes(settings.shard_size) if settings.shard_size else 0
    match settings.format:
        case "txt":
            return TextFiles(folder)
        case "huggingface":
            return Dataset(folder, limit or size_in_bytes(_DATASET_SHARD))
        case "parquet":
            if limit:
                return Shards(folder / "corpus", "part-{:05}.parquet", limit, parquet_for(limit))
            return Parquet(folder / "corpus.parquet")
    ending = ".jsonl" if settings.compression == "none" else f".jsonl.{settings.compression}"
    if limit:
        return Shards(folder / "corpus", f"part-{{:05}}{ending}", limit, JsonLines)
    return JsonLines(folder / f"corpus{ending}")
