"""Profiles of deduplication: the settings of `Dedup` that each sets, as data. docs/deduplication.md says what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: In a profile: whatever `similarity` is.
SAME_AS_SIMILARITY = object()

#: What each profile sets, unless the setting itself is given.
PROFILES: Mapping[str, Mapping[str, Any]] = {
    # thresholds and bands: best F1 on planted copies of 14 kinds; survival: two of five words edited still pass it.
    # passage_survival: of two documents that both stay, a looser likeness is that of forms, or of two authors on one event, and
    # what differs would be lost. Of the passages cut of the set of `python bench/dedup.py`, planted ones (up to one word in five
    # edited) and others: .45 403 and 286, .75 402 and 228, .8 400 and 219, .85 375 and 213. Of news in five languages, half of
    # those below .75 had a fact of their own
    "balanced": {
        "coverage": 0.75,
        "similarity": 0.55,
        "survival": 0.45,
        "passage_survival": 0.75,
        "in_order": False,
        "contained_share": 0.4,
        "shingle_words": 3,
        "window_words": 80,
        "lsh_similarity": 0.15,
        "lsh_recall": 0.75,
    },
    # the same candidates, other verdicts: one word in twenty may be lost
    "strict": {
        "coverage": 0.9,
        "similarity": 0.9,
        "survival": 0.95,
        "passage_survival": 0.95,
        "in_order": True,
        "contained_share": 0.4,
        "shingle_words": 3,
        "window_words": 80,
        "lsh_similarity": 0.15,
        "lsh_recall": 0.75,
    },
    # what papers and other tools do: five-word shingles, 0.7 (text-dedup's default); bands that miss one pair in fifty
    "classic": {
        "similarity": 0.7,
        "lsh_similarity": SAME_AS_SIMILARITY,
        "lsh_recall": 0.98,
        "coverage": 0.0,
        "survival": 0.0,
        "passage_survival": 0.0,
        "in_order": False,
        "contained_share": 0.0,
        "shingle_words": 5,
        "window_words": 0,
    },
}
