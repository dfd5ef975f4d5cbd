"""The operating point: how sure the judge must be of a block on this page.

A page's F measure is best in expectation when all blocks above one threshold are kept, and that threshold is a share of the best
expected F (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding of classifiers to maximize F1"): near .5 for F1 on a
page that is understood, lower on one that is not. F with a beta below 1 (van Rijsbergen 1979) counts precision for more.
"""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cleanse.boilerplate.betas import BETA
from cleanse.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shares = NDArray[np.floating[Any]]


def likeliest_first(content: Shares, offsets: NDArray[np.integer]) -> NDArray[np.intp]:
    """The blocks of some pages page by page, those of a page by their probability to be content, the highest first."""
    page = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return np.lexsort((-content, page))


def best_thresholds(
    content: Shares,
    words: Shares,
    offsets: NDArray[np.integer],
    betas: Shares,
    order: NDArray[np.intp] | None = None,
) -> tuple[Shares, Shares]:
    """For each page (the probability from which on its blocks are kept, the word F1 that can be expected at best).

    ``content`` is the probability of each block to be content, ``words`` its length; the blocks of page ``p`` are
    ``offsets[p]`` to ``offsets[p + 1]``, and its recall counts ``betas[p]`` times as much as its precision. ``order`` is
    `likeliest_first`, for who asks for several betas.
    """
    if order is None:
        order = likeliest_first(content, offsets)
    found: tuple[Shares, Shares] = _best(content, words, order, offsets, betas**2)
    return found


def best_threshold(content: Shares, words: Shares, beta: float = BETA) -> tuple[float, float]:
    """The same of one page."""
    thresholds, expected = best_thresholds(content, words, np.array([0, len(content)]), np.array([beta]))
    return float(thresholds[0]), float(expected[0])


@kernel
def _best(content: Any, words: Any, order: Any, offsets: Any, weights: Any) -> Any:
    """The thresholds of pages whose blocks come in some order, the likeliest of a page first; recall has a weight."""
    thresholds, expected = np.full(len(offsets) - 1, 0.5), np.zeros(len(offsets) - 1)
    for page in range(len(offsets) - 1):
        first, after = offsets[page], offsets[page + 1]
        right, weight = 0.0, weights[page]
        for k in range(first, after):
            right += content[order[k]] * words[order[k]]
        so_far = kept = most = 0.0
        for k in range(first, after):
            at = order[k]
            so_far += content[at] * words[at]
            kept += words[at]
            f = (1 + weight) * so_far / max(kept + weight * right, 1e-9)
            if k == first or f > most:
                thresholds[page], most = content[at], f
            expected[page] = max(expected[page], 2 * so_far / max(kept + right, 1e-9))
    return thresholds, expected


def logit(shares: Shares) -> Shares:
    """Log-odds of probabilities, within +-7."""
    inside = np.clip(shares, 0.001, 0.999)
    odds: Shares = np.log(inside / (1 - inside))
    return odds
