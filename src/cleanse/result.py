"""What a run or a search for duplicates returns: Arrow tables, the report's facts, and explanations by document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from cleanse import schema
from cleanse.config import Dedup, to_config
from cleanse.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.engines import Engine


class Result:
    """A finished run, read from its folder when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def corpus(self) -> pa.Table:
        """The kept documents: id, source, url, date, title, byline, language, site, text."""
        from cleanse.write.corpus import read_corpus

        return read_corpus(self.folder)

    @cached_property
    def dropped(self) -> pa.Table:
        """Every dropped block, passage and document (`cleanse.schema.DROPPED`)."""
        return self._table("dropped")

    @cached_property
    def matches(self) -> pa.Table:
        """Every aligned span (`cleanse.schema.MATCH`)."""
        return self._table("matches")

    @cached_property
    def clusters(self) -> pa.Table:
        """The members of each cluster, survivor first (`cleanse.schema.CLUSTER`)."""
        return self._table("clusters")

    @cached_property
    def report(self) -> dict[str, Any]:
        """What report.json holds."""
        facts: dict[str, Any] = msgspec.json.decode((self.folder / "report.json").read_bytes())
        return facts

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What run.json holds: settings, inputs, counts, timings."""
        manifest: dict[str, Any] = msgspec.json.decode((self.folder / "run.json").read_bytes())
        return manifest

    def explain(self, doc_id: str, passage: int | None = None) -> dict[str, Any]:
        """What became of a document and why; UsageError names the nearest ids for one that is not there.

        With ``passage`` that one of its matches, from 1, is whole and has its differences.
        """
        from cleanse.report import explain

        return explain(self.folder, doc_id, passage)

    def at(self, coverage: float | None = None, similarity: float | None = None) -> Duplicates:
        """The verdicts at other thresholds, from the stored matches; see `Duplicates.at`."""
        dedup = to_config({"dedup": self.manifest["config"]["dedup"]}, str(self.folder / "run.json")).dedup
        documents = self.manifest["counts"]["documents"]
        return Duplicates(documents, self.matches, self.clusters, _removed(self.clusters), dedup).at(
            coverage, similarity
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The corpus for whatever takes Arrow, as in ``polars.DataFrame(result)``."""
        return self.corpus.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        counts = self.manifest["counts"]
        words = counts["words_out"] / counts["words_in"] if counts["words_in"] else 0.0
        return (
            f"<Result {self.folder}: {counts['kept']:,} of {counts['documents']:,} documents and {words:.0%} of the words kept, "
            f"{counts['removed']:,} removed as duplicates>"
        )

    def _repr_html_(self) -> str:
        from cleanse.report import result_card

        return result_card(self.manifest, str(self.folder))

    def _table(self, name: str) -> pa.Table:
        import pyarrow.parquet as pq

        return pq.read_table(self.folder / f"{name}.parquet")


@dataclass(frozen=True)
class Duplicates:
    """The duplicates among documents: Arrow tables.

    ``matches`` as `cleanse.schema.MATCH`, ``clusters`` as `cleanse.schema.CLUSTER`; ``removed`` has ``id``, its
    ``survivor``, ``kind`` (exact, near, contained), ``similarity`` and ``coverage``; ``settings`` are those that decided.

    >>> from cleanse import find_duplicates
    >>> found = find_duplicates(["The harbour was closed on Monday after the storm of the night before."] * 3)
    >>> found.documents, found.clusters.num_rows, found.removed["survivor"].to_pylist()
    (3, 3, ['0', '0'])
    """

    documents: int
    matches: pa.Table
    clusters: pa.Table
    removed: pa.Table
    settings: Dedup

    @classmethod
    def of(cls, engine: Engine, settings: Dedup | None = None) -> Duplicates:
        """From the tables that deduplication made with ``settings``."""
        removed = """
            SELECT x.id, y.id AS survivor, kind, similarity::FLOAT AS similarity, coverage::FLOAT AS coverage
            FROM removed JOIN ranked x USING (doc) JOIN ranked y ON y.doc = removed.survivor ORDER BY x."order"
        """
        documents = sum(len(batch) for batch in engine.stream('SELECT doc FROM ranked WHERE "order" >= 0'))
        return cls(
            documents,
            pa.Table.from_batches(engine.stream("matches"), schema.MATCH),
            pa.Table.from_batches(engine.stream("clusters"), schema.CLUSTER),
            pa.Table.from_batches(engine.stream(removed), _REMOVED),
            settings or Dedup(),
        )

    def at(self, coverage: float | None = None, similarity: float | None = None) -> Duplicates:
        """The verdicts at other thresholds, without comparing anew; one that is not given stays as it was.

        ``matches`` are the same; ``removed`` and ``clusters`` change. A document that comes back may have another survivor
        in a new run, and below the thresholds only pairs with a reported passage are known. Raises ConfigError for a
        threshold outside 0..1.
        """
        from cleanse.report import replay

        changed = {"coverage": coverage, "similarity": similarity}
        tree = msgspec.to_builtins(self.settings) | {
            name: value for name, value in changed.items() if value is not None
        }
        settings = to_config({"dedup": tree}, "at").dedup
        removed, clusters = replay(self.matches, self.clusters, self.settings, settings)
        return Duplicates(self.documents, self.matches, clusters, removed, settings)

    def explain(self, doc_id: str) -> dict[str, Any]:
        """The verdict on a document, its cluster and its matches; UsageError for an id that is in no match."""
        cluster = self.clusters.filter(pc.field("id") == doc_id)["cluster"].to_pylist()
        matches = self.matches.filter((pc.field("a") == doc_id) | (pc.field("b") == doc_id)).to_pylist()
        if not cluster and not matches:
            raise UsageError(f"no duplicate and no shared passage is known of {doc_id!r}")
        removed = self.removed.filter(pc.field("id") == doc_id).to_pylist()
        return {
            "id": doc_id,
            "kept": not removed,
            "removed": removed[0] if removed else None,
            "cluster": self.clusters.filter(pc.field("cluster") == cluster[0]).to_pylist() if cluster else [],
            "matches": matches,
        }

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The removed documents for whatever takes Arrow, as in ``polars.DataFrame(duplicates)``."""
        return self.removed.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return (
            f"<Duplicates: {self.removed.num_rows:,} of {self.documents:,} documents removed, matches: {self.matches.num_rows:,}; "
            f"coverage {self.settings.coverage:g}, similarity {self.settings.similarity:g}>"
        )

    def _repr_html_(self) -> str:
        from cleanse.report import duplicates_card

        return duplicates_card(self.documents, self.removed, self.settings)


_REMOVED = pa.schema(
    [(name, pa.string()) for name in ("id", "survivor", "kind")]
    + [("similarity", pa.float32()), ("coverage", pa.float32())]
)


def _removed(clusters: pa.Table) -> pa.Table:
    """The removed documents of clusters, each with its survivor."""
    survivors = (
        clusters.filter(pc.field("survivor")).select(["cluster", "id"]).rename_columns(["cluster", "survivor_id"])
    )
    joined = clusters.filter(~pc.field("survivor")).drop_columns(["survivor"]).join(survivors, "cluster")
    renamed = joined.rename_columns({"survivor_id": "survivor"}).select(_REMOVED.names)
    return renamed.cast(_REMOVED).sort_by("id")
