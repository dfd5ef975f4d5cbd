"""How far the verdicts hang on the thresholds: pairs by similarity and coverage, and what would flip elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse.config import Dedup
from cleanse.report.replay import Stored, back, gone

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Bins of a histogram over 0..1; other thresholds are tried at their edges, from LOWEST on.
BINS = 20
LOWEST = 0.3
#: Tried around the threshold, besides.
_NEAR = (-0.02, -0.01, 0.01, 0.02)


def thresholds(run: RunFolder) -> dict[str, Any]:
    """For similarity and coverage: ``bins`` of pairs, the ``threshold``, and ``flips`` at other values of it.

    A flip has the ``value``, how many removed documents come ``back``, how many kept ones are ``gone``, and how many
    would be ``removed`` then; the other threshold stays as it is.
    """
    now = {name: float(run.setting("dedup", name)) for name in ("coverage", "similarity")}
    dedup = {name: run.setting("dedup", name) for name in ("contained_share", "teaser_words")}
    stored = Stored.of(run.table, Dedup(**dedup), hashed=True)
    return {name: _measure(run, stored, name, now) for name in ("similarity", "coverage")}


def _measure(run: RunFolder, stored: Stored, name: str, now: dict[str, float]) -> dict[str, Any]:
    values = {round(edge / BINS, 2) for edge in range(round(LOWEST * BINS), BINS + 1)}
    values |= {round(min(max(now[name] + step, 0), 1), 4) for step in _NEAR} | {now[name]}
    return {
        "bins": _bins(run, name),
        "threshold": now[name],
        "flips": [_flip(stored, name, value, now) for value in sorted(values)],
    }


def _flip(stored: Stored, name: str, value: float, now: dict[str, float]) -> dict[str, Any]:
    """Against the run's own verdicts: what a stored match would say there that the run did not is no flip."""
    here = now | {name: value}
    known = {found.id for found in gone(stored, **now)}
    come, go = int(back(stored, **here).sum()), sum(found.id not in known for found in gone(stored, **here))
    return {"value": value, "back": come, "gone": go, "removed": len(stored.removed["id"]) - come + go}


def _bins(run: RunFolder, measure: str) -> list[int]:
    column = {"similarity": "similarity", "coverage": "greatest(coverage_a, coverage_b)"}[measure]
    counts = run.rows(
        f"SELECT least(floor({column} * $1 + 1e-6), $1 - 1)::INT AS bin, count(*) AS pairs FROM pairs GROUP BY bin",
        BINS,
    )
    bins = [0] * BINS
    for row in counts:
        bins[max(row["bin"] or 0, 0)] += row["pairs"]
    return bins
