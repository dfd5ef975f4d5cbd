"""Duplicates online: each text is compared with those that came before it, by the rules of a run, as long as they are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from cleanse.config import Dedup
from cleanse.dedup.bands import band_keys, choose_bands
from cleanse.dedup.bandstore import sketch
from cleanse.dedup.candidates import PAIR
from cleanse.dedup.recent import Recalled, Recent
from cleanse.dedup.settle import remove_documents
from cleanse.dedup.shingles import COUNTERS, common, count_shingles
from cleanse.dedup.signatures import sign
from cleanse.dedup.store import read_only, select
from cleanse.dedup.tokens import Tokens, fingerprints, tokenise
from cleanse.dedup.verify import SPAN, spans
from cleanse.engines import Local

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

#: What `remove_documents` asks of documents, and of exact duplicates, which are told before.
_RANKED = pa.schema([("doc", pa.int64()), ("text_words", pa.int64())])
_EXACT = pa.schema([("doc", pa.int64()), ("survivor", pa.int64())])


class Duplicate(NamedTuple):
    """Of what a text is a duplicate: the name of that one, and kind, similarity and coverage as in `schema.CLUSTER`."""

    survivor: str
    kind: str
    similarity: float
    coverage: float


class OnlineDuplicates:
    """Texts one by one, in ``memory`` bytes (and 16 MB of counters).

    The verdicts are those of a run with ``survivor = first`` over the texts that are remembered, but for two things: a
    text that a later one contains has gone out already, and which shingles are common is only known so far.
    """

    def __init__(self, settings: Dedup | None = None, *, memory: int = 256 * 2**20) -> None:
        self._settings = settings or Dedup()
        self._recent = Recent(memory, self._settings)
        self._counts = np.zeros(COUNTERS, np.uint32)
        self._came = 0
        self._engine = Local()

    def __enter__(self) -> OnlineDuplicates:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._engine.close()

    @property
    def remembered(self) -> tuple[int, int]:
        """How many texts are remembered, and the bytes that they take."""
        return len(self._recent), self._recent.size

    def add(self, name: str, text: str) -> Duplicate | None:
        """Of what remembered text this one is a duplicate; None, and it is remembered, if of none."""
        plain = self._settings.profile == "classic"
        tokens = tokenise(pa.array([text], pa.large_string()), plain=plain)
        if not tokens.offsets[-1]:
            return None
        fingerprint = fingerprints(tokens).tobytes()
        if (number := self._recent.equal(fingerprint)) is not None:
            return Duplicate(self._recent.use(number).name, "exact", 1.0, 1.0)
        whole = select(tokens, np.zeros(1, np.int64))
        self._came += 1
        count_shingles(whole, self._settings.shingle_words, self._counts)
        shared = None if plain else common(self._counts, self._came, self._settings)
        signatures = sign(whole, self._settings, shared).values
        bands = choose_bands(self._settings.lsh_similarity, self._settings.lsh_recall, self._settings.num_perm)
        keys, sketches = band_keys(signatures, *bands), sketch(signatures)
        doc = Recalled(self._came, name, fingerprint, tokens)
        if candidates := self._recent.meeting(keys, sketches):
            duplicate = self._verified(candidates, doc, shared)
            if duplicate:
                return duplicate
        self._recent.remember(doc, keys, sketches)
        return None

    def _verified(
        self, candidates: list[Recalled], doc: Recalled, shared: NDArray[np.bool_] | None
    ) -> Duplicate | None:
        """The verdict of the run's own stages on the candidates, which rank first, and the document, which ranks last."""
        engine, last = self._engine, len(candidates)
        tokens = _joined([*(candidate.tokens for candidate in candidates), doc.tokens])
        pairs = pa.record_batch([pa.array(range(last), pa.int64()), pa.array([last] * last, pa.int64())], schema=PAIR)
        ranked = [pa.array(range(last + 1), pa.int64()), pa.array(np.diff(tokens.offsets))]
        engine.load("ranked", [pa.record_batch(ranked, schema=_RANKED)], _RANKED)
        engine.load("exact", [], _EXACT)
        engine.load("spans", spans(iter([pairs]), tokens, shared, self._settings, threads=1), SPAN)
        remove_documents(engine, self._settings)
        for row in (row for batch in engine.stream("removed") for row in batch.to_pylist()):
            if row["doc"] == last:
                survivor = self._recent.use(candidates[row["survivor"]].number)
                return Duplicate(survivor.name, row["kind"], row["similarity"], row["coverage"])
        return None


def _joined(documents: list[Tokens]) -> Tokens:
    """Documents as one batch."""
    sizes = [len(document.hashes) for document in documents]
    hashes, starts, ends = (
        read_only(np.concatenate([getattr(document, name) for document in documents]))
        for name in ("hashes", "starts", "ends")
    )
    return Tokens(hashes=hashes, starts=starts, ends=ends, offsets=np.cumsum([0, *sizes], dtype=np.int64))
