"""What a run works on, kept beside its tables: so that the next one knows whether it may go on with them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import msgspec

import cleanse
from cleanse.errors import NothingReadable, UnreadableInput
from cleanse.read.inputs import STDIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from cleanse.config import Config
    from cleanse.read import Input

Errors = list[UnreadableInput]


class Resumption:
    """The inputs and settings of a run in the folder ``folder``, which may hold the work of one that was stopped."""

    def __init__(self, folder: Path, inputs: Sequence[Input], config: Config) -> None:
        self._of = folder / "run.json"
        self._errors = folder / "unreadable.json"
        states = [(entry.label, entry.name, *_state(entry)) for entry in inputs]
        self._facts = {
            "version": cleanse.__version__,
            "inputs": _text(states),
            "settings of reading": _text((config.read, config.run.batch_documents, config.run.batch_bytes)),
            "settings of stripping": _text(config.strip),
            "settings of deduplication": _text(config.dedup),
        }

    @property
    def identity(self) -> str:
        """What the documents are made of: inputs by path, size and time, and how they are read."""
        return _text([self._facts[name] for name in ("version", "inputs", "settings of reading")])

    def begin(self) -> list[str]:
        """Note what this run works on; what there is to say of the work that is here already."""
        news = []
        try:
            before = msgspec.json.decode(self._of.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            before = {}
        if before:
            changed = [name for name, value in self._facts.items() if before.get(name) != value]
            news.append(
                f"going on with the run that was stopped here; changed since: {', '.join(changed)}; what they concern is done anew"
                if changed
                else "going on with the run that was stopped here (--fresh starts over)"
            )
        self._of.write_bytes(msgspec.json.encode(self._facts))
        return news

    def recorded(self, read: Callable[[Errors], Iterator[pa.RecordBatch]], named: str) -> Iterator[pa.RecordBatch]:
        """The batches that are read, and on disk what could not be: before the last batch is taken for the last.

        Raises NothingReadable when there was no document in the inputs, ``named`` as the user did.
        """
        errors: Errors = []
        documents = 0
        for batch in read(errors):
            documents += len(batch)
            yield batch
        if not documents:
            raise NothingReadable(_nothing(named, errors))
        plain = [{"path": error.path, "place": error.place, "error": error.problem} for error in errors]
        self._errors.write_bytes(msgspec.json.encode(plain))

    def unreadable(self) -> list[dict[str, str]]:
        """What could not be read: path, place, error."""
        return msgspec.json.decode(self._errors.read_bytes(), type=list[dict[str, str]])


def _text(facts: object) -> str:
    return msgspec.json.encode(facts).decode()


def _state(entry: Input) -> tuple[int, int]:
    """What changes when a file does. What comes by standard input is another each time."""
    if entry.path == STDIN:
        return os.getpid(), time.monotonic_ns()
    try:
        stat = os.stat(entry.path)
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _nothing(named: str, errors: Errors) -> str:
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return f"nothing readable in {named}: {errors[0]}{more}"
    return f"nothing to read in {named}: no documents there"
