"""Marks: by what the index finds documents, keys and sketches of their passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.candidates import token_batches
from cleanse.dedup.signatures import sign
from cleanse.index.keys import lowest_keys
from cleanse.index.sketches import Sketches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.config import Dedup
    from cleanse.dedup.tokens import Tokens
    from cleanse.index.frequencies import Stretch


class Marks(NamedTuple):
    """What the index keeps of documents to find them by: ``docs``, their numbers, ascending, and ``keys``, a row each; and
    the sketches of their passages."""

    docs: NDArray[np.int64]
    keys: NDArray[np.uint64]
    sketches: Sketches


def document_marks(tokens: Tokens, docs: NDArray[np.int64], stretches: list[Stretch], settings: Dedup) -> Marks:
    """The marks of some documents, numbered as in ``docs``; in each of their stretches other shingles are common."""
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    counts, found, sketches = [np.empty(0, np.int64)], [np.empty(0, np.uint64)], []
    for stretch in stretches:
        for chosen, batch in token_batches(tokens, docs[stretch.first : stretch.last]):
            signatures = sign(batch, settings, stretch.common)
            mine, keys = lowest_keys(signatures.docs, band_keys(signatures.values, bands, rows))
            counts.append(np.bincount(mine, minlength=len(chosen)))
            found.append(keys)
            sketches.append(Sketches.of(signatures, len(chosen), settings))
    keys = np.concatenate(found)
    found.clear()  # 2 KB a document
    numbers = np.repeat(np.arange(len(docs)), np.concatenate(counts))
    return Marks(numbers, keys, Sketches.joined(sketches, settings))
