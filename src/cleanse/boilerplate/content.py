"""Which blocks are content: those that the model is sure enough of, at the page's own operating point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from cleanse.boilerplate.blocks import FIFTHS, NONE
from cleanse.boilerplate.operating import best_thresholds
from cleanse.boilerplate.prose import is_prose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.case import Case

Favor = Literal["balanced", "precision", "recall"]
#: How much more recall counts than it does by itself.
_FAVOR: Final[dict[Favor, float]] = {"balanced": 1.0, "precision": 0.625, "recall": 2.5}
#: No threshold of an HTML page is lower, if recall is not favoured, where the word F1 expected of it is more than
#: `_UNDERSTOOD`: beside what is likely the unlikely is noise. Where nothing is likely, as on many listings, the least unlikely
#: is all there is. Word F1 of news in five languages .912 without it, .916 with it, .918 if it held of all pages; of wcxb_dev
#: .882, .882 and .877.
_LEAST = 0.35
_UNDERSTOOD = 0.5
#: A few words alone are kept only where they are more likely content than not: a page's best F1 hardly depends on them, but
#: on pages of HTML that are not understood: products have short names. wcxb_dev there .885 -> .889, its collections .57 -> .66.
_SHORT = 3
_SHORT_LEAST = 0.5
#: Titles in a row that make a list of links rather than headings.
RUN = 3
#: Prose right below content goes on with it where it is so much as likely as the page's expected word F1. Of CleanEval as text
#: .3, .4 and .5 make no difference, .909 by pieces and .916 by blocks; a short text loses its last sentence less with .35.
_GOES_ON = 0.35


def find_content(case: Case, favor: Favor) -> None:
    """Tell for each block whether it is content, whatever else was found against it; never of a whole page that it is none."""
    blocks = case.blocks
    content, words = blocks.content.astype(float), blocks.words.astype(float)
    likely = content * np.where(case.open(), 1.0, 1.0 - case.confidence)
    thresholds, case.expected[:] = best_thresholds(likely, words, blocks.offsets, case.betas * _FAVOR[favor])
    understood = case.is_text | (case.expected > _UNDERSTOOD)
    least, short_least = (0.0, 0.0) if favor == "recall" else (_LEAST, _SHORT_LEAST)
    case.threshold[:] = np.maximum(thresholds, np.where(case.is_text | ~understood, 0.0, least))
    short = np.maximum(case.threshold, np.where(understood, short_least, 0.0))
    case.content[:] = content >= np.where(blocks.words <= _SHORT, short[case.page], case.threshold[case.page])
    if favor == "balanced":
        case.content |= _goes_on(case, content)
    kept = np.bincount(case.page[case.content & case.open()], minlength=len(case.title))
    for page in np.flatnonzero((kept == 0) & (blocks.each > 0)).tolist():
        _fall_back(case, slice(int(blocks.offsets[page]), int(blocks.offsets[page + 1])))


def _goes_on(case: Case, content: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Prose of scraped text right below content that is likely enough where recall counts as much as precision. Word F1 of
    CleanEval as text .908 without it and .909 with it, of news in five languages the same."""
    prose = is_prose(case.blocks) & case.is_text[case.page]
    on: NDArray[np.bool_] = prose & (content >= _GOES_ON * case.expected[case.page])
    on[:1] = False
    on[1:] &= case.content[:-1] & prose[:-1] & (case.page[1:] == case.page[:-1])
    return on


def _fall_back(case: Case, page: slice) -> None:
    """A page without content keeps what nothing speaks against: nothing is worse than an empty page."""
    blocks = case.blocks
    size = blocks.fifths[page]
    bar = 6 * FIFTHS if (size >= 6 * FIFTHS).any() else 0
    case.content[page] = case.open()[page] & (blocks.hint[page] == NONE) & (size >= bar) & (blocks.links[page] < 0.6)
