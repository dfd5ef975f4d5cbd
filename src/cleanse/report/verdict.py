"""What became of two documents that share text, in a sentence, with the numbers beside the thresholds they were held to."""

from __future__ import annotations

from typing import Any

from cleanse.config import Dedup
from cleanse.report.visible import one_line
from cleanse.report.wording import counted, percent


def verdict(pair: dict[str, Any], dedup: dict[str, Any]) -> str:
    """Why one of the pair went, or why both stay; ``dedup`` is that section of the run's settings.

    Thresholds act on the pair: the numbers of a single span may lie above both and yet decide nothing.
    """
    needs = {name: float(dedup.get(name, getattr(Dedup(), name))) for name in ("coverage", "similarity")}
    if pair["kind"] == "exact":
        return f"{one_line(pair[pair['removed'] or 'b'], 60)} was removed: word for word the document that is kept."
    if pair["kind"] != "passage":
        side = pair["removed"] or "b"
        gone, covered = one_line(pair[side], 60), pair[f"coverage_{side}"]
        return (
            f"{gone} was removed: {percent(covered)} of what it says stands in the other (at least "
            f"{_needed(needs['coverage'])} was needed), and {percent(pair['similarity'])} of the matched words are equal "
            f"(at least {_needed(needs['similarity'])})."
        )
    return f"Both stay: {_why_both(pair, needs)} {_cut(pair, dedup)}"


def survival(cluster: dict[str, Any], dedup: dict[str, Any]) -> str:
    """Why the survivor of a cluster is the one that stays."""
    policy = dedup.get("survivor", Dedup().survivor)
    own, most = cluster["survivor_words"], cluster["most_words"]
    if policy == "first":
        return f"stays because it was read first; {counted(own, 'word')}"
    if policy == "newest":
        return f"stays because it is the newest; {counted(own, 'word')}"
    if policy == "source":
        return f"stays because its source ranks first; {counted(own, 'word')}"
    if own == most:
        return f"stays because no other is longer; {counted(own, 'word')}, as many as the longest removed one"
    if own > most:
        return f"stays because it is the longest; {counted(own, 'word')}, the longest removed one has {most:,}"
    return f"stays although one with {most:,} words was longer: only it has the text of all the others; {counted(own, 'word')}"


def _why_both(pair: dict[str, Any], needs: dict[str, float]) -> str:
    most = max(pair["coverage_a"], pair["coverage_b"])
    if most < needs["coverage"]:
        return f"they share {percent(most)} of what the one says that is matched more; a duplicate needs {_needed(needs['coverage'])}."
    if pair["similarity"] < needs["similarity"]:
        return f"{percent(pair['similarity'])} of the matched words are equal; a duplicate needs {_needed(needs['similarity'])}."
    return (
        f"{percent(most)} of one stands in the other, enough for a duplicate, but it is a small part somewhere inside a much "
        "larger document, or holds what others were removed for."
    )


def _needed(share: float) -> str:
    return f"{round(share * 100, 2):g} %"


def _cut(pair: dict[str, Any], dedup: dict[str, Any]) -> str:
    cuts = [(pair[side], pair[f"cut_{side}"]) for side in ("a", "b") if pair[f"cut_{side}"]]
    if cuts:
        return " ".join(f"{counted(words, 'word')} were cut from {one_line(name, 60)}." for name, words in cuts)
    if dedup.get("passages", Dedup().passages) == "report":
        return "Passages are reported only; nothing was cut."
    least = int(dedup.get("drop_passage_words", Dedup().drop_passage_words))
    if pair["longest"] < least:
        return f"Nothing was cut: passages below {least} words stay."
    most = _needed(float(dedup.get("passage_survival", Dedup().passage_survival)))
    return (
        f"Nothing was cut for this pair: less than {most} of the passage's words stand in the other, another copy was cut, or "
        "no whole sentence lies inside."
    )
