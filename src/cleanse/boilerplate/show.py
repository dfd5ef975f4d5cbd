"""A page for the terminal: every block in order, kept or struck out in the colour of its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click import style

from cleanse.errors import printable
from cleanse.schema import BLOCK_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleanse.boilerplate.page import Stripped

_COLOURS = ("yellow", "cyan", "magenta", "blue", "red", "bright_black")
_MARGIN = 22


def shown(page: Stripped) -> Iterator[str]:
    """Lines: reason and confidence in the margin, the block beside it; nothing of a page reaches the terminal as a code."""
    colours = {reason.value: _COLOURS[at % len(_COLOURS)] for at, reason in enumerate(BLOCK_REASONS)}
    for block in page.blocks:
        label = f"{block.reason or block.kind} {block.confidence:.2f}"
        for at, text in enumerate(printable(block.text).split("\n")):
            margin = (label if at == 0 else "").rjust(_MARGIN)
            if block.kept:
                yield f"{style(margin, dim=True)}  {text}"
            else:
                yield style(f"{margin}  {text}", fg=colours[block.reason or ""], strikethrough=True)
        if block.reason:
            evidence = "".join(c for c in block.evidence if c.isprintable())
            yield style(f"{'':>{_MARGIN}}  ^ {evidence}", dim=True)
    yield style(f"{'':>{_MARGIN}}  confidence of the page {page.confidence:.2f}", bold=True)
