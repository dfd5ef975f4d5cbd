"""Refusals: what a run must not replace in the folder that it was given."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cleanse.errors import OutputError, printable
from cleanse.layout import foreign, plainly_foreign, results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: What a corpus of a format lies in; any other is a file that a run has for itself.
_OF_CORPUS = {"huggingface": {"README.md", "data"}, "": set[str]()}


def refuse_losses(folder: Path, inputs: Sequence[str], corpus: str = "") -> None:
    """Raise OutputError if a run in ``folder`` would replace what no run has made there, or one of its inputs.

    ``corpus`` is the format that it is to be written in, "" for a part of a run, which has none; ``inputs`` are paths
    of files.
    """
    spared = set(plainly_foreign(folder)) - _OF_CORPUS.get(corpus, {"corpus"})
    for name in foreign(folder):
        if name not in spared:
            raise OutputError(
                f"{printable(str(folder / name))}: is there and no run has made it; name another folder with -o"
            )
    if not folder.is_dir():
        return
    replaced, top = results(folder), os.path.realpath(folder)
    for path in inputs:
        if os.path.relpath(os.path.realpath(path), top).split(os.sep)[0] in replaced:
            raise OutputError(
                f"{printable(path)}: is an input, and the run would replace it; name another folder with -o"
            )
