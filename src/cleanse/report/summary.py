"""The end of `cleanse run` on a terminal: what went in, what was dropped and why, where the report is."""

from __future__ import annotations

from typing import Any

from cleanse.report.tallies import FAMILIES, family
from cleanse.report.visible import one_line
from cleanse.report.wording import counted, label, number, percent

_BAR = 20
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_TITLES = {"boilerplate": "Boilerplate", "duplicate": "Duplicates", "empty": "Nothing left"}


#: Colours of a family's bars on a terminal, by their ANSI numbers: yellow, blue, grey.
_COLOURS = {"boilerplate": 33, "duplicate": 34, "empty": 90}


def summary_text(run: dict[str, Any], report_path: str, *, unicode: bool = False, colour: bool = False) -> str:
    """A few aligned lines of what run.json holds; ASCII unless ``unicode``, only bars are coloured, and if asked."""
    counts = run.get("counts", {})
    lines = _totals(counts)
    reasons = counts.get("reasons", {})
    most = max((row["words"] for row in reasons.values()), default=0)
    whole = counts.get("words_in") or 0
    for name in FAMILIES:
        rows = [(reason, row) for reason, row in reasons.items() if family(reason) == name]
        rows.sort(key=lambda item: (-item[1]["words"], item[0]))
        if rows:
            words = sum(row["words"] for _, row in rows)
            lines += ["", f"{_TITLES[name]:<24}{_share(words, whole):>{_BAR + 2}} of the words"]
            ink = _COLOURS[name] if colour else 0
            lines += [_reason(reason, row, most, unicode, ink) for reason, row in rows]
    if unread := counts.get("unreadable"):
        lines += ["", f"{number(unread)} unreadable, named in the report"]
    if run.get("index"):
        lines += ["", _index(run["index"], counts)]
    lines += ["", f"Report  {one_line(report_path)}"]
    text = "\n".join(lines)
    return text.replace("->", "→") if unicode else text.encode("ascii", "backslashreplace").decode()


def _totals(counts: dict[str, Any]) -> list[str]:
    documents, kept, removed, empty = (counts.get(name) or 0 for name in ("documents", "kept", "removed", "empty"))
    words_in, words_out = (counts.get(name) or 0 for name in ("words_in", "words_out"))
    details = [f"{number(removed)} removed as duplicates"] + ([f"{number(empty)} empty"] if empty else [])
    if passages := counts.get("passages_dropped"):
        details.append(f"{counted(passages, 'passage')} cut")
    width = max(len(number(value)) for value in (documents, kept, words_in, words_out))
    return [
        f"Documents  {number(documents):>{width}} -> {number(kept):<{width}}  {', '.join(details)}",
        f"Words      {number(words_in):>{width}} -> {number(words_out):<{width}}  {_share(words_out, words_in)} kept",
    ]


def _index(index: dict[str, Any], counts: dict[str, Any]) -> str:
    had = f"Index   {one_line(index['path'])}: {counted(index['documents'], 'document')} before this run"
    if counts.get("documents") and counts.get("removed") == counts["documents"]:
        return f"{had}; it has all of these: were they run before?"
    return f"{had}, updated" if index["updated"] else had


def _reason(reason: str, row: dict[str, Any], most: int, unicode: bool, ink: int) -> str:
    bar = f"{_bar(row['words'] / most if most else 0.0, unicode):<{_BAR}}"
    pieces, words = number(row["pieces"]), number(row["words"])
    painted = f"\x1b[{ink}m{bar}\x1b[0m" if ink else bar
    return f"  {label(one_line(reason)):<22}{painted}  {words:>9} words in {pieces}"


def _bar(share: float, unicode: bool) -> str:
    if not unicode:
        return "#" * max(round(share * _BAR), 1 if share else 0)
    eighths = max(round(share * _BAR * 8), 1 if share else 0)
    return _EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else None).replace("–", "-")
