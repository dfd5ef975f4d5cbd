"""What holds where cleanse is a program of its own, on the command line or as a worker, and no guest in another's."""

from __future__ import annotations

import sys


class _NoPandas:
    """An importer of ``sys.meta_path`` that finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def spare_pandas() -> None:
    """Load no pandas, and say that there is none.

    The first list that becomes an array makes pyarrow import pandas where it is installed, to ask whether the list is one of
    its own: a third of a second and 27 MB in each process. No table of these programs is ever one of pandas.
    """
    sys.meta_path.insert(0, _NoPandas)


def allow_pandas() -> None:
    """Load pandas after all: pyspark asks for it."""
    if _NoPandas in sys.meta_path:
        sys.meta_path.remove(_NoPandas)
