"""The error tree. Each error says what was wrong, where, and how to mend it; the class carries the exit code.

CleanseError
|-- UsageError          2    a wrong setting, path or option
|   |-- ConfigError     2    a setting that is unknown, ill-typed or contradictory
|   |-- InputNotFound   2    a path that does not exist
|   |-- FieldNotFound   2    a table without the field that was asked for
|   `-- OutputError     2    a folder that cannot be written
|       `-- NoRoom      2    disk or memory that a run needs and may not take; with more of it the same command goes on
|-- UnreadableInput     1    one input, or a record of it, that cannot be read: skipped and counted, an error with --strict
|-- GateFailed          1    a threshold that the user set was passed (--fail-over)
|-- Interrupted         130  the user stopped a run
|-- NothingReadable     3    no document at all could be read
`-- InternalError       70   an invariant is broken: a defect of cleanse
"""

from __future__ import annotations

import errno
from unicodedata import category

__all__ = [
    "CleanseError",
    "ConfigError",
    "FieldNotFound",
    "GateFailed",
    "InputNotFound",
    "InternalError",
    "Interrupted",
    "NoRoom",
    "NothingReadable",
    "OutputError",
    "UnreadableInput",
    "UsageError",
]

#: What libraries say when they are given no memory, or no thread, in the words of the C library, Python and DuckDB.
_NO_MEMORY = (
    "failed to map segment",
    "cannot allocate memory",
    "Cannot allocate memory",
    "can't start new thread",
    "Allocation failure",
)


class CleanseError(Exception):
    """Base of all errors that cleanse raises on purpose."""

    exit_code = 1


class UsageError(CleanseError):
    """What was asked for cannot be done as asked."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting is unknown, of the wrong type, or contradicts another."""


class InputNotFound(UsageError):
    """An input path or glob matches nothing."""


class FieldNotFound(UsageError):
    """A table has no field of the name that was asked for."""


class OutputError(UsageError):
    """The output folder cannot be written."""


class NoRoom(OutputError):
    """A run needs more disk or memory than there is or it may take; what it has done is kept."""


class UnreadableInput(CleanseError):
    """An input, or a record in it, cannot be read.

    ``path`` names the input, ``place`` the line or record in it ("" for the whole), ``problem`` what is wrong.
    """

    def __init__(self, path: str, problem: str, place: str = "") -> None:
        super().__init__(f"{path}{':' + place if place else ''}: {problem}")
        self.path, self.problem, self.place = path, problem, place


class GateFailed(CleanseError):
    """A limit that the user set on the result was passed."""


class NothingReadable(CleanseError):
    """No document could be read from any input."""

    exit_code = 3


class Interrupted(CleanseError):
    """The user stopped a run; the same command goes on with it."""

    exit_code = 130


class InternalError(CleanseError):
    """A promise of the program to itself does not hold: please report it."""

    exit_code = 70


def want(error: Exception, place: str = "") -> str:
    """What the system refuses the program, and how to mend it, where an error is of that kind, else nothing; ``place`` is
    where disk is wanted, if the error does not tell."""
    code, text = getattr(error, "errno", None), str(error)
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{place or getattr(error, 'filename', None) or 'the disk'}: {getattr(error, 'strerror', '')}; make room"
    if code in (errno.EMFILE, errno.ENFILE):
        return "the system lets the program open too few files: raise the limit (ulimit -n 1024)"
    if (
        code in (errno.EAGAIN, errno.ENOMEM)
        or isinstance(error, MemoryError)
        or any(words in text for words in _NO_MEMORY)
    ):
        return "the system gives the program too little memory, or too few threads: raise the limits (ulimit -v, ulimit -u)"
    return ""


def is_interrupt(error: Exception) -> bool:
    """Whether an error is how DuckDB hands on an interrupt that came while it was at work."""
    return isinstance(error, RuntimeError) and "Query interrupted" in str(error)


def first_line(error: Exception) -> str:
    """The first line of what a library says, whose others are a trace or advice for programmers."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def printable(text: str) -> str:
    """Text for a terminal: control characters, which could steer it, are shown as escapes."""
    return "".join(
        c if c.isprintable() or c == "\n" or category(c) == "Zs" else c.encode("unicode_escape").decode() for c in text
    )
