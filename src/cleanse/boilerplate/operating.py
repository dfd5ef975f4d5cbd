"""The operating point: how sure the judge must be of a block on this page.

A page's F1 is best in expectation when all blocks above one threshold are kept, and that threshold is half of the best
expected F1 (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding of classifiers to maximize F1"): near .5 on a page
that is understood, lower on one that is not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def best_threshold(content: NDArray[np.floating], words: NDArray[np.floating]) -> tuple[float, float]:
    """(the probability from which on blocks are kept, the word F1 that is then expected).

    ``content`` is the probability of each block to be content, ``words`` its length.
    """
    if not len(content):
        return 0.5, 0.0
    order = np.argsort(-content, kind="stable")
    right = np.cumsum((content * words)[order])
    kept = np.cumsum(words[order])
    expected = 2 * right / np.maximum(kept + right[-1], 1e-9)
    best = int(np.argmax(expected))
    return float(content[order[best]]), float(expected[best])


Favor = Literal["balanced", "precision", "recall"]
#: What favouring one of them adds to the threshold, in log-odds.
_FAVOR: dict[Favor, float] = {"balanced": 0.0, "precision": 1.5, "recall": -1.5}


def logit(share: float) -> float:
    """Log-odds of a probability, within +-7."""
    inside = min(max(share, 0.001), 0.999)
    return math.log(inside / (1 - inside))


def favored(threshold: float, favor: Favor) -> float:
    """A threshold moved towards precision or recall."""
    return threshold if favor == "balanced" else 1 / (1 + math.exp(-logit(threshold) - _FAVOR[favor]))
