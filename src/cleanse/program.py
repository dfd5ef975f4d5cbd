"""What holds where cleanse is a program of its own, on the command line or as a worker, and no guest in another's."""

from __future__ import annotations

import sys
from typing import Final

#: The first list that becomes an array makes pyarrow import pandas where it is installed, to ask whether the list is one of its
#: own: a third of a second and 27 MB in each process, and no table of these programs is ever one of pandas.
_UNUSED: Final = frozenset({"pandas"})


class _Unused:
    """Finds that a module is not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """As an importer of ``sys.meta_path``: nothing said of all others."""
        if name in _UNUSED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def begin() -> None:
    """To be called once, before anything large is imported."""
    sys.meta_path.insert(0, _Unused)
