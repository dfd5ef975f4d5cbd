"""An index as the library has it: add documents, match documents, see what is there."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from cleanse import schema
from cleanse.config import Config
from cleanse.dedup.whole import whole_pages
from cleanse.engines import Local
from cleanse.index.arrivals import judge
from cleanse.index.file import VERSION, IndexFile
from cleanse.index.growth import counts, keep
from cleanse.index.minhashes import meeting, stored_minhashes
from cleanse.memory import kernel_threads
from cleanse.read import from_objects
from cleanse.remote import on_disk
from cleanse.result import Duplicates

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pyarrow as pa
    from datasketch import LeanMinHash, MinHashLSH

#: Record batches that are judged together when documents are streamed in: about 60,000 documents, 250 MB of keys.
_STREAMED = 64


class Index:
    """What has been seen, in the file ``path``; it is made when something is added first.

    Texts are taken as they are: strip pages before, or let ``cleanse run --index`` do both. ``config`` has the settings of a
    new index; one that exists keeps its own, and others are refused.

    >>> import tempfile
    >>> story = "The harbour was closed on Monday after the storm of the night before had torn two ships from their moorings."
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     index = Index(f"{folder}/corpus.idx")
    ...     added = index.add([{"id": "monday", "text": story}])
    ...     index.match([{"id": "today", "text": story.upper()}]).removed.to_pylist()
    [{'id': 'today', 'survivor': 'monday', 'kind': 'exact', 'similarity': 1.0, 'coverage': 1.0}]
    """

    def __init__(self, path: str | os.PathLike[str], config: Config | None = None) -> None:
        self.path = on_disk(path)
        self._config = config

    def add(self, documents: object) -> Duplicates:
        """Add documents (as in `cleanse.strip_all`): what they are duplicates of, in the index or among themselves.

        All of them or none: an error, or a killed process, leaves the index as it was.
        """
        with self._open(write=True) as file, Local(self._settings.run) as engine:
            self._add(engine, file, self._documents(documents))
            found = Duplicates.of(engine, file.settings)
            file.commit()
        return found

    def add_stream(self, documents: Iterator[pa.RecordBatch]) -> dict[str, int]:
        """Add as many documents as come (batches of `schema.DOCUMENT`), in bounded memory; all of them or none.

        How many came, were kept, and were duplicates of each kind. Verdicts are those of one batch.
        """
        total: dict[str, int] = {}
        with self._open(write=True) as file:
            while part := list(islice(documents, _STREAMED)):
                with Local(self._settings.run) as engine:
                    found = self._add(engine, file, iter(part))
                total = {name: total.get(name, 0) + number for name, number in found.items()}
            file.commit()
        return total

    def match(self, documents: object) -> Duplicates:
        """What documents are duplicates of in the index; nothing is added, and they are not compared with each other."""
        return self.match_stream(self._documents(documents))

    def match_stream(self, documents: Iterator[pa.RecordBatch]) -> Duplicates:
        """`match` for batches of `schema.DOCUMENT`."""
        with self._open() as file, Local(self._settings.run) as engine:
            engine.load("pages", whole_pages(documents, self._threads), schema.PAGE)
            judge(engine, file, engine.folder, self._threads, among=False)
            return Duplicates.of(engine, file.settings)

    def minhashes(self, *, passages: bool = True) -> Iterator[tuple[str, int, LeanMinHash]]:
        """The signatures of the kept documents for datasketch: id, number of the passage, LeanMinHash.

        One a passage, or with ``passages`` false one a document, numbered 0. The index is open until the last is taken.
        """
        with self._open() as file:
            yield from stored_minhashes(file, passages=passages)

    def fill(self, lsh: MinHashLSH, *, passages: bool = True) -> int:
        """Insert the signatures into a `datasketch.MinHashLSH`, whose keys become ``(id, passage)``; how many.

        Its storage may be anything datasketch has, Redis included. Its ``num_perm`` must be the index's.
        """
        count = 0
        with lsh.insertion_session() as session:
            for name, passage, minhash in self.minhashes(passages=passages):
                session.insert((name, passage), minhash, check_duplication=False)
                count += 1
        return count

    def meeting(self, minhash: LeanMinHash) -> list[tuple[str, int]]:
        """Ids of kept documents that share band keys with the signature of a passage, and how many keys; not verified.

        Raises UsageError for a signature of another scheme, seed or length.
        """
        with self._open() as file:
            return meeting(file, minhash)

    def info(self) -> dict[str, Any]:
        """What is in the index: documents (different ones), kept ones, sources, batches, bytes, settings."""
        with self._open() as file:
            kept, sources = file.rows(
                "SELECT count(*) FILTER (survivor IS NULL), count(DISTINCT source) FROM documents"
            )[0]
            batches = [
                dict(
                    zip(
                        ("batch", "added", "documents", "kept", "exact", "near", "contained", "empty"), row, strict=True
                    )
                )
                for row in file.rows(
                    "SELECT * REPLACE (strftime(added, '%Y-%m-%dT%H:%M:%SZ') AS added) FROM batches ORDER BY batch"
                )
            ]
            return {
                "version": VERSION,
                "documents": file.documents,
                "kept": kept,
                "sources": sources,
                "segments": file.rows("SELECT count(*) FROM segments")[0][0],
                "keys": int(file.rows("SELECT coalesce(sum(entries), 0) FROM segments")[0][0]),
                "bytes": self.path.stat().st_size,
                "batches": batches,
                "settings": msgspec.to_builtins(file.settings),
            }

    def _add(self, engine: Local, file: IndexFile, documents: Iterator[pa.RecordBatch]) -> dict[str, int]:
        engine.load("pages", whole_pages(documents, self._threads), schema.PAGE)
        arrived = judge(engine, file, engine.folder, self._threads)
        keep(engine, file, arrived)
        return counts(engine, arrived)

    def _open(self, *, write: bool = False) -> IndexFile:
        wanted = self._config.dedup if self._config else None
        return IndexFile(self.path, wanted, write=write, run=self._settings.run)

    def _documents(self, documents: object) -> Iterator[pa.RecordBatch]:
        run = self._settings.run
        sizes = {"batch_documents": run.batch_documents, "batch_bytes": run.batch_bytes}
        return from_objects(documents, self._settings.read, **sizes)

    @property
    def _settings(self) -> Config:
        return self._config or Config()

    @property
    def _threads(self) -> int:
        return kernel_threads(self._settings.run)

    def __repr__(self) -> str:
        return f"<Index {self.path}>"
