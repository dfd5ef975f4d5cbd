"""Two runs over the same documents with other settings: what flipped from the first, ``before``, to the second, ``after``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleanse.report import tallies
from cleanse.report.facts import headline
from cleanse.report.folder import RunFolder
from cleanse.report.visible import one_line
from cleanse.report.wording import counted, label, number

if TYPE_CHECKING:
    from pathlib import Path

#: Documents and pieces listed; the counts are over all.
LISTED = 200
PIECES = 60
#: Code points of a listed piece.
TEXT = 300

#: What became of each document of a run.
_STATUS = """
SELECT id, source, 'kept' AS status, NULL::VARCHAR AS reason, NULL::VARCHAR AS survivor, left(coalesce(title, ''), 120) AS title
FROM {0}corpus
UNION ALL
SELECT id, source, CASE WHEN reason = 'empty' THEN 'nothing left' ELSE 'removed' END, reason, survivor, left(text, 120)
FROM {0}dropped WHERE level = 'document'
"""
_FLIPS = """
SELECT coalesce(x.id, y.id) AS id, coalesce(x.source, y.source, '') AS source, coalesce(nullif(x.title, ''), y.title, '') AS title,
       coalesce(x.status, 'absent') AS before, coalesce(y.status, 'absent') AS after, x.reason AS before_reason,
       y.reason AS after_reason, x.survivor AS before_survivor, y.survivor AS after_survivor
FROM ({before}) x FULL JOIN ({after}) y USING (id)
"""
#: Dropped pieces that one run has and the other has not, of documents that both know.
_PIECES = """
SELECT coalesce(x.id, y.id) AS id, coalesce(x.source, y.source, '') AS source, coalesce(x.level, y.level) AS level,
       CASE WHEN y.id IS NULL THEN 'kept' WHEN x.id IS NULL THEN 'dropped' ELSE 'other reason' END AS now,
       x.reason AS before_reason, y.reason AS after_reason, coalesce(x.words, y.words, 0) AS words,
       left(coalesce(x.text, y.text), $1) AS text
FROM (SELECT * FROM before_dropped WHERE level <> 'document') x
FULL JOIN (SELECT * FROM dropped WHERE level <> 'document') y
    ON x.id = y.id AND x.start = y.start AND x."end" = y."end" AND x.level = y.level
WHERE x.reason IS DISTINCT FROM y.reason
"""


def compare(before: Path, after: Path) -> dict[str, Any]:
    """What differs between two runs: settings, numbers, verdicts on documents, dropped pieces.

    Keys: before, after {folder, finished, fingerprint, headline}; inputs_differ; settings [{section, name, before,
    after}]; reasons [{reason, family, before, after}], words; documents {counts [{before, after, documents}], flips
    [...]}; pieces {counts [{now, pieces, words}], shown [...]}.
    """
    with RunFolder(before) as old, RunFolder(after) as new:
        new.beside(old, "before_")
        new.execute(
            f"CREATE TEMP TABLE flips AS {_FLIPS.format(before=_STATUS.format('before_'), after=_STATUS.format(''))}"
        )
        new.execute(f"CREATE TEMP TABLE changed AS {_PIECES}", TEXT)
        reasons = {
            name: {row["reason"]: row for row in tallies.reasons(run)}
            for name, run in (("before", old), ("after", new))
        }
        counts = (
            "SELECT before, after, count(*) AS documents FROM flips GROUP BY ALL ORDER BY documents DESC, before, after"
        )
        return {
            "schema": 1,
            "before": _run(old, headline(old.run, list(reasons["before"].values()))),
            "after": _run(new, headline(new.run, list(reasons["after"].values()))),
            "inputs_differ": _hashes(old) != _hashes(new),
            "settings": _settings(old.run.get("config", {}), new.run.get("config", {})),
            "reasons": _reasons(reasons["before"], reasons["after"]),
            "documents": {
                "counts": new.rows(counts),
                "cap": LISTED,
                "flips": new.rows(
                    "SELECT * FROM flips WHERE before <> after ORDER BY after, before, id LIMIT $1", LISTED
                ),
            },
            "pieces": {
                "counts": new.rows(
                    "SELECT now, count(*) AS pieces, sum(words)::BIGINT AS words FROM changed GROUP BY now ORDER BY now"
                ),
                "cap": PIECES,
                "shown": new.rows("SELECT * FROM changed ORDER BY words DESC, id, now LIMIT $1", PIECES),
            },
        }


def compare_text(facts: dict[str, Any]) -> str:
    """The comparison in a few plain lines."""
    lines = [f"Settings that differ: {len(facts['settings'])}"]
    for row in facts["settings"]:
        was, now = (one_line(str(row[side]), 80) for side in ("before", "after"))
        lines += [f"  {row['section']}.{row['name']}: {was} -> {now}"]
    if facts["inputs_differ"]:
        lines.append("The inputs differ, too: not every flip is one of the settings.")
    flips = [row for row in facts["documents"]["counts"] if row["before"] != row["after"]]
    lines.append(f"Documents that flipped: {number(sum(row['documents'] for row in flips))}")
    lines += [f"  {row['before']} -> {row['after']}: {number(row['documents'])}" for row in flips]
    lines.append(f"Pieces that flipped: {number(sum(row['pieces'] for row in facts['pieces']['counts']))}")
    for row in facts["pieces"]["counts"]:
        lines.append(f"  now {label(row['now'])}: {number(row['pieces'])}, {counted(row['words'], 'word')}")
    return "\n".join(lines)


def _run(run: RunFolder, head: dict[str, Any]) -> dict[str, Any]:
    facts = {name: run.run.get(name, "") for name in ("finished", "fingerprint", "version")}
    return {"folder": str(run.folder)} | facts | {"headline": head}


def _hashes(run: RunFolder) -> list[str]:
    return sorted(str(row.get("sha256")) for row in run.run.get("inputs", []))


def _settings(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    names = [(section, name) for tree in (before, after) for section, values in tree.items() for name in values]
    found = []
    for section, name in dict.fromkeys(names):
        was, now = (tree.get(section, {}).get(name) for tree in (before, after))
        if was != now:
            found.append({"section": section, "name": name, "before": was, "after": now})
    return found


def _reasons(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    nothing = {"pieces": 0, "words": 0}
    return [
        {
            "reason": reason,
            "family": tallies.family(reason),
            "before": {name: before.get(reason, nothing)[name] for name in nothing},
            "after": {name: after.get(reason, nothing)[name] for name in nothing},
        }
        for reason in sorted({*before, *after}, key=tallies.order)
    ]
