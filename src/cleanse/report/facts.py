"""The facts of a run: what report.json holds and report.html shows. Plain values; report.schema.json describes the keys.

schema       1
run          cleanse, finished, fingerprint, command, seconds {stage: s}, settings {section: {name: value}}
headline     documents, kept, removed, empty, unreadable; words_in, words_out, words_boilerplate, words_duplicate and
             share_boilerplate, share_duplicate of words_in; removed_by_kind {reason: documents}; passages_dropped
reasons      [{reason, family, pieces, words, documents, blocks, passages, removed, share, confidence, examples [...]}]
sources      sources, of: those that examples can be filtered by
overlap      sources, of, cap, cell_cap, cells[i][j] {pairs, documents, passages, words, shown}: text kept in source i
             stands in source j, too
thresholds   similarity, coverage: {bins, threshold, flips [{value, back, gone, removed}]}
pairs        [{kind, pairs, matches, words}]
clusters     count, members, cap, member_cap, shown [{cluster, size, words, similarity, coverage, sources, kinds,
             survivor, survivor_words, most_words, why, members [...]}]
matches      pairs, matches, cap, span_cap, shown [{a, b, kind, similarity, coverage_a, coverage_b, removed, verdict,
             spans, shown [...]}]
pages        count, cap, piece_cap, shown [{id, title, status, reason, survivor, of, pieces [...]}]
documents    {id: {source, url, date, title, opening, removed}} of every document that clusters and matches show
inputs       count, bytes, shown [{path, bytes, sha256, version?, changed?}];  unreadable  count, shown [{path, place, error}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse.report import tallies
from cleanse.report.examples import examples
from cleanse.report.folder import RunFolder
from cleanse.report.groups import largest
from cleanse.report.overlap import overlap
from cleanse.report.pages import PAGES, PIECES, shown_pages, telling
from cleanse.report.sides import SPANS, side_by_side, weakest
from cleanse.report.texts import titles
from cleanse.report.thresholds import thresholds

if TYPE_CHECKING:
    from pathlib import Path

#: Version of the keys above: raised when one changes its meaning or goes.
SCHEMA = 1
#: Inputs and unreadable places that are listed; run.json has all.
LISTED = 200


def build_report(folder: Path) -> dict[str, Any]:
    """The facts of the run in ``folder``; raises InputNotFound if there is none."""
    with RunFolder(folder) as run:
        tallies.make_pairs(run)
        found = tallies.reasons(run)
        head = headline(run.run, found)
        shown, sources = examples(run)
        for row in found:
            row["share"] = _share(row["words"], head["words_in"])
            row["examples"] = shown.get(row["reason"], [])
        clusters = largest(run)
        kinds = tallies.pair_counts(run)
        cap = int(run.setting("write", "report_matches"))
        pairs = weakest(run, cap)
        ids = [row[side] for row in pairs for side in ("a", "b")]
        ids += [member["id"] for cluster in clusters["shown"] for member in cluster["members"]]
        pages = telling(run, _first_examples(shown))
        run.fetch([*ids, *pages])
        return {
            "schema": SCHEMA,
            "run": _run(run.run),
            "headline": head,
            "reasons": found,
            "sources": sources,
            "overlap": overlap(run),
            "thresholds": thresholds(run),
            "pairs": kinds,
            "clusters": clusters,
            "matches": {
                "pairs": sum(row["pairs"] for row in kinds),
                "matches": sum(row["matches"] for row in kinds),
                "cap": cap,
                "span_cap": SPANS,
                "shown": side_by_side(run, pairs),
            },
            "pages": {
                "count": head["documents"],
                "cap": PAGES,
                "piece_cap": PIECES,
                "shown": shown_pages(run, pages),
            },
            "documents": titles(run, ids),
            "inputs": _listed(run.run.get("inputs", []), "bytes"),
            "unreadable": _listed(run.run.get("unreadable", [])),
        }


def _run(run: dict[str, Any]) -> dict[str, Any]:
    return {
        "cleanse": run.get("version", ""),
        "finished": run.get("finished", ""),
        "fingerprint": run.get("fingerprint", ""),
        "command": run.get("command", ""),
        "seconds": run.get("seconds", {}),
        "settings": run.get("config", {}),
    }


def headline(run: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers asked for first, of what run.json holds and the tally of reasons."""
    counts = run.get("counts", {})
    numbers = {name: int(counts.get(name) or 0) for name in ("documents", "kept", "removed", "empty", "unreadable")}
    words = {family: sum(row["words"] for row in found if row["family"] == family) for family in tallies.FAMILIES}
    words_in = int(counts.get("words_in") or 0)
    return numbers | {
        "words_in": words_in,
        "words_out": int(counts.get("words_out") or 0),
        "words_boilerplate": words["boilerplate"],
        "words_duplicate": words["duplicate"],
        "share_boilerplate": _share(words["boilerplate"], words_in),
        "share_duplicate": _share(words["duplicate"], words_in),
        "removed_by_kind": {row["reason"]: row["removed"] for row in found if row["removed"]},
        "passages_dropped": sum(row["passages"] for row in found),
    }


def _first_examples(shown: dict[str, list[dict[str, Any]]]) -> list[str]:
    """The documents of the reasons' first examples, a reason after the other."""
    turns = [row["id"] for turn in range(4) for rows in shown.values() for row in rows[turn : turn + 1]]
    return list(dict.fromkeys(turns))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _listed(rows: list[dict[str, Any]], total: str = "") -> dict[str, Any]:
    facts: dict[str, Any] = {"count": len(rows), "shown": rows[:LISTED]}
    if total:
        facts[total] = sum(int(row.get(total) or 0) for row in rows)
    return facts
