"""Features of whole pages: how sure the model is of their blocks, how much would be kept, and what blocks are like on average."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cleanse.boilerplate.betas import BETAS, USUAL
from cleanse.boilerplate.operating import best_thresholds, likeliest_first
from cleanse.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Probabilities are counted in bins that begin here.
_BINS: Final = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
#: Of a page: blocks, words, the F1 expected, the words expected to be content and the doubt about them; of each beta the
#: threshold, the words and the blocks kept; of each bin words and blocks; what lies between the lowest threshold and the
#: highest (words, blocks, words of a block); of the blocks kept at the usual beta the runs, the runs of a block, the words of
#: one kept and of one left out.
_BETA: Final = 5
_BIN: Final = _BETA + 3 * len(BETAS)
_BETWEEN: Final = _BIN + 2 * len(_BINS)
_RUNS: Final = _BETWEEN + 3
_OWN: Final = _RUNS + 4


def page_features(
    content: NDArray[np.floating[Any]],
    words: NDArray[np.integer[Any]],
    offsets: NDArray[np.integer[Any]],
    rows: NDArray[np.float32],
) -> NDArray[np.float32]:
    """float32[features, pages]: those above, then the mean of each of the blocks' ``rows`` (float32[rows, blocks]), by words,
    and by words that are likely content. Blocks of page ``p`` are ``offsets[p]`` to ``offsets[p + 1]``."""
    likely, sizes = content.astype(np.float64), words.astype(np.float64)
    order, page = likeliest_first(likely, offsets), np.ones(len(offsets) - 1)
    at = [best_thresholds(likely, sizes, offsets, beta * page, order) for beta in BETAS]
    thresholds, expected = np.stack([bars for bars, _ in at]), at[USUAL][1]
    found: NDArray[np.float32] = _described(likely, sizes, offsets, np.ascontiguousarray(rows), thresholds, expected)
    return found


@kernel
def _described(content, words, offsets, rows, thresholds, expected):
    found = np.zeros((_OWN + 2 * len(rows), len(offsets) - 1), np.float32)
    for page in range(len(offsets) - 1):
        first, after = offsets[page], offsets[page + 1]
        total = likely = doubt = 0.0
        lowest, highest = 1.0, 0.0
        for k in range(len(thresholds)):
            lowest, highest = min(lowest, thresholds[k, page]), max(highest, thresholds[k, page])
        # words and blocks of each beta, of each bin, between
        sums = np.zeros((2, len(thresholds) + len(_BINS) + 1))
        runs, before = 0, False
        for at in range(first, after):
            share, size = content[at], words[at]
            total += size
            likely += size * share
            doubt += size * share * (1 - share)
            bin_ = 0
            while bin_ + 1 < len(_BINS) and share >= _BINS[bin_ + 1]:
                bin_ += 1
            sums[0, len(thresholds) + bin_] += size
            sums[1, len(thresholds) + bin_] += 1
            for k in range(len(thresholds)):
                if share >= thresholds[k, page]:
                    sums[0, k] += size
                    sums[1, k] += 1
            if lowest <= share < highest:
                sums[0, -1] += size
                sums[1, -1] += 1
            stays = share >= thresholds[USUAL, page]
            runs += stays and not before
            before = stays
        many, most = max(after - first, 1), max(total, 1.0)
        own = found[:_OWN, page]
        own[0], own[1], own[2] = np.log(after - first + 1.0), np.log(most), expected[page]
        own[3], own[4] = likely / most, doubt / most
        for k in range(len(thresholds)):
            own[_BETA + 3 * k] = thresholds[k, page]
            own[_BETA + 3 * k + 1], own[_BETA + 3 * k + 2] = sums[0, k] / most, sums[1, k] / many
        for k in range(len(_BINS)):
            own[_BIN + 2 * k] = sums[0, len(thresholds) + k] / most
            own[_BIN + 2 * k + 1] = sums[1, len(thresholds) + k] / many
        own[_BETWEEN], own[_BETWEEN + 1] = sums[0, -1] / most, sums[1, -1]
        own[_BETWEEN + 2] = sums[0, -1] / max(sums[1, -1], 1.0)
        kept = sums[1, USUAL]
        own[_RUNS], own[_RUNS + 1] = runs, runs / max(kept, 1.0)
        own[_RUNS + 2] = sums[0, USUAL] / max(kept, 1.0)
        own[_RUNS + 3] = (total - sums[0, USUAL]) / max(after - first - kept, 1.0)
        for row in range(len(rows)):
            mean = mean_likely = 0.0
            for at in range(first, after):
                mean += rows[row, at] * words[at]
                mean_likely += rows[row, at] * words[at] * content[at]
            found[_OWN + row, page] = mean / most
            found[_OWN + len(rows) + row, page] = mean_likely / max(likely, 1e-6)
    return found
