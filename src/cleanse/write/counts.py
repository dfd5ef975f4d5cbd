"""What a run did, in numbers; and that no character was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from cleanse.errors import InternalError
from cleanse.schema import Reason
from cleanse.write.texts import visible

if TYPE_CHECKING:
    import pyarrow as pa

    from cleanse.write.verdicts import Outcome


@dataclass(slots=True)
class Counts:
    """What a run did, in numbers; ``largest_row`` is the bytes of the largest document of the corpus with what is said of it."""

    documents: int = 0
    characters: int = 0
    kept: int = 0
    removed: int = 0
    empty: int = 0
    words_in: int = 0
    words_stripped: int = 0
    words_out: int = 0
    blocks: int = 0
    passages_dropped: int = 0
    largest_row: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    reason_words: Counter[str] = field(default_factory=Counter)

    def add(self, pages: pa.RecordBatch, result: Outcome) -> None:
        """Count a batch; raises InternalError when a character of a page was lost or stands twice."""
        self.documents += len(pages)
        self.blocks += len(pages["blocks"].flatten())
        self.words_in += pc.sum(pages["page_words"]).as_py() or 0
        self.words_stripped += pc.sum(pages["text_words"]).as_py() or 0
        self.words_out += result.words
        self.kept += len(result.corpus)
        self.largest_row = max(self.largest_row, _largest(result.corpus))
        dropped = result.dropped
        by_reason = dropped.group_by(["level", "reason"]).aggregate([("words", "sum"), ("words", "count")])
        for row in by_reason.sort_by([("reason", "ascending"), ("level", "ascending")]).to_pylist():
            pieces, reason, level = row["words_count"], row["reason"], row["level"]
            self.reasons[reason] += pieces
            self.reason_words[reason] += row["words_sum"]
            self.passages_dropped += pieces if level == "passage" else 0
            self.empty += pieces if reason == Reason.EMPTY else 0
        self.removed = self.documents - self.kept - self.empty
        self._characters(pages, result)

    def to_dict(self) -> dict[str, Any]:
        """As run.json has them."""
        plain = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("reason")}
        ranked = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return plain | {"reasons": {name: {"pieces": n, "words": self.reason_words[name]} for name, n in ranked}}

    def _characters(self, pages: pa.RecordBatch, result: Outcome) -> None:
        came = visible(pages["page"])
        went = np.zeros(len(pages), np.int64)
        went[result.stays] = visible(result.corpus["text"].combine_chunks())
        np.add.at(went, result.dropped_of, visible(result.dropped["text"].combine_chunks()))
        self.characters += int(came.sum())
        wrong = np.flatnonzero(came != went)
        if len(wrong):
            page = int(wrong[0])
            raise InternalError(
                f"{pages['id'][page]}: {came[page]} characters came in, {went[page]} went out;"
                " please report this with the page"
            )


def _largest(rows: pa.Table) -> int:
    """The bytes of the strings of the largest row."""
    sizes = [pc.fill_null(pc.binary_length(column), 0).to_numpy().astype(np.int64) for column in rows.columns]
    return int(sum(sizes, start=np.zeros(len(rows), np.int64)).max(initial=0))
