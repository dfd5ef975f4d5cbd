"""The S-curve is what the bands do."""

from __future__ import annotations

import numpy as np
import pytest

from cleanse.config import PROFILES, Dedup
from cleanse.dedup.bands import band_keys
from cleanse.estimate import s_curve


@pytest.mark.parametrize("profile", PROFILES)
def test_bands_keep_the_promise_of_lsh_recall(profile: str) -> None:
    settings = Dedup(profile=profile)  # type: ignore[arg-type]
    assert s_curve(settings).probability(settings.lsh_similarity) >= settings.lsh_recall
    assert s_curve(settings).probability(s_curve(settings).even) == pytest.approx(0.5)


@pytest.mark.parametrize(("similarity", "profile"), [(0.1, "balanced"), (0.2, "balanced"), (0.5, "classic")])
def test_signatures_meet_as_often_as_the_curve_says(similarity: float, profile: str) -> None:
    """Signatures of two sets agree in each value with a probability that is their Jaccard similarity."""
    random = np.random.default_rng(1)
    pairs = 4000
    one, other = random.integers(0, 2**32, (2, pairs, 128), dtype=np.uint32)
    other = np.where(random.random((pairs, 128)) < similarity, one, other)
    curve = s_curve(Dedup(profile=profile))  # type: ignore[arg-type]
    keys = [band_keys(np.ascontiguousarray(side), curve.bands, curve.rows) for side in (one, other)]
    met = float((keys[0] == keys[1]).any(axis=1).mean())
    assert met == pytest.approx(curve.probability(similarity), abs=0.03)
