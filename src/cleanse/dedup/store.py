"""The tokens of all documents on disk: appended batch by batch as pages come, then put in rank order and mapped."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numba import njit

from cleanse.dedup.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

_COLUMNS = ("hashes", "starts", "ends")
#: Documents whose tokens are moved together: bounds the memory of a step.
_MOVED_DOCUMENTS = 2048


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
                for part in _moved(column, order, at):
                    file.write(part.data)
                    _release(column)
            moved.replace(path)
        return np.asarray(np.memmap(path, np.uint32, mode="r"))


def select(tokens: Tokens, docs: NDArray[np.int64]) -> Tokens:
    """The hashes of some documents, in the order given, as a batch of their own, which has no places."""
    offsets = np.concatenate(([0], np.cumsum(tokens.offsets[docs + 1] - tokens.offsets[docs]))).astype(np.int64)
    if len(docs) and (np.diff(docs) == 1).all():
        hashes = tokens.hashes[tokens.offsets[docs[0]] : tokens.offsets[docs[-1] + 1]]
    else:
        hashes = np.empty(offsets[-1], np.uint32)
        _gather(tokens.hashes, tokens.offsets, docs, hashes)
    nowhere = read_only(np.empty(0, np.uint32))
    return Tokens(hashes=read_only(hashes), starts=nowhere, ends=nowhere, offsets=offsets)


def release(tokens: Tokens) -> None:
    """Let go of the memory of mapped tokens; what is read again is mapped again, from the system's cache."""
    for column in (tokens.hashes, tokens.starts, tokens.ends):
        _release(column)


def _release(column: NDArray[np.uint32]) -> None:
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


def _moved(column: NDArray[np.uint32], order: NDArray[np.int64], at: NDArray[np.int64]) -> Iterator[NDArray[np.uint32]]:
    for start in range(0, len(order), _MOVED_DOCUMENTS):
        docs = order[start : start + _MOVED_DOCUMENTS]
        part = np.empty(int((at[docs + 1] - at[docs]).sum()), np.uint32)
        _gather(column, at, docs, part)
        yield part


@njit(cache=True, nogil=True)
def _gather(column, offsets, docs, found):
    """Writes what the documents have of the column into ``found``, one document after the other."""
    k = 0
    for doc in docs:
        for t in range(offsets[doc], offsets[doc + 1]):
            found[k] = column[t]
            k += 1
