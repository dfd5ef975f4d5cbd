"""The inputs of a run as documents, and on disk what of them could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cleanse.errors import NothingReadable, UnreadableInput
from cleanse.pipeline.distributed import read_apart
from cleanse.read import find_inputs, read_documents
from cleanse.read.identity import state
from cleanse.remote import is_remote, public

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from cleanse.config import Config
    from cleanse.engines import Distributed
    from cleanse.pipeline.watcher import Watcher


class Reading:
    """The files behind ``inputs``; what cannot be read of them is noted in ``folder`` for a run that goes on from there."""

    def __init__(self, inputs: Sequence[str | Path], config: Config) -> None:
        self._named = public(", ".join(map(str, inputs)))
        self._config = config
        self.inputs = find_inputs(inputs, follow_links=config.read.follow_links)
        self.states = [state(entry) for entry in self.inputs]

    @property
    def files(self) -> list[str]:
        """The paths of those that are files of this machine."""
        return [entry.path for entry in self.inputs if not (entry.refusal or is_remote(entry.path))]

    @property
    def identity(self) -> str:
        """What the documents are made of: files by path, size and time."""
        named = [(entry.label, entry.name, *known) for entry, known in zip(self.inputs, self.states, strict=True)]
        return msgspec.json.encode(named).decode()

    def documents(self, folder: Path, watcher: Watcher) -> Iterator[pa.RecordBatch]:
        """Batches of DOCUMENT. Raises NothingReadable after the last when there was no document in any."""
        errors: list[UnreadableInput] = []
        documents = 0
        for batch in read_documents(
            self.inputs,
            self._config.read,
            batch_documents=self._config.run.batch_documents,
            batch_bytes=self._config.run.batch_bytes,
            on_error=errors.append,
        ):
            documents += len(batch)
            watcher.count(len(batch))
            yield batch
        self._note(folder, documents, errors)

    def documents_apart(self, engine: Distributed, folder: Path) -> None:
        """Make the table ``documents`` on the machines of an engine. Raises NothingReadable when it is empty."""
        errors: list[UnreadableInput] = []
        self._note(folder, read_apart(engine, self.inputs, self._config, errors.append), errors)

    def _note(self, folder: Path, documents: int, errors: Sequence[UnreadableInput]) -> None:
        if not documents:
            raise NothingReadable(_nothing(self._named, errors))
        plain = [{"path": error.path, "place": error.place, "error": error.problem} for error in errors]
        _errors(folder).write_bytes(msgspec.json.encode(plain))


def unreadable(folder: Path) -> list[dict[str, str]]:
    """What could not be read by a `Reading` that has come to its end: path, place, error."""
    return msgspec.json.decode(_errors(folder).read_bytes(), type=list[dict[str, str]])


def _errors(folder: Path) -> Path:
    return folder / "unreadable.json"


def _nothing(named: str, errors: Sequence[UnreadableInput]) -> str:
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return f"nothing readable in {named}: {errors[0]}{more}"
    return f"nothing to read in {named}: no documents there"
