"""Which blocks are content: those that the model is sure enough of, at the page's own operating point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.lines import is_prose
from cleanse.boilerplate.operating import Favor, best_threshold, favored

if TYPE_CHECKING:
    from cleanse.boilerplate.case import Case

#: No threshold is lower: on a page that the model does not understand, what is least unlikely is still not likely.
_LEAST = 0.35
#: A few words alone are kept only where they are more likely content than not: a page's best F1 hardly depends on them.
_SHORT = 3
_SHORT_LEAST = 0.5
#: Prose beside content is kept from this share of the threshold on.
_JOINED = 0.8
#: Titles in a row that make a list of links rather than headings.
RUN = 3


def find_content(case: Case, favor: Favor) -> list[bool]:
    """For each block whether it is content, whatever else was found against it; never nothing at all."""
    threshold, case.expected = best_threshold(
        np.array([block.content for block in case.blocks]), np.array([float(block.words) for block in case.blocks])
    )
    case.threshold = favored(max(threshold, _LEAST), favor)
    short = max(case.threshold, favored(_SHORT_LEAST, favor))
    content = [block.content >= (short if block.words <= _SHORT else case.threshold) for block in case.blocks]
    return _fallback(case, content if case.page.format == "html" else _joined(case, content))


def _joined(case: Case, content: list[bool]) -> list[bool]:
    """Prose beside content, which nothing speaks against, goes with it when it is nearly sure: on a text of a few lines the
    model knows less than its reader. (On HTML it costs .002 of word F1, on long texts nothing.)"""
    joined = list(content)
    for i, block in enumerate(case.blocks):
        beside = content[max(0, i - 1)] or content[min(i + 1, len(content) - 1)]
        if beside and case.noise[i] is None and block.content >= _JOINED * case.threshold and is_prose(block):
            joined[i] = True
    return joined


def _fallback(case: Case, content: list[bool]) -> list[bool]:
    """A page without content keeps what nothing speaks against: nothing is worse than an empty page."""
    if any(kept and case.noise[i] is None for i, kept in enumerate(content)):
        return content
    bar = 6.0 if any(b.size >= 6 for b in case.blocks) else 0.0
    return [
        case.noise[i] is None and b.hint is None and b.size >= bar and b.links < 0.6 for i, b in enumerate(case.blocks)
    ]
