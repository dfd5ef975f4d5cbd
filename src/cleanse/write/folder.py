"""The output folder: a run works beside it and moves its files in at the end; one that is stopped leaves its work, to go on."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING

from cleanse.errors import CleanseError, NoRoom, OutputError
from cleanse.layout import UNFINISHED, results
from cleanse.write.lock import Lock

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_WORK = ".cleanse-work"


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
            kind = "a file" if self.path.exists() else "a link that leads nowhere"
            raise OutputError(f"{self.path}: is {kind}; name a folder with -o") from None
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
        """Replace the previous result by the new one, once that is on the disk."""
        for path in self.new.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        mark = self.path / UNFINISHED
        mark.write_text("A run was moving its files in here when it was stopped: run it again.\n", encoding="utf-8")
        for name in results(self.path):
            old, new = self.path / name, self.new / name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            if new.exists():
                os.replace(new, old)
            else:
                old.unlink(missing_ok=True)
        mark.unlink()
