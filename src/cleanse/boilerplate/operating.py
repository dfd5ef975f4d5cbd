"""The operating point: how sure the judge must be of a block on this page.

A page's F1 is best in expectation when all blocks above one threshold are kept, and that threshold is half of the best
expected F1 (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding of classifiers to maximize F1"): near .5 on a page
that is understood, lower on one that is not.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cleanse.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shares = NDArray[np.floating[Any]]


def best_thresholds(content: Shares, words: Shares, offsets: NDArray[np.integer]) -> tuple[Shares, Shares]:
    """For each page (the probability from which on its blocks are kept, the word F1 that is then expected).

    ``content`` is the probability of each block to be content, ``words`` its length; the blocks of page ``p`` are
    ``offsets[p]`` to ``offsets[p + 1]``.
    """
    page = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    found: tuple[Shares, Shares] = _best(content, words, np.lexsort((-content, page)), offsets)
    return found


def best_threshold(content: Shares, words: Shares) -> tuple[float, float]:
    """The same of one page."""
    thresholds, expected = best_thresholds(content, words, np.array([0, len(content)]))
    return float(thresholds[0]), float(expected[0])


@kernel
def _best(content: Any, words: Any, order: Any, offsets: Any) -> Any:
    """The thresholds of pages whose blocks come in some order, the likeliest of a page first."""
    thresholds, expected = np.full(len(offsets) - 1, 0.5), np.zeros(len(offsets) - 1)
    for page in range(len(offsets) - 1):
        first, after = offsets[page], offsets[page + 1]
        right = 0.0
        for k in range(first, after):
            right += content[order[k]] * words[order[k]]
        so_far = kept = 0.0
        for k in range(first, after):
            at = order[k]
            so_far += content[at] * words[at]
            kept += words[at]
            f1 = 2 * so_far / max(kept + right, 1e-9)
            if k == first or f1 > expected[page]:
                thresholds[page], expected[page] = content[at], f1
    return thresholds, expected


Favor = Literal["balanced", "precision", "recall"]
#: What favouring one of them adds to the threshold, in log-odds.
_FAVOR: dict[Favor, float] = {"balanced": 0.0, "precision": 1.5, "recall": -1.5}


def logit(shares: Shares) -> Shares:
    """Log-odds of probabilities, within +-7."""
    inside = np.clip(shares, 0.001, 0.999)
    odds: Shares = np.log(inside / (1 - inside))
    return odds


def favored(thresholds: Shares, favor: Favor) -> Shares:
    """Thresholds moved towards precision or recall."""
    return thresholds if favor == "balanced" else 1 / (1 + np.exp(-logit(thresholds) - _FAVOR[favor]))
