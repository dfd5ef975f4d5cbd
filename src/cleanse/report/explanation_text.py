"""What became of one document, told on a terminal: plain text, nothing of a page acts on it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from cleanse.report.visible import one_line, tight
from cleanse.report.wording import counted, label, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator


def explain_text(facts: dict[str, Any]) -> str:
    """The facts of `explain` for a terminal: plain text, every control character of a page written out."""
    return "\n".join(_lines(facts))


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    yield f"{one_line(facts['id'])}  ({one_line(facts['source']) or 'no source'})"
    for name in ("title", "url", "date"):
        if facts[name]:
            yield f"  {name}: {one_line(facts[name], 160)}"
    yield f"  {_status(facts)}"
    if cluster := facts["cluster"]:
        yield from _cluster_lines(cluster, facts["id"])
    if passage := facts["passage"]:
        yield ""
        yield from _passage(passage, len(facts["matches"]))
        return
    pieces = [row for row in facts["dropped"] if row["level"] != "document"]
    yield ""
    words = sum(row["words"] or 0 for row in pieces)
    yield f"Page: {counted(len(facts['blocks']), 'piece')}, {number(len(pieces))} dropped with {counted(words, 'word')}"
    for row in facts["blocks"]:
        yield from _piece(row)
    if facts["unmatched"]:
        yield ""
        yield f"In no match with {one_line(facts['survivor']['id'])}, so that the corpus may not have it"
        for row in facts["unmatched"]:
            yield f"  [{row['start']}:{row['end']}]"
            yield from _quoted(row["text"])
    yield ""
    yield f"Matches: {len(facts['matches'])}" + ("; --passage N shows one whole" if facts["matches"] else "")
    for place, row in enumerate(facts["matches"], 1):
        yield from _match(place, row)


def _status(facts: dict[str, Any]) -> str:
    if facts["status"] == "kept":
        return "kept"
    if facts["status"] == "empty":
        return "removed: nothing was left of it after stripping"
    text = f"removed: {label(one_line(facts['reason']))}"
    if facts["survivor"]:
        what = "most of its text" if facts["unmatched"] else "its text"
        text += f"; {what} survives in {one_line(facts['survivor']['id'])}"
    return text + (f"  ({one_line(facts['evidence'], 160)})" if facts["evidence"] else "")


def _cluster_lines(cluster: dict[str, Any], own: str) -> Iterator[str]:
    yield ""
    yield f"Cluster {cluster['cluster']}: {cluster['size']} documents"
    for member in cluster["members"]:
        kind = label(one_line(member["kind"] or ""))
        role = "survivor" if member["survivor"] else f"{kind}, coverage {percent(member['coverage'])}"
        here = "*" if member["id"] == own else " "
        yield f" {here} {one_line(member['id'])}  {role}"
    if cluster["size"] > len(cluster["members"]):
        yield f"   and {cluster['size'] - len(cluster['members'])} more in clusters.parquet"


def _piece(row: dict[str, Any]) -> Iterator[str]:
    if row["reason"] is None or row["level"] == "document":
        yield f"  [{row['start']}:{row['end']}] {'kept' if row['reason'] is None else 'went with the document'}"
        yield from _quoted(row["text"])
        return
    sure = f", {row['confidence']:.2f}" if row["confidence"] is not None else ""
    yield f"  [{row['start']}:{row['end']}] {row['level']}, {label(one_line(row['reason']))}{sure}"
    if row["evidence"]:
        yield f"      because: {one_line(row['evidence'], 160)}"
    if row["survivor"]:
        yield f"      kept in: {one_line(row['survivor'])} [{row['survivor_start']}:{row['survivor_end']}]"
    yield from _quoted(row["text"])


def _match(place: int, row: dict[str, Any]) -> Iterator[str]:
    yield f"  {place}. {_numbers(row)}"
    yield from _quoted(row["text"])
    yield from _quoted(row["other_text"], mark="=")


def _passage(passage: dict[str, Any], of: int) -> Iterator[str]:
    """Both texts whole; words that the other side does not have stand in [-brackets-] here, {+braces+} there."""
    yield f"Match {passage['number']} of {of}: {_numbers(passage)}"
    for pieces, marks, heading in (
        (passage["pieces"], ("[-", "-]"), "this document; [-marked-] words are not in the other"),
        (
            passage["other_pieces"],
            ("{+", "+}"),
            f"{one_line(passage['other'])}; {{+marked+}} words are not in this one",
        ),
    ):
        yield ""
        yield f"  {heading}"
        text = "".join(f"{marks[0]}{piece.text}{marks[1]}" if piece.differs else piece.text for piece in pieces)
        for line in tight(text).splitlines():
            yield from (f"    {part}" for part in textwrap.wrap(one_line(line), 100, break_on_hyphens=False))
    if passage["truncated"]:
        yield ""
        yield f"  Both were cut: the match is longer than {number(len(passage['text']))} characters."


def _numbers(row: dict[str, Any]) -> str:
    return (
        f"[{row['start']}:{row['end']}] {one_line(row['kind'] or '')} with {one_line(row['other'])} "
        f"[{row['other_start']}:{row['other_end']}], {number(row['words'])} words, "
        f"similarity {percent(row['similarity'])}; the pair covers {percent(row['coverage'])} of this document, "
        f"{percent(row['other_coverage'])} of the other"
    )


def _quoted(text: str | None, mark: str = "|") -> Iterator[str]:
    for line in textwrap.wrap(one_line(text or "", 300), 100, break_on_hyphens=False):
        yield f"      {mark} {line}"
