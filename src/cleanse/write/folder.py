"""The output folder: everything is written beside it and moved in at the end, so that it holds one run's result or another's."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from cleanse.errors import OutputError
from cleanse.schema import RESULTS

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_WORK = ".cleanse-work"
#: Lies in the folder while files of two runs may stand side by side.
UNFINISHED = "UNFINISHED"


class OutputFolder:
    """``with OutputFolder(path) as folder``: write to ``folder.new``, spool in ``folder.work``, then ``folder.finish()``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = path / _WORK
        self.work, self.new = self._root / "work", self._root / "new"

    def __enter__(self) -> OutputFolder:
        corpus = self.path / "corpus"
        if corpus.is_dir() and not (corpus / "index.jsonl").exists() and any(corpus.iterdir()):
            raise OutputError(f"{corpus}: is there and no run has made it; name another folder with -o")
        self._made = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(self._root, ignore_errors=True)
            self.work.mkdir(parents=True)
            self.new.mkdir()
        except FileExistsError:
            raise OutputError(f"{self.path}: is a file; name a folder with -o") from None
        except OSError as error:
            raise OutputError(
                f"{self.path}: cannot be written: {error.strerror}; name another folder with -o"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._root, ignore_errors=True)
        if self._made and not any(self.path.iterdir()):
            self.path.rmdir()

    def finish(self) -> None:
        """Replace the previous result by the new one."""
        mark = self.path / UNFINISHED
        mark.write_text("A run was moving its files in here when it was stopped: run it again.\n", encoding="utf-8")
        for name in RESULTS:
            old, new = self.path / name, self.new / name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            if new.exists():
                os.replace(new, old)
            else:
                old.unlink(missing_ok=True)
        mark.unlink()
