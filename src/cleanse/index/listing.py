"""Matches listed: a new document and one of the index a row, with the places they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleanse.result import Duplicates


def listed(found: Duplicates) -> Iterator[dict[str, Any]]:
    """A row for each pair of what `Index.match` found, by document.

    ``id``, ``source``; ``match`` and ``match_source`` in the index; ``kind`` (exact, near, contained: the document is known;
    passage: a part of it is); ``similarity`` and ``coverage`` (the share of the new document that the other has); ``spans`` of
    ``start``, ``end`` in the new text and ``match_start``, ``match_end`` in the other, ``words`` and ``similarity``.
    """
    verdicts = {row["id"]: row for row in found.removed.to_pylist()}
    pairs: dict[tuple[str, str], dict[str, Any]] = {}
    for row in found.matches.to_pylist():
        pair = pairs.setdefault(
            (row["b"], row["a"]),
            {"id": row["b"], "source": row["b_source"], "match": row["a"], "match_source": row["a_source"]}
            | {"kind": row["kind"], "similarity": 0.0, "coverage": round(row["coverage_b"], 4), "spans": []},
        )
        pair["spans"].append(
            {"start": row["b_start"], "end": row["b_end"], "match_start": row["a_start"], "match_end": row["a_end"]}
            | {"words": row["words"], "similarity": round(row["similarity"], 4)}
        )
    for row in verdicts.values():
        # what has the words of a document that was removed is known by these words alone
        unaligned = {"id": row["id"], "source": None, "match": row["survivor"], "match_source": None, "spans": []}
        pair = pairs.setdefault((row["id"], row["survivor"]), unaligned)
        pair |= {name: row[name] for name in ("kind", "similarity", "coverage")}
    for _, pair in sorted(pairs.items()):
        if not pair["similarity"] and pair["spans"]:
            words = sum(span["words"] for span in pair["spans"])
            pair["similarity"] = sum(span["words"] * span["similarity"] for span in pair["spans"]) / max(words, 1)
        pair["similarity"] = round(pair["similarity"], 4)
        yield pair
