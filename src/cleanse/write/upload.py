"""Upload: a run whose folder is behind an address works in one on disk, and its result is put in place there at the end."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleanse.errors import CleanseError, OutputError
from cleanse.layout import HEAD, RESULTS, UNFINISHED, foreign_among
from cleanse.remote import filesystem, is_remote, is_web, problem, public

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where a result is uploaded to before any file of the one before is touched.
_NEW = ".cleanse-new"
_MARK = b"A run was moving its files in here when it was stopped: run it again.\n"


@contextmanager
def staged(out: str) -> Iterator[Path]:
    """The folder on disk that a run for the folder ``out`` works in: itself, or one that is uploaded in the end.

    The latter is the same each time, so that a run that was stopped goes on. Raises OutputError before the run when
    the place cannot be written, and after it, naming the folder that holds the result, when uploading fails.
    """
    if not is_remote(out):
        yield Path(out)
        return
    destination = _Destination(out)
    destination.check()
    local = _private_folder(out)
    try:
        yield local
    except CleanseError:
        with suppress(OSError):  # it holds the work of a run that may go on
            local.rmdir()
        raise
    destination.replace(local)


def set_aside(local: Path) -> Path:
    """The folder of an uploaded result under a name of its own, out of the way of the next run."""
    return local.rename(tempfile.mkdtemp(prefix="cleanse-result-"))


class _Destination:
    """A folder behind an address."""

    def __init__(self, address: str) -> None:
        self._shown = public(address)
        if is_web(address):
            raise OutputError(f"{self._shown}: a web server's folder cannot be written; name another with -o")
        self._place, path = filesystem(address.rstrip("/"))
        self._root = path.rstrip("/")

    def check(self) -> None:
        """Whether it can be written, and holds nothing that is somebody else's."""
        try:
            names = self._names()
            theirs = foreign_among(names, lambda name: self._place.cat_file(self._path(name), start=0, end=HEAD))
            self._write(f"{_NEW}/mark", _MARK)
            self._remove(f"{_NEW}/mark")
        except Exception as error:
            raise OutputError(f"{self._shown}: cannot be written: {problem(error)}") from None
        for name in theirs:
            raise OutputError(f"{self._shown}/{name}: is there and no run has made it; name another folder with -o")

    def replace(self, local: Path) -> None:
        """Upload the files of a folder, then let them take the place of the result before, run.json last."""
        files = sorted(path.relative_to(local).as_posix() for path in local.rglob("*") if path.is_file())
        files.sort(key=lambda name: name == "run.json")
        try:
            for name in files:
                self._place.put_file(str(local / name), self._path(f"{_NEW}/{name}"))
            stale = [name for name in self._names() if name.partition("/")[0] in RESULTS and name not in files]
            self._write(UNFINISHED, _MARK)
            for name in stale:
                self._remove(name)
            for name in files:
                self._place.mv(self._path(f"{_NEW}/{name}"), self._path(name))
            with suppress(FileNotFoundError):  # where a folder is no more than the files in it
                self._place.rm(self._path(_NEW), recursive=True)
            self._remove(UNFINISHED)
        except Exception as error:
            raise OutputError(
                f"{self._shown}: the upload failed: {problem(error)}; the result is in {local}: copy it from there"
            ) from None

    def _names(self) -> set[str]:
        self._place.invalidate_cache()
        try:
            found = self._place.find(self._root)
        except FileNotFoundError:
            return set()
        return {path.removeprefix(self._root).lstrip("/") for path in found}

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _write(self, name: str, data: bytes) -> None:
        path = self._path(name)
        try:
            self._place.pipe_file(path, data)
        except FileNotFoundError:  # stores that have folders want them made first; a bucket is not made
            if not self._place.exists(self._root.lstrip("/").partition("/")[0]):
                raise
            self._place.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._place.pipe_file(path, data)

    def _remove(self, name: str) -> None:
        self._place.rm_file(self._path(name))


def _private_folder(address: str) -> Path:
    """A folder for one address that is this user's alone; others may have guessed its name and made it before."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    user: Any = getattr(os, "getuid", lambda: "")()
    folder = Path(tempfile.gettempdir()) / f"cleanse-{user}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or (user != "" and found.st_uid != user):
        raise OutputError(f"{folder}: is somebody else's; set TMPDIR to a folder of your own")
    return folder
