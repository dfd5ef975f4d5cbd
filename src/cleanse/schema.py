"""Every table that moves between stages or is written, and the reasons for which a piece may be dropped.

Offsets are Unicode code points (what Python slices by), half-open ``[start, end)``. A *page* is the whole text of a
scraped document: for text input the input itself, for HTML the text of its tree, block by block. *Kept text* is what
stripping leaves of it. Reference: docs/files.md describes the written tables for users.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa


class Reason(StrEnum):
    """Why a block, a passage or a document was dropped; ``meaning`` says it to someone who has not read the documentation."""

    meaning: str

    def __new__(cls, name: str, meaning: str = "") -> Reason:
        reason = str.__new__(cls, name)
        reason._value_ = name
        reason.meaning = meaning
        return reason

    NAVIGATION = "navigation", "menus, breadcrumbs, pagers"
    RELATED_LINKS = "related_links", "read-also lists, teasers"
    COMMENTS = "comments", "readers' comments, their forms"
    BYLINE = "byline", "author, date and view-count lines"
    CAPTION = "caption", "captions and credits of pictures"
    SHARE = "share", "share, print and follow buttons"
    ADVERT = "advert", "advertisements and sponsored boxes"
    COOKIE = "cookie", "cookie and consent notices"
    NEWSLETTER = "newsletter", "subscription and sign-up boxes"
    FOOTER = "footer", "copyright, imprint, terms"
    METADATA = "metadata", "tags, categories, machine-made lines"
    FORM = "form", "input fields and buttons"
    HIDDEN = "hidden", "elements that a browser does not show"
    DUPLICATE_IN_DOCUMENT = "duplicate_in_document", "a block that stands twice in one page"
    SITE_TEMPLATE = "site_template", "lines repeated over a site's pages"
    LOW_CONTENT = "low_content", "scraps outside the main text"
    UNPARSABLE = "unparsable", "pages that could not be taken apart"
    EMPTY = "empty", "documents of which nothing was left"
    EXACT_DUPLICATE = "exact_duplicate", "the same as another document"
    NEAR_DUPLICATE = "near_duplicate", "almost the same as another one"
    CONTAINED = "contained", "all of it is part of another one"
    SHARED_PASSAGE = "shared_passage", "a passage kept in another one"


#: Reasons that strip gives to blocks; the others are given by deduplication (and EMPTY to a document of which nothing is left).
BLOCK_REASONS = tuple(Reason)[: tuple(Reason).index(Reason.EMPTY)]

#: The reason of a removed document by the kind of its match (`MATCH`).
DUPLICATE_REASONS = {
    "exact": Reason.EXACT_DUPLICATE,
    "near": Reason.NEAR_DUPLICATE,
    "contained": Reason.CONTAINED,
}


class Kind(StrEnum):
    """What a block is in its page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    QUOTE = "quote"
    CODE = "code"
    FORM = "form"


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in fields.items()])


_TEXT = pa.large_string()

#: read -> strip. ``content`` is decoded HTML or text, ``format`` says which; ``path`` is the input it came from
#: (with ``:line`` in a table); ``date`` is whatever the input calls one. ``order`` counts documents as they were read.
DOCUMENT = _schema(
    order=pa.int64(),
    id=pa.string(),
    source=pa.string(),
    url=pa.string(),
    date=pa.string(),
    title=pa.string(),
    path=pa.string(),
    format=pa.string(),
    content=_TEXT,
)

#: What a page keeps of its document.
CARRIED = ("order", "id", "source", "url", "date", "title", "path")

#: What a page of HTML says of itself besides: who wrote it, in what language, and how its site is called.
SAID = ("byline", "language", "site")

#: A run of kept text: ``text[text_start : text_start + length] == page[page_start : page_start + length]``.
PIECE = pa.struct([("page_start", pa.int64()), ("text_start", pa.int64()), ("length", pa.int64())])

#: A block of a page and its verdict. Blocks and the white space between them rebuild the page. ``reason`` is null for a
#: kept block, ``evidence`` says what decided.
BLOCK = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("kind", pa.string()),
        ("kept", pa.bool_()),
        ("reason", pa.string()),
        ("confidence", pa.float32()),
        ("evidence", pa.string()),
        ("words", pa.int32()),
    ]
)

#: strip -> dedup, write. One row a document: the ``page``, its blocks in order, and the kept ``text`` with its pieces.
#: ``confidence`` is the word F1 that the judge expects of that text.
PAGE = _schema(
    order=pa.int64(),
    id=pa.string(),
    source=pa.string(),
    url=pa.string(),
    date=pa.string(),
    title=pa.string(),
    path=pa.string(),
    byline=pa.string(),
    language=pa.string(),
    site=pa.string(),
    page=_TEXT,
    blocks=pa.list_(BLOCK),
    text=_TEXT,
    pieces=pa.list_(PIECE),
    page_words=pa.int64(),
    text_words=pa.int64(),
    confidence=pa.float32(),
)

#: dedup -> write: one aligned span shared by two documents, ``a`` the one that ranks first as a survivor.
#: ``similarity`` is the share of the span's words that match; ``coverage_a`` the share of ``a``'s informative words that
#: all spans of the pair match; ``kind`` is one of exact, near, contained, passage (the verdict on the pair).
MATCH = _schema(
    a=pa.string(),
    b=pa.string(),
    a_source=pa.string(),
    b_source=pa.string(),
    a_start=pa.int64(),
    a_end=pa.int64(),
    b_start=pa.int64(),
    b_end=pa.int64(),
    words=pa.int32(),
    similarity=pa.float32(),
    coverage_a=pa.float32(),
    coverage_b=pa.float32(),
    kind=pa.string(),
)

#: dedup -> write: one row a document in a cluster of two or more. The survivor's own row has similarity and coverage 1.
CLUSTER = _schema(
    cluster=pa.int64(),
    id=pa.string(),
    source=pa.string(),
    survivor=pa.bool_(),
    kind=pa.string(),
    similarity=pa.float32(),
    coverage=pa.float32(),
    words=pa.int64(),
)

#: every dropped block, passage and document; offsets into the page. ``survivor`` names the document (and
#: ``survivor_start``, ``survivor_end`` the place in its page) where the same text is kept, for the kinds of reason that have one.
DROPPED = _schema(
    id=pa.string(),
    source=pa.string(),
    level=pa.string(),
    kind=pa.string(),
    reason=pa.string(),
    confidence=pa.float32(),
    evidence=pa.string(),
    start=pa.int64(),
    end=pa.int64(),
    words=pa.int64(),
    text=_TEXT,
    survivor=pa.string(),
    survivor_start=pa.int64(),
    survivor_end=pa.int64(),
)

#: every kept piece: where it stands in its page and in the text of the corpus.
KEPT = _schema(
    id=pa.string(),
    page_start=pa.int64(),
    text_start=pa.int64(),
    length=pa.int64(),
)

#: the documents of an index that a run's documents are duplicates of, as they were indexed.
INDEXED = _schema(
    id=pa.string(),
    source=pa.string(),
    text=_TEXT,
)
