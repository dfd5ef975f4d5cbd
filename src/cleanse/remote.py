"""Remote places: what stands behind an address such as s3://bucket/pages, opened by fsspec, which nothing else loads."""

from __future__ import annotations

import io
import os
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cleanse.errors import CleanseError, UsageError
from cleanse.program import allow_pandas

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
#: What stands for the files of this machine, in an address too.
_LOCAL = re.compile(r"(?:file|local)://", re.IGNORECASE)

_LOGIN = re.compile(r"([a-z][a-z0-9+.-]+://)[^/@\s'\"]*@", re.IGNORECASE)
_QUERY = re.compile(r"(https?://[^\s?'\"]*\?)[^\s'\"]+", re.IGNORECASE)

#: With fewer a message says nothing.
_WORDS = 3

_EXTRA = "pip install 'cleanse[remote]'"


def is_remote(path: str) -> bool:
    """Whether a path is an address."""
    return bool(_SCHEME.match(path)) and not _LOCAL.match(path)


def is_web(path: str) -> bool:
    """Whether an address is a web server's, which has pages and no folders."""
    return path.lower().startswith(("http://", "https://"))


def local_path(path: str) -> str:
    """A path without the file:// that may stand before it."""
    return _LOCAL.sub("", path)


def on_disk(path: str | os.PathLike[str]) -> Path:
    """The path of what is worked with on this machine alone: finished runs, shards, indexes.

    Raises UsageError for an address, and for what is no path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise UsageError(f"expected the path of a file or a folder, not {type(path).__name__}")
    if is_remote(os.fspath(path)):
        raise UsageError(
            f"{public(os.fspath(path))}: must be on this machine's disk: copy it here, or name another place"
        )
    return Path(local_path(os.fspath(path)))


def public(text: str) -> str:
    """A text without the logins and the query strings (signatures, tokens) of the addresses in it.

    >>> public("get https://me:secret@example.org/a.warc?token=1 now")
    'get https://example.org/a.warc?... now'
    """
    return _QUERY.sub(r"\1...", _LOGIN.sub(r"\1", text))


def filesystem(address: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and its path there; raises UsageError if a package is missing."""
    shown = public(address)
    if "::" in address:
        raise UsageError(f"{shown}: chained addresses (::) are not opened; unpack it first")
    try:
        import fsspec
    except ImportError:
        raise UsageError(f"{shown}: remote places need packages more: {_EXTRA}") from None
    scheme = _SCHEME.match(address)
    if not is_web(address) and not address.lower().startswith("s3://"):
        allow_pandas()  # what others' packages load is not known
    try:
        kind = fsspec.get_filesystem_class(scheme[1].lower() if scheme else "")
        return kind(**kind._get_kwargs_from_urls(address)), kind._strip_protocol(address)
    except ImportError as error:
        error = error.__cause__ if isinstance(error.__cause__, ImportError) else error
        raise UsageError(f"{shown}: {error}; s3:// and https:// come with {_EXTRA}") from None
    except Exception as error:
        raise UsageError(f"{shown}: cannot be opened: {problem(error)}") from None


def problem(error: Exception) -> str:
    """What went wrong, in one line without secrets. Each store has errors of its own, few of them OSErrors."""
    if isinstance(error, FileNotFoundError):
        cause = error.__cause__
        if isinstance(cause, Exception) and getattr(cause, "status", 0) != HTTPStatus.NOT_FOUND:
            return problem(cause)  # a server that cannot be reached passes for a missing file
        return "no such file or folder"
    text = public(" ".join(str(error).split()))
    if len(text.split()) < _WORDS:  # an address alone, an error number: the kind of error says more
        text = f"{type(error).__name__}: {text}".rstrip(": ")
    return text if len(text) <= 300 else text[:300] + " ..."


def open_remote(address: str) -> RemoteFile:
    """The file behind an address, to be read from the start; raises OSError, UsageError."""
    place, path = filesystem(address)
    try:
        return RemoteFile(place.open(path, "rb"))
    except Exception as error:
        raise OSError(problem(error)) from None


def version(address: str) -> tuple[int | None, str]:
    """The size of a file, and what changes with it: an ETag or a time; None and "" for what is not told."""
    try:
        place, path = filesystem(address)
        info = place.info(path)
    except CleanseError:
        raise
    except Exception:
        return None, ""
    told = next(
        (info[name] for name in ("ETag", "etag", "md5Hash", "mtime", "LastModified", "created") if info.get(name)), ""
    )
    return info.get("size"), str(told).strip('"')


class RemoteFile(io.RawIOBase):
    """A file of any store, whose failures are OSErrors."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._file.read(len(buffer))
        except Exception as error:
            raise OSError(problem(error)) from None
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
