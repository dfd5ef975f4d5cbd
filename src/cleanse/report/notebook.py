"""Results as cards in a notebook: a few numbers and bars, styled in place, nothing of a document interpreted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cleanse.report import charts
from cleanse.report.page import card
from cleanse.report.tallies import family
from cleanse.report.wording import counted, label, number, percent

if TYPE_CHECKING:
    import pyarrow as pa

    from cleanse.config import Dedup

_COLOURS = {"boilerplate": "#b98a3e", "duplicate": "#4b74a8", "empty": "#8a8f96", "kept": "#7d9c8c", "read": "#b9bdc2"}


def result_card(run: dict[str, Any], folder: str) -> str:
    """What run.json holds of a run, as HTML."""
    counts = run["counts"]
    words = Counter[str]()
    for reason, row in counts["reasons"].items():
        words[family(reason)] += row["words"]
    head = {"words_in": counts["words_in"], "words_out": counts["words_out"]} | {
        f"words_{name}": words[name] for name in ("boilerplate", "duplicate")
    }
    rows = [
        {"name": step["label"], "colour": _COLOURS[step["name"]], "x": step["x"], "width": step["width"]}
        | {"value": number(step["words"]), "share": percent(step["share"])}
        for step in charts.funnel(head)
    ]
    title = f"{number(counts['kept'])} of {counted(counts['documents'], 'document')} kept"
    return card(title, rows, f"{folder}: .corpus .dropped .matches .clusters .explain(id) .at(coverage)")


def duplicates_card(documents: int, removed: pa.Table, settings: Dedup) -> str:
    """The removed documents by kind, as HTML."""
    kinds = Counter(removed["kind"].to_pylist())
    most = max(kinds.values(), default=0)
    rows = [
        {"name": label(kind), "colour": _COLOURS["duplicate"], "x": 0, "width": round(100 * count / most, 2)}
        | {"value": number(count), "share": percent(count / documents if documents else None)}
        for kind, count in kinds.most_common()
    ]
    title = f"{number(removed.num_rows)} of {counted(documents, 'document')} are duplicates"
    note = f"coverage {settings.coverage:g}, similarity {settings.similarity:g}: .matches .clusters .removed .explain(id) .at(coverage)"
    return card(title, rows, note)
