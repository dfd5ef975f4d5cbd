"""The survey of inputs: which files there are, and from the first documents of some, what they hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from cleanse.read import Input, read_documents
from cleanse.read.inputs import STDIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleanse.config import Read
    from cleanse.errors import UnreadableInput

#: Files of a kind that are looked into, spread evenly over all, and how far: a second or two in all.
_FILES, _DOCUMENTS, _BYTES = 10, 100, 2**20

#: Bytes of content by byte of file, where a file is too large to be read to its end: laws, manuals and PEPs as JSON lines,
#: 12 MB packed by Python's gzip, bz2, lzma and zstandard and pyarrow's Parquet with their defaults. HTML packs tighter.
_EXPANSION = {"gz": 3.0, "zst": 3.2, "bz2": 3.8, "xz": 4.2, "parquet": 2.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """The files of one format and compression; documents and bytes of content are estimates."""

    name: str
    files: int
    bytes: int
    documents: float
    html_bytes: float
    text_bytes: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What inputs hold. ``looked_into`` files and ``seen`` documents of them tell the rest; ``sources`` are theirs."""

    kinds: list[Kind]
    stdin: bool
    looked_into: int
    seen: int
    sources: list[str]
    unreadable: list[UnreadableInput]

    @property
    def files(self) -> int:
        return sum(kind.files for kind in self.kinds)

    @property
    def bytes(self) -> int:
        return sum(kind.bytes for kind in self.kinds)

    @property
    def documents(self) -> float:
        return sum(kind.documents for kind in self.kinds)

    @property
    def html_bytes(self) -> float:
        return sum(kind.html_bytes for kind in self.kinds)

    @property
    def text_bytes(self) -> float:
        return sum(kind.text_bytes for kind in self.kinds)


@dataclass(slots=True)
class _Sample:
    """What was seen in some files of a kind: in so many bytes of the files so much content."""

    bytes: float = 0.0
    documents: int = 0
    html: int = 0
    text: int = 0
    sources: set[str] = field(default_factory=set)


def survey(inputs: Sequence[Input], settings: Read) -> Survey:
    """Count files, and look into some of them. Standard input is not touched.

    Raises ConfigError and FieldNotFound as reading does.
    """
    entries: dict[str, list[Input]] = defaultdict(list)
    for entry in inputs:
        if entry.path != STDIN:
            entries[_name(entry)].append(entry)
    kinds, seen, looked_into = [], 0, 0
    sources: set[str] = set()
    unreadable: list[UnreadableInput] = []
    for name, files in entries.items():
        sample = _Sample()
        chosen = files[:: -(-len(files) // _FILES)]
        for entry in chosen:
            _look(entry, settings, sample, unreadable)
        kinds.append(_kind(name, files, sample))
        looked_into += len(chosen)
        seen += sample.documents
        sources |= sample.sources
    return Survey(
        kinds=sorted(kinds, key=lambda kind: (-kind.bytes, kind.name)),
        stdin=any(entry.path == STDIN for entry in inputs),
        looked_into=looked_into,
        seen=seen,
        sources=sorted(sources),
        unreadable=unreadable,
    )


def _look(entry: Input, settings: Read, sample: _Sample, unreadable: list[UnreadableInput]) -> None:
    """Add the first documents of a file to the sample of its kind."""
    batches = list(
        islice(
            read_documents(
                [entry], settings, batch_documents=_DOCUMENTS, batch_bytes=_BYTES, on_error=unreadable.append
            ),
            2,
        )
    )
    if not batches:
        sample.bytes += _size(entry)
        return
    first = batches[0]
    lengths = pc.binary_length(first["content"]).to_numpy()
    html = pc.equal(first["format"], "html").to_numpy(zero_copy_only=False)
    content = int(lengths.sum())
    whole = len(batches) == 1
    sample.bytes += _size(entry) if whole else content / _EXPANSION.get(entry.compression or entry.format, 1.0)
    sample.documents += len(first)
    sample.html += int(lengths[html].sum())
    sample.text += content - int(lengths[html].sum())
    sample.sources.update(first["source"].to_pylist())


def _kind(name: str, files: Sequence[Input], sample: _Sample) -> Kind:
    size = sum(map(_size, files))
    scale = size / sample.bytes if sample.bytes else 0.0
    return Kind(
        name=name,
        files=len(files),
        bytes=size,
        documents=sample.documents * scale,
        html_bytes=sample.html * scale,
        text_bytes=sample.text * scale,
    )


def _name(entry: Input) -> str:
    return (entry.format or "of no known extension") + (f".{entry.compression}" if entry.compression else "")


def _size(entry: Input) -> int:
    try:
        return Path(entry.path).stat().st_size
    except OSError:
        return 0
