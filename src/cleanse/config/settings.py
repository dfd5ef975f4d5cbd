"""Every setting: frozen, typed, with its meaning, default and range."""

from __future__ import annotations

import hashlib
import os
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cleanse.config.profiles import PROFILES, SAME_AS_SIMILARITY
from cleanse.config.survivors import Survivor
from cleanse.config.units import Bytes, Count, Documents, Share, Size, SizeOrShare, Words

#: What the libraries and kernels of a run take before there is data, and DuckDB to sort: `python bench/memory.py`.
LEAST_MEMORY = "600MB"

#: The default of a setting that a profile sets. `Dedup` replaces it, so that nobody else sees it.
_PROFILE: Any = msgspec.UNSET


class Read(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How inputs become documents."""

    text_field: Annotated[
        str, Meta(description="field of a table that holds the text; empty: text, content, body ...")
    ] = ""
    html_field: Annotated[str, Meta(description="field of a table that holds HTML; empty: html, raw_html ...")] = ""
    id_field: Annotated[str, Meta(description="field that holds the id; empty: id, else file and line")] = ""
    source_field: Annotated[
        str, Meta(description="field that names the source; empty: source, site, else the url's site")
    ] = ""
    url_field: Annotated[str, Meta(description="field that holds the address; empty: url, link ...")] = ""
    date_field: Annotated[str, Meta(description="field that holds the date; empty: date, published ...")] = ""
    encoding: Annotated[str, Meta(description="encoding of all inputs; empty: found for each")] = ""
    max_document_bytes: Annotated[Bytes, Meta(description="a larger document is refused as unreadable")] = 64 * 2**20
    follow_links: Annotated[bool, Meta(description="read what links inside a folder lead to outside of it, too")] = (
        False
    )


class Strip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How pages lose their scraper noise."""

    enabled: Annotated[bool, Meta(description="false: keep every block")] = True
    extractor: Annotated[
        Literal["best", "fast"],
        Meta(description="how HTML is judged: best asks two other extractors where it is unsure, fast none"),
    ] = "best"
    favor: Annotated[
        Literal["balanced", "precision", "recall"],
        Meta(description="precision: drop what is doubtful; recall: keep it"),
    ] = "balanced"
    keep: Annotated[
        tuple[str, ...], Meta(description='reasons and kinds that drop nothing, as in ["comments", "table_row"]')
    ] = ()
    site_evidence: Annotated[bool, Meta(description="learn what repeats over a site's pages")] = True
    site_pages: Annotated[
        Documents, Meta(description="pages of a site on which a line must stand to count as the site's template")
    ] = 3
    site_share: Annotated[Share, Meta(description="share of the site's pages on which it must stand, too")] = 0.15


class Dedup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How near-duplicates are found, verified and settled."""

    enabled: Annotated[bool, Meta(description="false: keep every document")] = True
    profile: Annotated[
        Literal["balanced", "strict", "classic"],
        Meta(
            description="balanced: copies, edited ones too; strict: only what survives almost word for word; "
            "classic: Jaccard of shingles; sets the settings that are not given"
        ),
    ] = "balanced"
    coverage: Annotated[
        Share, Meta(description="share of a document's informative words that its survivor must match")
    ] = _PROFILE
    similarity: Annotated[
        Share,
        Meta(
            description="share of the words inside the matched spans that must be equal; "
            "classic: Jaccard similarity of the shingles"
        ),
    ] = _PROFILE
    survival: Annotated[
        Share, Meta(description="share of all words of a document that its survivor has before it is removed")
    ] = _PROFILE
    passage_survival: Annotated[
        Share, Meta(description="share of all words of a passage that another document has before it is cut out")
    ] = _PROFILE
    in_order: Annotated[
        bool, Meta(description="the words of survival must stand in the survivor in the same order")
    ] = _PROFILE
    contained_share: Annotated[
        Share,
        Meta(
            description="share of its survivor that a contained document must make up to be removed, unless it begins it"
        ),
    ] = _PROFILE
    teaser_words: Annotated[
        int,
        Meta(
            ge=0,
            extra={"unit": "words"},
            description="a contained document below this many words is removed however long its survivor is",
        ),
    ] = 120
    survivor: Annotated[Survivor, Meta(description="which of two duplicates stays")] = "longest"
    source_priority: Annotated[tuple[str, ...], Meta(description="for survivor = source: best source first")] = ()
    passages: Annotated[
        Literal["drop", "report"],
        Meta(description="what happens to a long passage shared by documents that are no duplicates"),
    ] = "drop"
    passage_words: Annotated[Words, Meta(description="shared passages below this many words are not reported")] = 25
    drop_passage_words: Annotated[
        Words, Meta(description="shared passages below this many words stay where they are")
    ] = 60
    num_perm: Annotated[int, Meta(ge=2, le=1024, description="permutations of a MinHash signature")] = 128
    shingle_words: Annotated[int, Meta(ge=1, le=16, extra={"unit": "words"}, description="length of a shingle")] = (
        _PROFILE
    )
    window_words: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000,
            extra={"unit": "words"},
            description="length of the passages that are signed, half overlapping; 0: whole documents",
        ),
    ] = _PROFILE
    lsh_similarity: Annotated[
        Annotated[float, Meta(gt=0.0, lt=1.0)],
        Meta(description="Jaccard similarity of two passages that the bands are chosen for"),
    ] = _PROFILE
    lsh_recall: Annotated[
        Annotated[float, Meta(gt=0.0, lt=1.0)],
        Meta(description="share of passage pairs at that similarity that must meet in a band"),
    ] = _PROFILE
    band_hits: Annotated[Count, Meta(description="bands two documents must share before they are aligned")] = 1
    band_members: Annotated[
        Documents, Meta(description="documents of one band key that each document is paired with at most")
    ] = 40
    common_documents: Annotated[
        Documents,
        Meta(description="a shingle is not informative when it stands in more documents than this, and common_share"),
    ] = 30
    common_share: Annotated[
        Share, Meta(description="share of the documents that a shingle must stand in, too, not to be informative")
    ] = 0.005

    def __post_init__(self) -> None:
        """Settings that are not given are the profile's."""
        for name, value in PROFILES[self.profile].items():
            if getattr(self, name) is _PROFILE:
                msgspec.structs.force_setattr(self, name, self.similarity if value is SAME_AS_SIMILARITY else value)


class Write(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written, and how."""

    format: Annotated[
        Literal["jsonl", "parquet", "txt", "huggingface"],
        Meta(description="format of the corpus; txt: a file a document; huggingface: load_dataset takes the folder"),
    ] = "jsonl"
    shard_size: Annotated[
        str,
        Meta(
            pattern=r"^(\d+(\.\d+)? ?[KMGT]i?B)?$",
            description="split the corpus into files of about this size, as in 500MB; empty: one file (huggingface: 500MB)",
        ),
    ] = ""
    compression: Annotated[Literal["none", "gz", "zst"], Meta(description="compression of JSON lines")] = "none"
    report: Annotated[bool, Meta(description="write report.html")] = True
    report_matches: Annotated[Count, Meta(description="matches shown side by side in report.html at most")] = 200


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the machine is used; nothing here changes a verdict."""

    threads: Annotated[int, Meta(ge=0, le=1024, description="threads; 0: as many as the machine has processors")] = 0
    memory: Annotated[
        SizeOrShare, Meta(description="memory of all processes of the run; what does not fit is kept on disk")
    ] = "25%"
    workdir: Annotated[
        str,
        Meta(
            description="folder for temporary tables, some times as large as the corpus; empty: inside the output folder"
        ),
    ] = ""
    disk: Annotated[
        str,
        Meta(
            pattern=r"^(\d+(\.\d+)? ?[KMGT]i?B)?$",
            description="temporary tables may take so much disk, as in 200GB; empty: what the disk has",
        ),
    ] = ""
    page_seconds: Annotated[
        Annotated[float, Meta(gt=0.0, extra={"unit": "seconds"})],
        Meta(description="processor time that one page may take to be taken apart before it is set aside"),
    ] = 60.0
    page_memory: Annotated[
        Size,
        Meta(description="memory of a process that takes pages apart at most; a page that needs more is set aside"),
    ] = "3GB"
    batch_documents: Annotated[Documents, Meta(description="documents that move through a stage together at most")] = (
        1024
    )
    batch_bytes: Annotated[Bytes, Meta(description="text that moves through a stage together at most")] = 4 * 2**20

    @property
    def processors(self) -> int:
        """The threads that were asked for, or the processors that this process may use."""
        return self.threads or (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. ``Config()`` is the defaults.

    >>> Config(strip=Strip(favor="precision")).dedup.similarity == Config().dedup.similarity
    True
    """

    read: Read = Read()
    strip: Strip = Strip()
    dedup: Dedup = Dedup()
    write: Write = Write()
    run: Run = Run()

    def fingerprint(self) -> str:
        """A short hash of the settings that can change a verdict."""
        deciding = [self.read, self.strip, self.dedup]
        return hashlib.sha256(msgspec.json.encode(deciding, order="sorted")).hexdigest()[:16]
