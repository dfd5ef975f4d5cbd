"""Survivor policies: which of two duplicates stays, as SQL over the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cleanse.config.settings import Dedup

Survivor = Literal["longest", "first", "newest", "source"]


def survivor_order(settings: Dedup) -> str:
    """What documents are sorted by, the preferred ones first: columns of `cleanse.schema.PAGE` and "order".

    Of those that the policy holds equal the longer one is preferred, then the one with the smaller id, so that the order
    of the input is no matter.
    """
    sources = [source.replace("'", "''") for source in settings.source_priority]
    best = " ".join(f"WHEN source = '{source}' THEN {place}" for place, source in enumerate(sources))
    policies: dict[Survivor, str] = {
        "longest": "",
        "first": '"order", ',
        "newest": "date DESC NULLS LAST, ",
        "source": f"CASE {best} ELSE {len(sources)} END, " if sources else "",
    }
    return f"{policies[settings.survivor]}text_words DESC, id"
