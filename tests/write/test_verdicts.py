"""A batch of pages with removals and cuts becomes the rows that one page after the other would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanse import schema
from cleanse.boilerplate.counts import count_words
from cleanse.characters import visible_characters
from cleanse.dedup.passages import whole_sentences
from cleanse.errors import InternalError
from cleanse.write.counts import Counts
from cleanse.write.cutting import Cut, cut_out, plain_words
from cleanse.write.verdicts import Outcome, outcome

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

_NO_REMOVALS = pa.table({"page": pa.array([], pa.int64())})
_SENTENCES = ("One is here. ", "Zwei für dich! ", "三个字。", "\n", "  ", "Four\n\n", '"Five." ')


def page(number: int, sentences: list[str], kept: list[bool]) -> Row:
    """A page whose sentences are blocks, some of them kept."""
    text = "".join(sentences)
    blocks, pieces, parts = [], [], []
    at = length = 0
    for sentence, stays in zip(sentences, kept, strict=False):
        inside = sentence.strip()
        start = at + sentence.index(inside)
        at += len(sentence)
        if not inside:
            continue
        words = len(inside.split())
        blocks.append(
            {
                "start": start,
                "end": start + len(inside),
                "kind": "paragraph",
                "kept": stays,
                "reason": None if stays else "navigation",
                "confidence": 0.5,
                "evidence": "x",
                "words": words,
            }
        )
        if stays:
            length += 2 if parts else 0
            pieces.append({"page_start": start, "text_start": length, "length": len(inside)})
            length += len(inside)
            parts.append(inside)
    names = {"id": f"d{number}", "source": "s", "url": None, "date": None, "title": None, "path": "p"}
    words_in, words_out = (sum(b["words"] for b in blocks if which(b)) for which in (bool, lambda b: b["kept"]))
    return {
        "order": number, **names, "page": text, "blocks": blocks, "text": "\n\n".join(parts), "pieces": pieces,
        "page_words": words_in, "text_words": words_out, "confidence": 1.0,
    }  # fmt: skip


@st.composite
def batches(draw: st.DrawFn) -> tuple[list[Row], list[Row], list[Row]]:
    """Pages, with removals of some and cuts of others (or of the same: a removal comes first)."""
    pages, removals, cuts = [], [], []
    for number in range(draw(st.integers(1, 5))):
        sentences = draw(st.lists(st.sampled_from(_SENTENCES), max_size=6))
        pages.append(page(number, sentences, draw(st.lists(st.booleans(), min_size=6, max_size=6))))
        if draw(st.booleans()):
            like = {"similarity": 0.9, "coverage": 0.8, "indexed": draw(st.booleans())}
            removals.append({"page": number, "survivor": "it's", "kind": "near", **like})
        for _ in range(draw(st.integers(0, 2))):
            start, end = sorted(draw(st.tuples(*[st.integers(0, len(pages[-1]["text"]))] * 2)))
            place = {"survivor": "y", "keeper_start": 3, "keeper_end": 9, "similarity": 1.2, "indexed": False}
            cuts.append({"page": number, "start": start, "end": end, **place})
    return pages, removals, cuts


def sorted_out(
    pages: list[Row], removals: list[Row], cuts: list[Row], words: Callable[[str], int] = plain_words
) -> tuple[pa.RecordBatch, Outcome]:
    batch = pa.RecordBatch.from_pylist(pages, schema.PAGE)
    tables = [pa.Table.from_pylist(rows) if rows else _NO_REMOVALS for rows in (removals, cuts)]
    return batch, outcome(batch, *tables, words)


def one_by_one(row: Row, removal: Row | None, cuts: list[Row]) -> tuple[str | None, list[Row], list[Row]]:
    """The oracle: (text in the corpus, rows of KEPT, rows of DROPPED) of one page."""
    own = {"id": row["id"], "source": row["source"]}
    dropped = [
        own | {key: block[key] for key in ("kind", "reason", "confidence", "evidence", "start", "end", "words")}
        | {"level": "block", "text": row["page"][block["start"] : block["end"]]}
        for block in row["blocks"] if not block["kept"]
    ]  # fmt: skip
    kept = [{"id": row["id"], **piece} for piece in row["pieces"]]
    whole = own | {"level": "document", "kind": "document"}
    if not row["text"]:
        said = {"reason": "empty", "confidence": 1.0, "evidence": "nothing of it was kept"}
        return None, [], [*dropped, whole | said | {"start": 0, "end": 0, "words": 0, "text": ""}]
    if removal:
        last = row["pieces"][-1]
        survivor = '"it\'s" of the index' if removal["indexed"] else '"it\'s"'
        said = {"reason": "near_duplicate", "confidence": 0.72, "survivor": "it's"}
        said |= {
            "evidence": f"80% of it stands in {survivor}, 90% alike",
            "text": row["text"],
            "words": row["text_words"],
        }
        place = {"start": row["pieces"][0]["page_start"], "end": last["page_start"] + last["length"]}
        return None, kept, [*dropped, whole | said | place]
    spans = [whole_sentences(row["text"], cut["start"], cut["end"]) for cut in cuts]
    if not any(start < end for start, end in spans):
        return row["text"], kept, dropped
    rest = cut_out(row, [Cut(start, end, "y", 3, 9, 1.0) for start, end in spans if start < end])
    return rest.text or None, rest.kept, [*dropped, *rest.dropped]


@settings(max_examples=200)
@given(batches(), st.booleans())
def test_a_batch_is_its_pages_one_by_one(drawn: tuple[list[Row], list[Row], list[Row]], many: bool) -> None:
    pages, removals, cuts = drawn
    batch, result = sorted_out(pages, removals, cuts, count_words if many else plain_words)
    gone = {row["page"]: row for row in removals}
    expected = [one_by_one(row, gone.get(n), [cut for cut in cuts if cut["page"] == n]) for n, row in enumerate(pages)]
    texts = [(row["id"], text) for row, (text, _, _) in zip(pages, expected, strict=True) if text is not None]
    assert [(row["id"], row["text"]) for row in result.corpus.to_pylist()] == texts
    for table, columns, k in ((result.kept, schema.KEPT, 1), (result.dropped, schema.DROPPED, 2)):
        rows = [row for each in expected for row in each[k]]
        assert table.cast(columns).to_pylist() == pa.Table.from_pylist(rows, columns).to_pylist()
    counts = Counts()
    counts.add(batch, result)
    assert counts.documents == len(pages) == counts.kept + counts.removed + counts.empty
    assert counts.kept == len(texts)
    assert counts.characters == sum(visible_characters(row["page"]) for row in pages)


def test_a_lost_character_is_an_error() -> None:
    row = page(0, ["One is here. ", "Zwei für dich! "], [True, False])
    row["blocks"][1]["end"] -= 1
    batch, result = sorted_out([row], [], [])
    with pytest.raises(InternalError, match="d0: 22 characters came in, 21 went out"):
        Counts().add(batch, result)


def test_cuts_that_meet_in_a_stop_lose_and_repeat_nothing() -> None:
    row = page(0, ['One. "Two." Three.'], [True])
    rest = cut_out(row, [Cut(0, 6, "b", 0, 6, 1.0), Cut(5, 11, "c", 0, 6, 1.0)])
    pieces = [piece["text"] for piece in rest.dropped] + [rest.text]
    assert "".join("".join(piece.split()) for piece in pieces) == "".join(row["page"].split())
