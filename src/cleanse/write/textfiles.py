"""Text files: a folder that mirrors the inputs, a file a document, whatever its id says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
import regex

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_UNSAFE = regex.compile(r"[^\p{L}\p{M}\p{N}._ -]+")
#: Windows gives them to devices, with any ending.
_DEVICE = regex.compile(r"(con|prn|aux|nul|com\d|lpt\d) *", regex.IGNORECASE)
#: Of an id that is a path so many last parts name the file, each of so many bytes: file systems take 255.
_DEPTH, _NAME_BYTES = 8, 200


class TextFiles:
    """corpus/: a .txt file a document, named after its id, and index.jsonl."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "corpus"
        self._folder.mkdir()
        self._index: BinaryIO = (self._folder / "index.jsonl").open("wb")
        # names that are taken, and, without their ending, how many documents have asked for them
        self._taken: dict[str, int] = {}

    def write(self, documents: pa.Table) -> None:
        """Add documents."""
        for row in documents.to_pylist():
            self._add(row)

    def close(self) -> None:
        """Finish the index."""
        self._index.close()

    def _add(self, row: dict[str, Any]) -> None:
        name = self._name(row["id"])
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{row['text']}\n".encode())
        entry = {key: value for key, value in row.items() if key != "text"} | {"file": name}
        self._index.write(msgspec.json.encode(entry) + b"\n")

    def _name(self, doc_id: str) -> str:
        """A path inside the folder that tells the id, whatever the id says."""
        *folders, stem = [part for part in map(_file_name, doc_id.split("/")) if part][-_DEPTH:] or ["document"]
        # no folder is named as a file may be
        folders = [f"{name}_" if name.lower().endswith((".txt", ".jsonl")) else name for name in folders]
        path = "/".join([*folders, stem.removesuffix(".txt")])
        name, count = f"{path}.txt", self._taken.get(path.lower(), 1)
        while name.lower() in self._taken:
            count += 1
            name = f"{path}-{count}.txt"
        self._taken[name.lower()] = 1
        self._taken[path.lower()] = count
        return name


def _file_name(part: str) -> str:
    """A part of an id as a name that any file system takes."""
    name: str = _UNSAFE.sub("_", part)
    name = name.encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .")
    stem, point, rest = name.partition(".")
    return f"{stem}_{point}{rest}" if _DEVICE.fullmatch(stem) else name
