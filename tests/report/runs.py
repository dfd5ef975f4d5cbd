"""A finished run folder written by hand: documents with their verdicts in, the files of a run out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleanse import schema
from cleanse.config import Config

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]


@dataclass
class Doc:
    """A document as (text, verdict) lines of its page; a verdict is None for a kept line, else a reason."""

    id: str
    source: str
    lines: list[tuple[str, str | None]]
    title: str = ""
    removed: tuple[str, str] | None = None  # reason, survivor
    evidence: str = "because"
    survivor: tuple[str, int, int] | None = None  # of its cut passages

    @property
    def page(self) -> str:
        return "\n".join(line for line, _ in self.lines)

    def find(self, words: str) -> tuple[int, int]:
        start = self.page.index(words)
        return start, start + len(words)


@dataclass
class Run:
    docs: list[Doc]
    matches: list[Row] = field(default_factory=list)
    clusters: list[Row] = field(default_factory=list)
    unreadable: list[Row] = field(default_factory=list)
    config: Row = field(default_factory=dict)
    form: str = "jsonl"

    def match(self, a: str, b: str, words: str, words_b: str = "", **facts: Any) -> None:
        """A span shared by two documents, given by its words."""
        docs = {doc.id: doc for doc in self.docs}
        a_start, a_end = docs[a].find(words)
        b_start, b_end = docs[b].find(words_b or words)
        row = {"similarity": 1.0, "coverage_a": 0.5, "coverage_b": 0.5, "kind": "passage", "words": len(words.split())}
        self.matches.append(
            {"a": a, "b": b, "a_source": docs[a].source, "b_source": docs[b].source}
            | {"a_start": a_start, "a_end": a_end, "b_start": b_start, "b_end": b_end}
            | row
            | facts
        )

    def write(self, folder: Path) -> Path:
        """Write all files of the run into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        corpus, kept, dropped = [], [], []
        for doc in self.docs:
            text = _rows(doc, kept, dropped)
            if doc.removed is None and text:
                row = {"id": doc.id, "source": doc.source, "url": "", "date": "", "title": doc.title, "text": text}
                corpus.append(row)
        self._write_corpus(folder, corpus)
        for name, rows, columns in (
            ("kept", kept, schema.KEPT),
            ("dropped", dropped, schema.DROPPED),
            ("matches", self.matches, schema.MATCH),
            ("clusters", self.clusters, schema.CLUSTER),
        ):
            pq.write_table(pa.Table.from_pylist(rows, schema=columns), folder / f"{name}.parquet")
        (folder / "run.json").write_text(json.dumps(self._manifest(corpus, dropped)), encoding="utf-8")
        return folder

    def _write_corpus(self, folder: Path, corpus: list[Row]) -> None:
        if self.form == "parquet":
            columns = pa.schema([(name, pa.string()) for name in ("id", "source", "url", "date", "title", "text")])
            pq.write_table(pa.Table.from_pylist(corpus, schema=columns), folder / "corpus.parquet")
            return
        path = folder / "corpus.jsonl"
        if self.form == "txt":
            path = folder / "corpus" / "index.jsonl"
            path.parent.mkdir()
            for n, row in enumerate(corpus):
                row["file"] = f"{n}.txt"
                (path.parent / row["file"]).write_text(row.pop("text") + "\n", encoding="utf-8", newline="")
        path.write_text("".join(json.dumps(row) + "\n" for row in corpus), encoding="utf-8")

    def _manifest(self, corpus: list[Row], dropped: list[Row]) -> Row:
        removed = [row for row in dropped if row["level"] == "document"]
        reasons: Row = {}
        for row in dropped:
            counts = reasons.setdefault(row["reason"], {"pieces": 0, "words": 0})
            counts["pieces"] += 1
            counts["words"] += row["words"]
        words_in = sum(len(doc.page.split()) for doc in self.docs)
        words_dropped = sum(row["words"] for row in dropped)
        config = msgspec.to_builtins(Config())
        for section, values in self.config.items():
            config[section] |= values
        return {
            "version": "0.1.0",
            "finished": "2025-01-01T00:00:00+00:00",
            "fingerprint": "0123456789abcdef",
            "config": config,
            "inputs": [{"path": "pages/<b>.jsonl", "bytes": 1234, "sha256": "ab" * 32}],
            "unreadable": self.unreadable,
            "counts": {
                "documents": len(self.docs),
                "kept": len(corpus),
                "removed": sum(row["reason"] != "empty" for row in removed),
                "empty": sum(row["reason"] == "empty" for row in removed),
                "unreadable": len(self.unreadable),
                "words_in": words_in,
                "words_stripped": sum(row["words"] for row in dropped if row["level"] == "block"),
                "words_out": words_in - words_dropped,
                "blocks": sum(len(doc.lines) for doc in self.docs),
                "reasons": reasons,
                "matches": len(self.matches),
                "clusters": len({row["cluster"] for row in self.clusters}),
                "passages_dropped": sum(row["level"] == "passage" for row in dropped),
            },
            "seconds": {"read": 0.1, "strip": 2.5},
            "command": "cleanse run pages/ -o out/",
        }


def cluster(number: int, *members: tuple[str, str, str, float]) -> list[Row]:
    """Rows of a cluster, (id, source, kind, similarity) each, the survivor first."""
    return [
        {"cluster": number, "id": name, "source": source, "survivor": n == 0, "kind": kind, "similarity": similarity}
        | {"coverage": similarity, "words": 10}
        for n, (name, source, kind, similarity) in enumerate(members)
    ]


def _rows(doc: Doc, kept: list[Row], dropped: list[Row]) -> str:
    """Append the rows of a document; its kept text."""
    text, at, pieces = "", 0, []
    for line, reason in doc.lines:
        if reason is None:
            text += "\n\n" if text else ""
            pieces.append({"id": doc.id, "page_start": at, "text_start": len(text), "length": len(line)})
            text += line
        else:
            cut = reason == "shared_passage"
            row = _dropped(doc, "passage" if cut else "block", reason, at, at + len(line), line)
            if cut and doc.survivor:
                row |= dict(zip(("survivor", "survivor_start", "survivor_end"), doc.survivor, strict=True))
            dropped.append(row)
        at += len(line) + 1
    kept += pieces
    if doc.removed is not None:
        reason, survivor = doc.removed
        dropped.append(_dropped(doc, "document", reason, 0, len(doc.page), text) | {"survivor": survivor})
    elif not text:
        dropped.append(_dropped(doc, "document", "empty", 0, 0, ""))
    return text


def _dropped(doc: Doc, level: str, reason: str, start: int, end: int, text: str) -> Row:
    return {
        "id": doc.id,
        "source": doc.source,
        "level": level,
        "kind": "paragraph" if level == "block" else level,
        "reason": reason,
        "confidence": 0.5 + (start % 5) / 10,
        "evidence": doc.evidence,
        "start": start,
        "end": end,
        "words": len(text.split()),
        "text": text,
        "survivor": None,
        "survivor_start": None,
        "survivor_end": None,
    }
