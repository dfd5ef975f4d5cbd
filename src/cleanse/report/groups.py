"""The largest clusters of a run, each with its survivor first and then its weakest members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleanse.report.verdict import survival

if TYPE_CHECKING:
    from cleanse.report.folder import RunFolder

#: Clusters shown, and members of each; clusters.parquet holds all.
CLUSTERS = 200
MEMBERS = 12

_PLACES = pa.schema([("cluster", pa.int64()), ("place", pa.int64())])
_LARGEST = """
SELECT cluster, count(*) AS size,
       coalesce(sum(words) FILTER (NOT survivor), 0)::BIGINT AS words,
       min(similarity) FILTER (NOT survivor) AS similarity,
       min(coverage) FILTER (NOT survivor) AS coverage,
       list_sort(list_distinct(list(coalesce(source, ''))))[:20] AS sources,
       list_sort(list_distinct(list(kind) FILTER (NOT survivor))) AS kinds,
       min(id) FILTER (survivor) AS survivor,
       coalesce(max(words) FILTER (survivor), 0) AS survivor_words,
       coalesce(max(words) FILTER (NOT survivor), 0) AS most_words
FROM clusters GROUP BY cluster ORDER BY size DESC, cluster LIMIT $1
"""
_MEMBERS = """
SELECT place, id, coalesce(source, '') AS source, survivor, kind, similarity, coverage, words
FROM clusters JOIN shown_clusters USING (cluster)
QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY survivor DESC, coverage, similarity, id) <= $1
ORDER BY place, survivor DESC, coverage, similarity, id
"""


def largest(run: RunFolder) -> dict[str, Any]:
    """``count`` and ``members`` of all clusters, and the ``CLUSTERS`` largest as ``shown``, each with why its survivor stays."""
    total = run.rows("SELECT count(DISTINCT cluster) AS count, count(*) AS members FROM clusters")[0]
    shown = run.rows(_LARGEST, CLUSTERS)
    places = [{"cluster": row["cluster"], "place": place} for place, row in enumerate(shown)]
    run.register("shown_clusters", places, _PLACES)
    dedup = run.run.get("config", {}).get("dedup", {})
    if run.run.get("index"):
        dedup = dedup | {"survivor": "first"}  # what an index has seen stays, whatever the setting
    for row in shown:
        row["why"] = survival(row, dedup)
        row["members"] = []
    for member in run.rows(_MEMBERS, MEMBERS):
        shown[member.pop("place")]["members"].append(member)
    return total | {"cap": CLUSTERS, "member_cap": MEMBERS, "shown": shown}
