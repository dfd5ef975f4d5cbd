"""Presets: the settings that suit a purpose, as data. docs/settings.md says what each does and measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Preset(NamedTuple):
    """What it is for, in a sentence, and its settings; one that is given anywhere else wins."""

    purpose: str
    settings: Mapping[str, Any]


PRESETS: Mapping[str, Preset] = {
    "llm-corpus": Preset(
        "training text: what is doubtful goes, edited copies go, shared passages are cut; of the words that belong to pages "
        "of many kinds it keeps .910, where .936 are kept without it",
        {
            "strip.favor": "precision",  # as FineWeb has trafilatura do
            "dedup.profile": "balanced",
            "dedup.survivor": "longest",
            "dedup.passages": "drop",
            # Lee et al. 2022, "Deduplicating training data makes language models better", cut from 50 tokens on
            "dedup.drop_passage_words": 50,
        },
    ),
    "archive": Preset(
        "keep everything: whole pages, of which only near-verbatim copies go; passages are reported",
        {
            # every reason that a block of a page can have
            "strip.keep": (
                "navigation", "related_links", "comments", "byline", "caption", "share", "advert", "cookie", "newsletter",
                "footer", "metadata", "form", "hidden", "duplicate_in_document", "site_template", "low_content",
            ),
            "dedup.profile": "strict",
            "dedup.survivor": "longest",
            "dedup.passages": "report",
        },
    ),
    "news": Preset(
        "articles of many outlets: of wire copies the newest stays; quotations, bylines and captions stay",
        {
            "strip.favor": "balanced",
            "strip.keep": ("byline", "caption"),
            "dedup.profile": "balanced",
            "dedup.survivor": "newest",
            # two reports that quote one statement are two reports
            "dedup.passages": "report",
        },
    ),
    "strict": Preset(
        "drop only what is sure: plain boilerplate, and what survives almost word for word",
        {
            "strip.favor": "recall",
            "dedup.profile": "strict",
            "dedup.survivor": "longest",
            "dedup.passages": "drop",
        },
    ),
}  # fmt: skip
