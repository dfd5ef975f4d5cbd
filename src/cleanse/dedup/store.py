"""The tokens of all documents on disk: appended batch by batch as pages come, then put in rank order and mapped."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from cleanse.compiled import kernel
from cleanse.dedup.tokens import Tokens

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

_COLUMNS = ("hashes", "starts", "ends")
#: Documents, or single tokens, that are read from anywhere in a mapped file before it is let go of: the system maps 64 KB
#: around each of them.
_READ_AT_ONCE = 128


class TokenStore:
    """Tokens of documents in files of ``folder``: 12 bytes a token on disk, 16 bytes a document in memory."""

    def __init__(self, folder: Path) -> None:
        self._paths = {name: folder / f"tokens.{name}" for name in _COLUMNS}
        self._files: dict[str, BinaryIO] = {name: path.open("wb") for name, path in self._paths.items()}
        self._offsets: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
        self._count = 0

    def __enter__(self) -> TokenStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()
        for path in self._paths.values():
            path.unlink(missing_ok=True)

    def append(self, tokens: Tokens) -> None:
        """Add the documents of a batch after those already there."""
        for name, file in self._files.items():
            file.write(np.ascontiguousarray(getattr(tokens, name)).data)
        self._offsets.append(tokens.offsets[1:] + self._count)
        self._count += int(tokens.offsets[-1])

    def tokens(self, order: NDArray[np.int64]) -> Tokens:
        """The documents so far, memory-mapped: first the one that was appended as number order[0], then order[1] ...

        More can be appended afterwards, unless the order was another than that in which they came.
        """
        for file in self._files.values():
            file.flush()
        at = np.concatenate(self._offsets)
        offsets = np.concatenate(([0], np.cumsum(at[order + 1] - at[order]))).astype(np.int64)
        columns = {name: self._column(path, order, at) for name, path in self._paths.items()}
        return Tokens(**columns, offsets=offsets)

    def _column(self, path: Path, order: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.uint32]:
        if not self._count:  # an empty file cannot be mapped
            return read_only(np.empty(0, np.uint32))
        if (order != np.arange(len(order))).any():
            moved = path.with_suffix(path.suffix + ".moved")
            with moved.open("wb") as file:
                column = np.memmap(path, np.uint32, mode="r")
                for start in range(0, len(order), _READ_AT_ONCE):
                    file.write(_gathered(column, at, order[start : start + _READ_AT_ONCE]).data)
            moved.replace(path)
        return np.asarray(np.memmap(path, np.uint32, mode="r"))


def select(tokens: Tokens, docs: NDArray[np.int64]) -> Tokens:
    """The hashes of some documents, in the order given, as a batch of their own, which has no places."""
    if len(docs) and (np.diff(docs) == 1).all():
        hashes = tokens.hashes[tokens.offsets[docs[0]] : tokens.offsets[docs[-1] + 1]]
    else:
        hashes = _gathered(tokens.hashes, tokens.offsets, docs)
    offsets = np.concatenate(([0], np.cumsum(tokens.offsets[docs + 1] - tokens.offsets[docs]))).astype(np.int64)
    nowhere = read_only(np.empty(0, np.uint32))
    return Tokens(hashes=read_only(hashes), starts=nowhere, ends=nowhere, offsets=offsets)


def pick(column: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The values of a column of tokens at some places."""
    found = np.empty(len(places), np.int64)
    for start in range(0, len(places), _READ_AT_ONCE):
        found[start : start + _READ_AT_ONCE] = column[places[start : start + _READ_AT_ONCE]]
        let_go(column)
    return found


def release(tokens: Tokens) -> None:
    """Let go of the memory of mapped tokens; what is read again is mapped again, from the system's cache."""
    for column in (tokens.hashes, tokens.starts, tokens.ends):
        let_go(column)


def let_go(column: NDArray[Any]) -> None:
    """The same for one column, or whatever array is mapped."""
    base: object = column
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


def read_only(array: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A view that cannot be written to, as maps of files are: kernels are compiled for one of the two."""
    view = array.view()
    view.flags.writeable = False
    return view


def _gathered(column: NDArray[np.uint32], offsets: NDArray[np.int64], docs: NDArray[np.int64]) -> NDArray[np.uint32]:
    """What the documents have of the column, one after the other."""
    ends = np.concatenate(([0], np.cumsum(offsets[docs + 1] - offsets[docs])))
    found = np.empty(ends[-1], np.uint32)
    for start in range(0, len(docs), _READ_AT_ONCE):
        _gather(column, offsets, docs[start : start + _READ_AT_ONCE], found[ends[start] :])
        let_go(column)
    return found


@kernel
def _gather(column, offsets, docs, found):
    """Writes what the documents have of the column into ``found``, one document after the other."""
    k = 0
    for doc in docs:
        for t in range(offsets[doc], offsets[doc + 1]):
            found[k] = column[t]
            k += 1
