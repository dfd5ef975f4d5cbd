"""A run against an index: its documents are judged as arrivals, and added when the run has been written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleanse.errors import ConfigError
from cleanse.index.arrivals import Arrived, judge
from cleanse.index.file import IndexFile
from cleanse.index.growth import keep
from cleanse.memory import kernel_threads
from cleanse.remote import on_disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cleanse.config import Config
    from cleanse.dedup.stages import Begin
    from cleanse.engines import Engine


#: Lies in the folder of a run that has added to its index, or was about to.
_ADDED = "added.txt"
_SEEN = pa.schema([("state", pa.string())])


class RunIndex:
    """The index of a run, open while it lasts; with ``update`` nobody else can open it until then."""

    def __init__(self, file: IndexFile, config: Config, update: bool) -> None:
        self._file, self._update = file, update
        self._threads = kernel_threads(config.run)
        self._arrived: Arrived | None = None
        self.facts: dict[str, Any] = {"path": str(file.path), "documents": file.documents, "updated": update}

    @property
    def state(self) -> str:
        """What the index holds, in short."""
        return self._file.state

    def settle(self, engine: Engine, folder: Path, begin: Begin) -> None:
        """Make the tables that deduplication makes, of the table ``pages`` and the index."""
        if self._update and self._arrived is not None:  # it starts over
            self._file.undo()
        # what is made of another state of the index is another table
        engine.load("seen", [pa.record_batch([pa.array([self.state])], schema=_SEEN)], _SEEN)
        self._arrived = judge(engine, self._file, folder, self._threads, begin)
        if self._update:
            keep(engine, self._file, self._arrived)

    def finish(self, folder: Path) -> None:
        """Make the addition last; ``folder`` keeps what the index holds then, for `finished`.

        A run that is killed before leaves the index as it was; run it again.
        """
        if self._update:
            (folder / _ADDED).write_text(self.state, encoding="utf-8")
            self._file.commit()

    def finished(self, folder: Path) -> bool:
        """Whether a run that was killed since has come to the end of `finish`."""
        try:
            return self._update and (folder / _ADDED).read_text(encoding="utf-8") == self.state
        except OSError:
            return False


@contextmanager
def against(index: str | Path, config: Config, *, update: bool) -> Iterator[RunIndex]:
    """The index to run against. With ``update`` one that does not exist is made."""
    if not config.dedup.enabled:
        raise ConfigError("an index needs dedup.enabled = true")
    with IndexFile(on_disk(index), config.dedup, write=update, run=config.run) as file:
        yield RunIndex(file, config, update)
