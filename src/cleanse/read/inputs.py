"""Inputs: which files a run reads, in which order, under which names."""

from __future__ import annotations

import os
import re
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cleanse.errors import InputNotFound
from cleanse.layout import results
from cleanse.read.formats import ENDINGS
from cleanse.read.remote import remote_files
from cleanse.remote import is_remote, is_web, local_path, public

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STDIN = "-"

COMPRESSIONS = {".gz": "gz", ".zst": "zst", ".bz2": "bz2", ".xz": "xz"}

_MAGIC = re.compile(r"[*?\[]")
_OUTSIDE = "a link out of the folder that was given: give its target as an input, or set read.follow_links"


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read, or standard input.

    ``path`` opens it ("-" is standard input); ``name`` is what its documents' ids begin with: the path below the folder
    that was given, or the base name. ``format`` is "" where the extension does not tell: it is sniffed when read.
    ``folder`` names the folder that holds the file, the source of a page with none better. ``refusal`` says why it is
    not read.
    """

    path: str
    name: str
    format: str
    compression: str
    folder: str
    refusal: str = ""

    @property
    def label(self) -> str:
        """The path for people and tables: always valid Unicode, which a file name need not be, and without secrets."""
        if self.path == STDIN:
            return "stdin"
        return public(self.path) if is_remote(self.path) else printable(self.path)

    @property
    def stem(self) -> str:
        """The base name without its extensions of format and compression."""
        base = self.name.rpartition("/")[2]
        for known in (COMPRESSIONS, ENDINGS):
            root, extension = os.path.splitext(base)
            if root and extension.lower() in known:
                base = root
        return base


def find_inputs(inputs: Sequence[str | Path], *, follow_links: bool = False) -> list[Input]:
    """The files behind paths, folders (recursively, sorted, hidden ones skipped), globs, addresses and "-".

    A file that is named twice, or reached by two links, is listed once. Links that lead out of the folder that was
    given, or of the fixed part of a glob, are listed and refused unless ``follow_links``. What cannot be read is listed too: reading
    reports it. Raises InputNotFound for the first path or glob that matches nothing, before anything is opened.
    """
    found: dict[str, Input] = {}
    for real, entry in each_input(inputs, follow_links=follow_links):
        found.setdefault(real, entry)
    return list(found.values())


def each_input(inputs: Sequence[str | Path], *, follow_links: bool = False) -> Iterator[tuple[str, Input]]:
    """(real path, input) of the same files as they are found, those that are named twice more than once."""
    for given in map(local_path, [str(inputs)] if isinstance(inputs, (str, Path)) else map(str, inputs)):
        yield from _expand(given, follow_links)


def printable(text: str) -> str:
    """A file name as valid Unicode: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(text).decode("utf-8", "replace")


def _expand(given: str, follow_links: bool) -> Iterator[tuple[str, Input]]:
    if given == STDIN:
        yield STDIN, Input(path=STDIN, name="stdin", format="", compression="", folder="stdin")
    elif is_remote(given):
        for address, name, folder in remote_files(given):
            yield address, _input(address.partition("?")[0] if is_web(address) else address, name, address, folder)
    elif _exists(given):
        yield from _one(given, os.path.basename(given), None if follow_links else os.path.realpath(given))
    elif _MAGIC.search(given):
        yield from _glob(given, follow_links)
    else:
        raise InputNotFound(f"{printable(given)}: no such file or folder")


def _exists(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        # Permission denied, a symlink loop: it is there, and reading says what is wrong. A name too long is no file.
        return os.path.lexists(path) or isinstance(error, PermissionError)
    return True


def _one(path: str, name: str, within: str | None) -> Iterator[tuple[str, Input]]:
    real = os.path.realpath(path)
    if _leaves(real, within):
        yield real, replace(_input(path, name), refusal=_OUTSIDE)
    elif os.path.isdir(path):
        yield from _walk(path, within)
    else:
        yield real, _input(path, name)


def _leaves(real: str, within: str | None) -> bool:
    """Whether a file is outside of the folder that links must not lead out of."""
    return within is not None and real != within and not real.startswith(os.path.join(within, ""))


def _glob(pattern: str, follow_links: bool) -> Iterator[tuple[str, Input]]:
    """Matches, named by their path below the pattern's fixed leading folders.

    pathlib, since ``**`` of the glob module follows symlink loops.
    """
    parts = Path(pattern).parts
    fixed = next(n for n, part in enumerate(parts) if _MAGIC.search(part))
    base, rest = Path(*parts[:fixed]), parts[fixed:]
    show_hidden = any(part.startswith(".") for part in rest)
    try:
        matches = sorted(base.glob(os.path.join(*rest)))
    except (ValueError, NotImplementedError) as error:
        raise InputNotFound(f"{printable(pattern)}: not a pattern that can be matched: {error}") from None
    nothing = True
    for match in matches:
        relative = match.relative_to(base)
        if show_hidden or not any(part.startswith(".") for part in relative.parts):
            nothing = False
            yield from _one(str(match), relative.as_posix(), None if follow_links else os.path.realpath(base))
    if nothing:
        raise InputNotFound(f"{printable(pattern)}: no file matches")


def _walk(top: str, within: str | None) -> Iterator[tuple[str, Input]]:
    """Every file below a folder that no run has written, sorted by path. A folder that links lead to is entered
    once, by its own name first."""
    files: list[tuple[tuple[str, ...], str, str]] = []
    seen: set[str] = set()
    own: deque[tuple[tuple[str, ...], str]] = deque([((), top)])
    links: deque[tuple[tuple[str, ...], str]] = deque()
    while own or links:
        parts, folder = (own or links).popleft()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        if _leaves(real, within):
            files.append((parts, folder, real))
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            files.append((parts, folder, real))  # listed, so that reading it reports why it cannot be
            continue
        # a run folder inside the input, or the input itself: what a run has written is not read again
        written = (
            set(results(Path(folder))) if {"run.json", "dropped.parquet"} <= {entry.name for entry in entries} else ()
        )
        for entry in entries:
            if entry.name.startswith(".") or entry.name in written:
                continue
            below = (*parts, entry.name)
            if not entry.is_symlink():
                if entry.is_dir(follow_symlinks=False):
                    own.append((below, entry.path))
                else:
                    files.append((below, entry.path, os.path.join(real, entry.name)))
            elif os.path.isdir(entry.path):
                links.append((below, entry.path))
            else:
                files.append((below, entry.path, os.path.realpath(entry.path)))
    for parts, path, real in sorted(files):
        found = _input(path, "/".join(parts) or os.path.basename(path))
        yield real, replace(found, refusal=_OUTSIDE) if _leaves(real, within) else found


def _input(path: str, name: str, address: str = "", folder: str = "") -> Input:
    root, extension = os.path.splitext(path)
    compression = COMPRESSIONS.get(extension.lower(), "")
    if compression:
        extension = os.path.splitext(root)[1]
    return Input(
        path=address or path,
        name=printable(name),
        format=ENDINGS.get(extension.lower(), ""),
        compression=compression,
        folder=printable(folder or os.path.basename(os.path.dirname(os.path.abspath(path)))),
    )
