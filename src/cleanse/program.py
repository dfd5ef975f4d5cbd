"""What holds where cleanse is a program of its own, on the command line or as a worker, and no guest in another's."""

from __future__ import annotations

import gc
import sys
from threading import Event
from typing import Final

#: Objects made and not freed between looks at those of the first generation, and looks between those at the next two. With
#: Python's own 700, 10, 10 every eighth second of a small run goes into looking.
_GARBAGE: Final = (20_000, 20, 50)

_begun: Final = Event()


class _NoPandas:
    """An importer of ``sys.meta_path`` that finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def begin() -> None:
    """To be called once, before anything large is imported.

    No pandas is loaded from now on: the first list that becomes an array makes pyarrow import it where it is installed, to ask
    whether the list is one of its own, which takes a third of a second and 27 MB in each process. And garbage that refers to
    itself is looked for less often: importing makes a million objects and hardly any of it.
    """
    _begun.set()
    sys.meta_path.insert(0, _NoPandas)
    gc.set_threshold(*_GARBAGE)


def begun() -> bool:
    """Whether this process is cleanse's own."""
    return _begun.is_set()


def allow_pandas() -> None:
    """Load pandas after all, for packages of others that ask for it."""
    if _NoPandas in sys.meta_path:
        sys.meta_path.remove(_NoPandas)
