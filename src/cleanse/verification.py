"""A finished run checked again from its files: nothing lost, nothing twice, every survivor there, every removed text in it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from cleanse.characters import visible_characters
from cleanse.errors import UsageError
from cleanse.remote import on_disk
from cleanse.report.folder import RunFolder, read_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

#: Texts compared together: bounds the memory of a step.
_ROWS = 500
#: Documents that a problem names.
_NAMED = 5

_COVERED = ("exact_duplicate", "near_duplicate", "contained", "shared_passage")


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of a run, and the documents or files for which it does not hold: the first few, and how many."""

    promise: str
    broken: int = 0
    named: tuple[str, ...] = ()


def verify(out: str | Path) -> list[Check]:
    """All checks of the run in the folder ``out``. Raises InputNotFound where no finished run is, UsageError for an address."""
    out = on_disk(out)
    changed = Check("every file is as the run wrote it", *_some(_changed(out, read_run(out))))
    checks = [changed]
    try:
        with RunFolder(out) as folder:
            for promise, query in _QUERIES.items():
                checks.append(Check(promise, *_some(str(row["id"]) for row in folder.rows(query))))
            checks.append(
                Check("documents and characters that came in are kept or dropped", *_some(_miscounted(folder)))
            )
            checks.append(Check("what was removed stands in its survivor", *_some(_uncovered(folder))))
            checks.append(Check("the report is of this run", *_some(_misreported(folder))))
    except (UsageError, KeyError) as error:
        if not changed.broken:
            raise
        checks.append(Check("what the files say can be read", 1, (str(error),)))
    return checks


def _some(found: Iterator[str]) -> tuple[int, tuple[str, ...]]:
    named = list(found)
    return len(named), tuple(named[:_NAMED])


def _changed(folder: Path, run: dict[str, Any]) -> Iterator[str]:
    for name, digest in run.get("files", {}).items():
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
        if not inside or not path.is_file() or file_digest(path) != digest:
            yield name


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()


#: What must find nothing: the ids of documents that break a promise.
_QUERIES = {
    "no document is in the corpus twice": "SELECT id FROM corpus GROUP BY id HAVING count(*) > 1",
    "a document is kept or removed, never both": """
        SELECT DISTINCT id FROM dropped WHERE level = 'document' AND id IN (SELECT id FROM corpus)
    """,
    "every survivor is in the corpus, or in the index that the run was compared with": """
        SELECT DISTINCT id FROM dropped
        WHERE survivor IS NOT NULL AND survivor NOT IN (SELECT id FROM corpus) AND survivor NOT IN (SELECT id FROM indexed)
    """,
    "no place of a page is kept and dropped, or twice": """
        WITH places AS (
            SELECT id, page_start AS start, page_start + length AS "end" FROM kept
            WHERE id IN (SELECT id FROM corpus)
            UNION ALL
            SELECT id, start, "end" FROM dropped WHERE level <> 'document' AND "end" > start
        )
        SELECT DISTINCT id FROM (
            SELECT id, start, max("end") OVER (
                PARTITION BY id ORDER BY start, "end" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before FROM places
        ) WHERE start < before
    """,
    "the kept pieces make the text of the corpus": """
        SELECT corpus.id FROM corpus LEFT JOIN (
            SELECT id, min(text_start) AS first, max(text_start + length) AS last FROM kept GROUP BY id
        ) pieces USING (id) WHERE text IS NOT NULL AND (first IS DISTINCT FROM 0 OR last IS DISTINCT FROM length(text))
    """,
    "a cluster has one survivor": """
        SELECT min(id) AS id FROM clusters GROUP BY cluster HAVING count(*) FILTER (WHERE survivor) <> 1
    """,
}


def _miscounted(folder: RunFolder) -> Iterator[str]:
    counts = folder.run["counts"]
    found = folder.rows("""
        SELECT (SELECT count(*) FROM corpus) AS kept,
            count(*) FILTER (WHERE level = 'document' AND reason <> 'empty') AS removed,
            count(*) FILTER (WHERE level = 'document' AND reason = 'empty') AS empty,
            (SELECT count(*) FROM matches) AS matches,
            (SELECT count(*) FROM clusters WHERE survivor) AS clusters
        FROM dropped
    """)[0]
    for name in ("kept", "removed", "empty", "matches", "clusters"):
        if found[name] != counts[name]:
            yield f"{name}: {found[name]} in the tables, {counts[name]} in run.json"
    if counts["documents"] != counts["kept"] + counts["removed"] + counts["empty"]:
        yield f"documents: {counts['documents']} came in"
    texts = chain(
        (
            row["text"] if row["file"] is None else folder.text_file(row["file"])
            for row in _rows(folder, "text, file", "corpus")
        ),
        (row["text"] for row in _rows(folder, "text", "dropped")),
    )
    characters = sum(visible_characters(text or "") for text in texts)
    if characters != counts["characters"]:
        yield f"characters: {counts['characters']} came in, {characters} are kept or dropped"


def _misreported(folder: RunFolder) -> Iterator[str]:
    """The files of a report that are gone, or that say something else than run.json; they are in no list of hashes,
    since `cleanse report` makes them anew."""
    try:
        said = msgspec.json.decode((folder.folder / "report.json").read_bytes())
        same = said["run"]["finished"] == folder.run["finished"] and all(
            said["headline"][name] == folder.run["counts"][name] for name in ("documents", "kept", "removed", "empty")
        )
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        same = False
    if not same:
        yield "report.json"
    if folder.setting("write", "report") and not (folder.folder / "report.html").is_file():
        yield "report.html"


def _rows(folder: RunFolder, columns: str, table: str) -> Iterator[dict[str, Any]]:
    return (row for batch in folder.stream(f"SELECT {columns} FROM {table}", _ROWS) for row in batch.to_pylist())


def _uncovered(folder: RunFolder) -> Iterator[str]:
    """Removed texts of which the survivor has fewer words than the settings of the run ask for."""
    if not folder.run["config"].get("dedup", {}).get("enabled", True):
        return
    least = float(folder.setting("dedup", "survival"))
    for batch in folder.stream(_PAIRS, _ROWS):
        shares = _shares(batch)
        for row, share in zip(batch.drop_columns(["text", "there"]).to_pylist(), shares, strict=True):
            if share < (1.0 if row["reason"] == "exact_duplicate" else least):
                yield row["id"]


#: A survivor has what the corpus has of it, and what was cut from it because others have it.
_PAIRS = f"""
    WITH cut AS (
        SELECT id, string_agg(text, chr(10)) AS text FROM dropped WHERE reason = 'shared_passage' GROUP BY id
    ), survivors AS (
        SELECT corpus.id, concat_ws(chr(10), corpus.text, cut.text) AS text FROM corpus LEFT JOIN cut USING (id)
        WHERE corpus.text IS NOT NULL
        UNION ALL
        SELECT id, text FROM indexed
    )
    SELECT d.id, d.reason, d.text, string_agg(s.text, chr(10)) AS there
    FROM dropped d JOIN survivors s ON s.id = d.survivor
    WHERE d.reason IN {_COVERED} GROUP BY ALL
"""


def _shares(batch: pa.RecordBatch) -> Iterator[float]:
    """The share of each text's words that the other text has, as often."""
    from cleanse.dedup.tokens import tokenise

    texts, theres = tokenise(batch["text"]), tokenise(batch["there"])
    for i in range(len(batch)):
        words = texts.hashes[texts.offsets[i] : texts.offsets[i + 1]]
        there = theres.hashes[theres.offsets[i] : theres.offsets[i + 1]]
        kinds, counts = np.unique(words, return_counts=True)
        others, has = np.unique(there, return_counts=True)
        _, mine, its = np.intersect1d(kinds, others, assume_unique=True, return_indices=True)
        yield float(np.minimum(counts[mine], has[its]).sum() / max(1, len(words)))


def plain(checks: list[Check]) -> list[dict[str, Any]]:
    """The checks as JSON has them."""
    return [{"promise": c.promise, "holds": not c.broken, "broken": c.broken, "named": list(c.named)} for c in checks]
