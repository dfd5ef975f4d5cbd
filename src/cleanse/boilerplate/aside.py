"""Pages that cannot be taken apart: each goes whole among what is dropped, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse import schema
from cleanse.boilerplate.blocks import WORD
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping


def unfound(document: Mapping[str, Any], why: str) -> dict[str, Any]:
    """FOUND of a row of DOCUMENT that crashed, hung or filled the process that looked for its blocks."""
    carried = {name: document[name] for name in (*schema.CARRIED, "format")}
    return carried | {"page": document["content"] or "", "blocks": [], "keys": [], "bodies": [], "aside": why}


def unjudged(found: Mapping[str, Any], why: str) -> dict[str, Any]:
    """PAGE of a row of FOUND that cannot be judged: all of it is one dropped block."""
    text = found["page"]
    words = sum(1 for _ in WORD.finditer(text))
    block = {
        "start": 0,
        "end": len(text),
        "kind": Kind.PARAGRAPH,
        "kept": False,
        "reason": Reason.UNPARSABLE,
        "confidence": 1.0,
        "evidence": why,
        "words": words,
    }
    return {name: found[name] for name in schema.CARRIED} | {
        "page": text,
        "blocks": [block] if text.strip() else [],
        "text": "",
        "pieces": [],
        "page_words": words,
        "text_words": 0,
        "confidence": 1.0,
    }
