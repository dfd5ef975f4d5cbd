"""Which blocks are content: those that the model is sure enough of, at the page's own operating point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.operating import Favor, best_threshold, favored

if TYPE_CHECKING:
    from cleanse.boilerplate.case import Case

#: Titles in a row that make a list of links rather than headings.
RUN = 3


def find_content(case: Case, favor: Favor) -> list[bool]:
    """For each block whether it is content, whatever else was found against it; never nothing at all."""
    threshold, case.expected = best_threshold(
        np.array([block.content for block in case.blocks]), np.array([float(block.words) for block in case.blocks])
    )
    case.threshold = favored(threshold, favor)
    return _fallback(case, [block.content >= case.threshold for block in case.blocks])


def _fallback(case: Case, content: list[bool]) -> list[bool]:
    """A page without content keeps what nothing speaks against: nothing is worse than an empty page."""
    if any(kept and case.noise[i] is None for i, kept in enumerate(content)):
        return content
    bar = 6.0 if any(b.size >= 6 for b in case.blocks) else 0.0
    return [
        case.noise[i] is None and b.hint is None and b.size >= bar and b.links < 0.6 for i, b in enumerate(case.blocks)
    ]
