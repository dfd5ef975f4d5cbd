"""Remote inputs: the files, folders and globs behind an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from cleanse.errors import InputNotFound, UsageError
from cleanse.layout import RESULTS
from cleanse.remote import filesystem, is_web, problem, public

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAGIC = frozenset("*?[")


def remote_files(address: str) -> Iterator[tuple[str, str, str]]:
    """(address, name, folder) of every file behind an address, sorted; as `find_inputs` has them for paths.

    A web server's address is one page: what it links to is not followed. Raises InputNotFound, UsageError.
    """
    place, path = filesystem(address)
    if is_web(address):
        parts = urlsplit(address)
        yield address, unquote(parts.path.rstrip("/").rpartition("/")[2]) or str(parts.hostname), str(parts.hostname)
        return
    try:
        found = sorted(_found(place, path), key=lambda pair: pair[1].split("/"))
    except Exception as error:
        raise UsageError(f"{public(address)}: cannot be listed: {problem(error)}") from None
    if not found and not _is_folder(place, path):
        raise InputNotFound(f"{public(address)}: no such file or folder")
    for file, name in found:
        yield place.unstrip_protocol(file), name, file.rstrip("/").rpartition("/")[0].rpartition("/")[2]


def _found(place: Any, path: str) -> list[tuple[str, str]]:
    """(path, name below the folder that was given) of every file."""
    if place.isfile(path):
        return [(path, path.rpartition("/")[2])]
    if place.isdir(path):
        return _below(path, place.find(path))
    if not _MAGIC.intersection(path):
        return []
    parts = path.split("/")
    fixed = next(n for n, part in enumerate(parts) if _MAGIC.intersection(part))
    return _below("/".join(parts[:fixed]), place.glob(path), place)


def _below(top: str, files: Iterable[str], place: Any = None) -> list[tuple[str, str]]:
    """Those that are no folder, not hidden and not what a run has written."""
    top = top.rstrip("/")
    names = {file: file.removeprefix(top).lstrip("/") for file in files if not file.endswith("/")}
    shown = {file: name for file, name in names.items() if not any(part.startswith(".") for part in name.split("/"))}
    present = set(names.values())
    runs = [
        name.removesuffix("run.json")
        for name in present
        if name.rpartition("/")[2] == "run.json" and name.removesuffix("run.json") + "dropped.parquet" in present
    ]
    results = tuple(folder + name for folder in runs for name in RESULTS)
    kept = {
        file: name
        for file, name in shown.items()
        if name not in results and not name.startswith(tuple(result + "/" for result in results))
    }
    return [(file, name) for file, name in kept.items() if place is None or place.isfile(file)]


def _is_folder(place: Any, path: str) -> bool:
    try:
        return bool(place.isdir(path))
    except Exception:
        return False
