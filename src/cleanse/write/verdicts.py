"""One document's verdicts as rows: what stays of it, where, and what was dropped, each piece in exactly one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cleanse.boilerplate.blocks import words_of
from cleanse.schema import DUPLICATE_REASONS, Reason

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Removal:
    """A document that goes, and the survivor that has its text, in the corpus or in the index."""

    survivor: str
    kind: str
    similarity: float
    coverage: float
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """``text[start:end]`` goes; the survivor has it at ``survivor_start`` to ``survivor_end`` of its page."""

    start: int
    end: int
    survivor: str
    survivor_start: int
    survivor_end: int
    similarity: float
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """``text`` is None for a document that goes as a whole."""

    text: str | None
    words: int
    kept: list[Row]
    dropped: list[Row]


def outcome(page: Row, removal: Removal | None, cuts: list[Cut]) -> Outcome:
    """The rows of KEPT and DROPPED for a row of PAGE, and the text that goes into the corpus."""
    dropped = [_block_row(page, block) for block in page["blocks"] if not block["kept"]]
    text, pieces, words = page["text"], page["pieces"], page["text_words"]
    if not text:
        dropped.append(_row(page, "document", "document", Reason.EMPTY, 1.0, "nothing of it was kept", 0, 0, 0, ""))
        return Outcome(None, 0, [], dropped)
    if removal is not None:
        evidence = f"{removal.coverage:.0%} of it stands in {_named(removal)}, {removal.similarity:.0%} alike"
        bounds = pieces[0]["page_start"], pieces[-1]["page_start"] + pieces[-1]["length"]
        reason = DUPLICATE_REASONS[removal.kind]
        sure = round(removal.coverage * removal.similarity, 4)
        dropped.append(
            _row(page, "document", "document", reason, sure, evidence, *bounds, words, text, removal.survivor)
        )
        return Outcome(None, 0, _kept(page["id"], pieces), dropped)
    if not cuts:
        return Outcome(text, words, _kept(page["id"], pieces), dropped)
    return _cut(page, sorted(cuts, key=lambda cut: cut.start), dropped)


def _cut(page: Row, cuts: list[Cut], dropped: list[Row]) -> Outcome:
    text, pieces = page["text"], page["pieces"]
    stays: list[tuple[int, int]] = []
    at = 0
    for cut in cuts:
        # cuts are widened to the stops and quotes of their sentences, so that two may meet in one
        first = max(cut.start, at)
        if first >= cut.end:
            continue
        stays.append(_trim(text, at, first))
        evidence = f"also in {_named(cut)}, {cut.similarity:.0%} alike"
        for start, end, on_page in _split(pieces, first, cut.end):
            inside = _trim(text, start, end)
            if inside[0] == inside[1]:
                continue
            shift = on_page - start
            part = text[slice(*inside)]
            dropped.append(
                _row(
                    page, "passage", "passage", Reason.SHARED_PASSAGE, cut.similarity, evidence,
                    inside[0] + shift, inside[1] + shift, len(words_of(part)), part,
                    cut.survivor, cut.survivor_start, cut.survivor_end,
                )
            )  # fmt: skip
        at = cut.end
    stays.append(_trim(text, at, len(text)))
    kept: list[Row] = []
    parts: list[str] = []
    length, before = 0, 0
    for start, end in stays:
        if start == end:
            continue
        if parts:
            gap = text[before:start]
            joint = "\n\n" if "\n" in gap[:3] or "\n" in gap[-3:] else " "
            parts.append(joint)
            length += len(joint)
        for first, last, on_page in _split(pieces, start, end):
            kept.append({"page_start": on_page, "text_start": length + first - start, "length": last - first})
        parts.append(text[start:end])
        length += end - start
        before = end
    rest = "".join(parts)
    if not rest:
        evidence = "all of it stands in other documents"
        dropped.append(_row(page, "document", "document", Reason.EMPTY, 1.0, evidence, 0, 0, 0, ""))
        return Outcome(None, 0, [], dropped)
    return Outcome(rest, len(words_of(rest)), _kept(page["id"], kept), dropped)


def _named(gone: Removal | Cut) -> str:
    return f"{gone.survivor!r} of the index" if gone.indexed else repr(gone.survivor)


def _split(pieces: list[dict[str, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    """(start, end, start on the page) of the parts of a span of text that stand in one piece each."""
    parts = []
    for piece in pieces:
        first = max(start, piece["text_start"])
        last = min(end, piece["text_start"] + piece["length"])
        if first < last:
            parts.append((first, last, piece["page_start"] + first - piece["text_start"]))
    return parts


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return start, max(start, start + len(part.strip()))


def _kept(doc_id: str, pieces: list[dict[str, int]]) -> list[Row]:
    return [{"id": doc_id, **piece} for piece in pieces]


def _block_row(page: Row, block: Row) -> Row:
    return _row(
        page, "block", block["kind"], Reason(block["reason"]), block["confidence"], block["evidence"],
        block["start"], block["end"], block["words"], page["page"][block["start"] : block["end"]],
    )  # fmt: skip


def _row(
    page: Row,
    level: str,
    kind: str,
    reason: Reason,
    confidence: float,
    evidence: str,
    start: int,
    end: int,
    words: int,
    text: str,
    survivor: str | None = None,
    survivor_start: int | None = None,
    survivor_end: int | None = None,
) -> Row:
    return {
        "id": page["id"],
        "source": page["source"],
        "level": level,
        "kind": kind,
        "reason": reason.value,
        "confidence": confidence,
        "evidence": evidence,
        "start": start,
        "end": end,
        "words": words,
        "text": text,
        "survivor": survivor,
        "survivor_start": survivor_start,
        "survivor_end": survivor_end,
    }
