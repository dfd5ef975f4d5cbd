"""Pages being judged: their blocks, and what was found against each so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cleanse.boilerplate.blocks import FIFTHS, NONE, REASON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Blocks, Pages
    from cleanse.schema import Reason

#: Lines of fewer words can stand in a run of titles.
_TITLE_WORDS = 25

#: No title was found.
NOWHERE = -1


class Case:
    """The evidence on some pages. ``reason``, ``confidence`` and ``evidence`` are those of the passes so far against each
    block, `NONE` while nothing speaks against it; ``runs`` the length of the run of title-like lines it stands in;
    ``content`` whether the block is content, whatever else was found.
    For each page ``title`` is the title's place among all blocks; ``betas``, ``threshold`` and ``expected`` are its operating
    point: see `cleanse.boilerplate.operating`."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.blocks = pages, pages.blocks
        n, many = len(pages.blocks), len(pages.pages)
        self.page = pages.blocks.page
        self.is_text = np.array([page.format == "text" for page in pages.pages], bool)
        self.reason = np.full(n, NONE, np.int8)
        self.confidence = np.zeros(n)
        self.evidence = np.full(n, "", np.object_)
        self.runs = title_runs(pages.blocks)
        self.content = np.zeros(n, bool)
        self.title = np.full(many, NOWHERE)
        self.betas = np.array([page.beta for page in pages.pages], float)
        self.threshold, self.expected = np.full(many, 0.5), np.zeros(many)

    def ranges(self) -> Iterator[tuple[int, int, int]]:
        """(page, its first block, the one after its last) of all pages."""
        offsets = self.blocks.offsets.tolist()
        return zip(range(len(offsets) - 1), offsets[:-1], offsets[1:], strict=True)

    def against(self, at: Any, reason: Reason, confidence: float, evidence: object) -> None:
        """Say something against a block, or some."""
        self.reason[at], self.confidence[at], self.evidence[at] = REASON[reason], confidence, evidence

    def open(self) -> NDArray[np.bool_]:
        """The blocks that nothing speaks against."""
        unnamed: NDArray[np.bool_] = self.reason == NONE
        return unnamed


def title_runs(blocks: Blocks) -> NDArray[np.int64]:
    """For each block the length of the run of title-like lines it stands in, 0 outside one."""
    n = len(blocks)
    alike = (blocks.fifths < _TITLE_WORDS * FIFTHS) & ~blocks.stops
    begins = alike.copy()
    begins[1:] &= ~alike[:-1]
    first = blocks.offsets[:-1]
    first = first[first < n]
    begins[first] = alike[first]
    run = np.cumsum(begins)
    lengths = np.bincount(run[alike], minlength=int(run[-1]) + 1 if n else 1)
    found: NDArray[np.int64] = np.where(alike, lengths[run], 0)
    return found
