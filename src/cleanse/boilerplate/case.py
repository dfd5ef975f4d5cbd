"""A page being judged: its blocks, and what was found against each so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanse.boilerplate.blocks import Block, Page
    from cleanse.boilerplate.phrases import Said
    from cleanse.schema import Reason

#: Lines of fewer words can stand in a run of titles.
_TITLE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a block. ``confidence`` is in 0..1; ``evidence`` is a line for people."""

    reason: Reason | None
    confidence: float
    evidence: str

    @property
    def kept(self) -> bool:
        """Whether the block stays."""
        return self.reason is None


class Case:
    """The evidence on one page. ``noise[i]`` is the verdict of the passes so far, None while nothing speaks against a block;
    ``said[i]`` what it says; ``runs[i]`` the length of the run of title-like lines it stands in; ``title`` the title's place;
    ``threshold`` and ``expected`` the page's operating point: see `cleanse.boilerplate.operating`."""

    def __init__(self, page: Page) -> None:
        self.page, self.blocks = page, page.blocks
        self.said: list[Said | None] = [block.said for block in page.blocks]
        self.noise: list[Verdict | None] = [None] * len(page.blocks)
        self.runs = _title_runs(page.blocks)
        self.title = -1
        self.threshold, self.expected = 0.5, 0.0

    def named(self, at: int) -> Reason | None:
        """The reason against a block, if there is one."""
        verdict = self.noise[at]
        return verdict.reason if verdict else None


def _title_runs(blocks: list[Block]) -> list[int]:
    """For each block the length of the run of title-like lines it stands in, 0 outside one."""
    runs = [0] * len(blocks)
    start = 0
    for i in range(len(blocks) + 1):
        if i < len(blocks) and blocks[i].size < _TITLE_WORDS and not blocks[i].stops:
            continue
        for at in range(start, i):
            runs[at] = i - start
        start = i + 1
    return runs
