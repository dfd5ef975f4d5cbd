"""Which blocks are content: those that the model is sure enough of, at the page's own operating point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.operating import Favor, best_threshold, favored

if TYPE_CHECKING:
    from cleanse.boilerplate.case import Case

#: No threshold of an HTML page is lower: where the model does not understand a page, what is least unlikely is still not
#: likely. Word F1 of news in five languages .908 -> .922, CleanEval .942 -> .946; texts do not need it.
_LEAST = 0.35
#: A few words alone are kept only where they are more likely content than not: a page's best F1 hardly depends on them.
_SHORT = 3
_SHORT_LEAST = 0.5
#: Titles in a row that make a list of links rather than headings.
RUN = 3


def find_content(case: Case, favor: Favor) -> list[bool]:
    """For each block whether it is content, whatever else was found against it; never nothing at all."""
    likely = np.array([_likely(case, i) for i in range(len(case.blocks))])
    threshold, case.expected = best_threshold(likely, np.array([float(block.words) for block in case.blocks]))
    case.threshold = favored(max(threshold, _LEAST) if case.page.format == "html" else threshold, favor)
    short = max(case.threshold, favored(_SHORT_LEAST, favor))
    content = [block.content >= (short if block.words <= _SHORT else case.threshold) for block in case.blocks]
    return _fallback(case, content)


def _likely(case: Case, i: int) -> float:
    """How likely a block is content, with what was found against it."""
    verdict = case.noise[i]
    return case.blocks[i].content * (1.0 if verdict is None else 1.0 - verdict.confidence)


def _fallback(case: Case, content: list[bool]) -> list[bool]:
    """A page without content keeps what nothing speaks against: nothing is worse than an empty page."""
    if any(kept and case.noise[i] is None for i, kept in enumerate(content)):
        return content
    bar = 6.0 if any(b.size >= 6 for b in case.blocks) else 0.0
    return [
        case.noise[i] is None and b.hint is None and b.size >= bar and b.links < 0.6 for i, b in enumerate(case.blocks)
    ]
