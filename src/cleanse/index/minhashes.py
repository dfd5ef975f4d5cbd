"""MinHashes: what an index holds as datasketch's LeanMinHash, and LeanMinHash from elsewhere looked up in an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.signatures import sign
from cleanse.dedup.tokens import tokenise
from cleanse.errors import UsageError
from cleanse.index.keys import lowest_keys
from cleanse.index.known import kept_texts
from cleanse.index.segments import find_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datasketch import LeanMinHash

    from cleanse.config import Dedup
    from cleanse.index.file import IndexFile

#: What datasketch calls the permutations that signatures are made with.
SCHEME, SEED = "affine32", 1


def lean_minhashes(texts: Iterable[str], settings: Dedup) -> Iterator[list[LeanMinHash]]:
    """The signatures of each text, one for each of its passages (see ``dedup.window_words``); none without words."""
    from datasketch import LeanMinHash

    for text in texts:
        tokens = tokenise(pa.array([text], pa.large_string()), plain=settings.profile == "classic")
        values = sign(tokens, settings).values
        yield [LeanMinHash(seed=SEED, hashvalues=row, scheme=SCHEME) for row in values]


def stored_minhashes(file: IndexFile, *, passages: bool) -> Iterator[tuple[str, int, LeanMinHash]]:
    """The signatures of the kept documents: id, number of the passage (0 for a whole document), signature."""
    settings = file.settings
    if not passages:
        from msgspec.structs import replace

        settings = replace(settings, window_words=0)
    for batch in kept_texts(file):
        for name, found in zip(
            batch["id"].to_pylist(), lean_minhashes(batch["text"].to_pylist(), settings), strict=True
        ):
            for passage, minhash in enumerate(found):
                yield name, passage, minhash


def meeting(file: IndexFile, minhash: LeanMinHash) -> list[tuple[str, int]]:
    """Kept documents that share band keys with a passage's signature, and how many, the most first."""
    settings = file.settings
    if (minhash.scheme, minhash.seed, len(minhash)) != (SCHEME, SEED, settings.num_perm):
        raise UsageError(
            f"a MinHash of scheme {minhash.scheme}, seed {minhash.seed} and {len(minhash)} permutations; the index has "
            f"scheme {SCHEME}, seed {SEED} and {settings.num_perm}: make it with these"
        )
    bands, rows = choose_bands(settings.lsh_similarity, settings.lsh_recall, settings.num_perm)
    values = np.asarray(minhash.hashvalues, np.uint32).reshape(1, -1)
    _, keys = lowest_keys(np.zeros(1, np.int64), band_keys(values, bands, rows))
    _, docs = find_entries(file, keys)
    numbers, hits = np.unique(docs, return_counts=True)
    met = pa.table({"doc": numbers, "hits": hits})
    query = "SELECT id, hits FROM documents JOIN given USING (doc) WHERE survivor IS NULL ORDER BY hits DESC, doc"
    return [(row["id"], row["hits"]) for batch in file.read(query, met) for row in batch.to_pylist()]
