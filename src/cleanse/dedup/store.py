"""The tokens of all documents on disk: appended batch by batch in rank order, then read through memory maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from cleanse.dedup.tokens import Tokens

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

_COLUMNS = ("hashes", "starts", "ends")


class TokenStore:
    """Tokens of documents 0, 1, 2 ... in files of ``folder``: 12 bytes a token on disk, 8 bytes a document in memory."""

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

    def tokens(self) -> Tokens:
        """All documents, memory-mapped."""
        for file in self._files.values():
            file.flush()
        columns = {name: self._column(path) for name, path in self._paths.items()}
        return Tokens(**columns, offsets=np.concatenate(self._offsets))

    def _column(self, path: Path) -> NDArray[np.uint32]:
        if not self._count:  # an empty file cannot be mapped
            return np.empty(0, np.uint32)
        return np.asarray(np.memmap(path, np.uint32, mode="r"))


def select(tokens: Tokens, docs: NDArray[np.int64]) -> Tokens:
    """The tokens of some documents, in the order given, as a batch of their own."""
    lengths = tokens.offsets[docs + 1] - tokens.offsets[docs]
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    if len(docs) and docs[-1] - docs[0] + 1 == len(docs):
        where: NDArray[np.int64] | slice = slice(int(tokens.offsets[docs[0]]), int(tokens.offsets[docs[-1] + 1]))
    else:
        where = np.repeat(tokens.offsets[docs] - offsets[:-1], lengths) + np.arange(offsets[-1])
    return Tokens(hashes=tokens.hashes[where], starts=tokens.starts[where], ends=tokens.ends[where], offsets=offsets)
