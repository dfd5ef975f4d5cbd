"""The queries and tables of docs/files.md are those of a run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq
import pytest

import cleanse
from cleanse import schema
from cleanse.layout import RESULTS
from tests.conftest import ROOT, article

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
_SQL = "".join(re.findall(r"```sql\n(.*?)```", PAGE, re.S))
QUERIES = dict(re.findall(r"-- (.*)\n(.*;)", _SQL))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    shared = article("s", 10)
    texts = {
        "a.html": article("a", 20) + "\n\n3 Comments\nAnn\nSad.",
        "b.html": article("a", 20),
        "c.html": article("c", 20) + "\n\n" + shared,
        "d.html": article("d", 20) + "\n\n" + shared,
    }
    rows = [{"id": name, "source": name[0], "text": text} for name, text in texts.items()]
    (folder / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    cleanse.run(folder / "pages.jsonl", folder / "out")
    return folder / "out"


def test_there_are_five() -> None:
    assert len(QUERIES) >= 5


@pytest.mark.parametrize("question", QUERIES)
def test_a_documented_query_answers(out: Path, question: str) -> None:
    assert duckdb.sql(QUERIES[question].replace("'out/", f"'{out}/")).fetchall(), question


def test_every_column_of_a_table_is_documented(out: Path) -> None:
    for name in ("dropped", "matches", "clusters", "kept"):
        columns = pq.read_schema(out / f"{name}.parquet").names
        if name == "kept":
            text = next(line for line in PAGE.splitlines() if line.startswith("| `kept.parquet`"))
        else:
            text = PAGE.partition(f"## {name}.parquet")[2].partition("\n## ")[0]
        assert [column for column in columns if f"`{column}`" not in text] == [], name


def test_every_file_of_a_run_is_documented() -> None:
    assert [name for name in RESULTS if f"`{name}`" not in PAGE and f"`{name}/`" not in PAGE] == []


def test_every_reason_is_documented() -> None:
    assert [reason for reason in schema.Reason if reason.value not in PAGE] == []
