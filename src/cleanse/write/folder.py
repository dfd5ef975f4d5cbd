"""The output folder: a run works beside it and moves its files in at the end; one that is stopped leaves its work, to go on."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING

from cleanse.errors import CleanseError, NoRoom, OutputError, printable
from cleanse.layout import foreign
from cleanse.schema import RESULTS
from cleanse.write.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

_WORK = ".cleanse-work"
#: Lies in the folder while files of two runs may stand side by side.
UNFINISHED = "UNFINISHED"


def refuse_inputs(folder: Path, inputs: Sequence[str]) -> None:
    """Raise OutputError if one of the inputs, paths of files, is where a run in the folder would write."""
    if not folder.is_dir():
        return
    kept, top = foreign(folder), os.path.realpath(folder)
    for path in inputs:
        parts = os.path.relpath(os.path.realpath(path), top).split(os.sep)
        if parts[0] in RESULTS and parts[0] not in kept:
            raise OutputError(
                f"{printable(path)}: is an input, and the run would replace it; name another folder with -o"
            )


class OutputFolder:
    """``with OutputFolder(path) as folder``: write to ``folder.new``, spool in ``folder.work``, then ``folder.finish()``.

    ``fresh`` throws away what a run that was stopped has left there. ``workdir``, if any, is the folder that holds the
    spooled tables. While one run works in the folder a second one is refused. Raises OutputError.
    """

    def __init__(self, path: Path, *, fresh: bool = False, workdir: Path | None = None) -> None:
        self.path = path
        self._root = path / _WORK
        self.work, self.new = self._root / "work", self._root / "new"
        if workdir is not None:
            self.work = workdir / f"cleanse-{blake2b(os.fsencode(path.absolute()), digest_size=8).hexdigest()}"
        self._fresh = fresh
        self._lock = Lock(self._root / "lock")

    def __enter__(self) -> OutputFolder:
        self._made = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._root.mkdir(exist_ok=True)
            self._lock.take(self.path)
            for old in (self.new, self.work) if self._fresh else (self.new,):
                shutil.rmtree(old, ignore_errors=True)
            self.new.mkdir()
        except FileExistsError:
            raise OutputError(f"{self.path}: is a file; name a folder with -o") from None
        except OSError as error:
            raise OutputError(
                f"{self.path}: cannot be written: {error.strerror}; name another folder with -o"
            ) from None
        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._lock.give_back()
            raise OutputError(f"{self.work.parent}: cannot be written: {error.strerror}; mend run.workdir") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or (isinstance(error, CleanseError) and not isinstance(error, NoRoom)):
            for done in (self.work, self._root):
                shutil.rmtree(done, ignore_errors=True)
        self._lock.give_back()
        if (
            isinstance(error, Exception)
            and not isinstance(error, CleanseError)
            and not (self.work.is_dir() and self.new.is_dir())
        ):
            raise OutputError(
                f"{self.path}: was removed or replaced while the run worked in it; give the same command again"
            ) from None
        if self._made:
            with suppress(OSError):  # it is not empty
                self.path.rmdir()

    def start_over(self) -> None:
        """Throw away the work."""
        shutil.rmtree(self.work)
        self.work.mkdir()

    def finish(self) -> None:
        """Replace the previous result by the new one."""
        mark = self.path / UNFINISHED
        mark.write_text("A run was moving its files in here when it was stopped: run it again.\n", encoding="utf-8")
        kept = foreign(self.path)
        for name in RESULTS:
            if name in kept:
                continue
            old, new = self.path / name, self.new / name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            if new.exists():
                os.replace(new, old)
            else:
                old.unlink(missing_ok=True)
        mark.unlink()
