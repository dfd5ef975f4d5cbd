"""The S-curve of LSH: how likely two passages meet in a band, by their Jaccard similarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanse.dedup.bands import choose_bands

if TYPE_CHECKING:
    from cleanse.config import Dedup


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Bands of rows, cut from a signature: with datasketch, ``MinHashLSH(params=(bands, rows))``."""

    bands: int
    rows: int

    def probability(self, similarity: float) -> float:
        """That two passages of this Jaccard similarity share a band: 1 - (1 - s^rows)^bands."""
        return float(1 - (1 - similarity**self.rows) ** self.bands)

    @property
    def even(self) -> float:
        """The similarity at which every second pair meets.

        >>> curve = Curve(bands=25, rows=5)
        >>> round(curve.even, 3), round(curve.probability(curve.even), 3)
        (0.487, 0.5)
        """
        return float((1 - 0.5 ** (1 / self.bands)) ** (1 / self.rows))

    def points(self, count: int = 20) -> list[tuple[float, float]]:
        """(similarity, probability) at ``count`` even steps up to 1."""
        return [(step / count, self.probability(step / count)) for step in range(1, count + 1)]


def s_curve(settings: Dedup) -> Curve:
    """The curve of the bands that the settings choose."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    return Curve(bands=bands, rows=rows)
