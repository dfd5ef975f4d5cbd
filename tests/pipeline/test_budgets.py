"""A run in which pages crash, hang or fill what reads them: each is named and set aside, and the run ends as it should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import cleanse
from cleanse.config import load_config
from cleanse.verification import verify
from tests.conftest import article
from tests.pipeline.harmed import HARM, HarmedFindBlocks

if TYPE_CHECKING:
    from pathlib import Path

WHY = {
    "crash": "crashed the process that read it (SIGSEGV)",
    "raise": "ValueError: no page",
    "fill": "needed more than 3,000 MB of memory",
    "loop": "took more than 5 s",
    "native": "took more than 5 s",
}


def run(folder: Path, hostile: list[str], patch: pytest.MonkeyPatch, *settings: str) -> cleanse.Result:
    """A run over ordinary pages, with some between them that do harm as they are taken apart."""
    texts = [article(f"subject{k}", 20) for k in range(30)]
    for k, what in enumerate(hostile):
        texts.insert(7 * k + 3, f"{HARM}{what}\n\n{article(f'harm{k}')}")
    rows = [json.dumps({"id": f"page {k}", "text": text}) for k, text in enumerate(texts)]
    (folder / "pages.jsonl").write_text("\n".join(rows), encoding="utf-8")
    patch.setattr("cleanse.pipeline.flow.FindBlocks", HarmedFindBlocks)
    return cleanse.run(folder / "pages.jsonl", folder / "out", load_config(pairs=settings))


def set_aside(folder: Path) -> dict[str, str]:
    rows = pq.read_table(folder / "out" / "dropped.parquet").to_pylist()
    return {row["id"]: row["evidence"] for row in rows if row["reason"] == "unparsable"}


@pytest.mark.slow
def test_pages_that_end_their_process_are_named_and_no_other_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = ["crash", "raise", "fill"]
    result = run(tmp_path, hostile, monkeypatch)
    assert set_aside(tmp_path) == {f"page {7 * k + 3}": WHY[what] for k, what in enumerate(hostile)}
    assert result.manifest["counts"]["kept"] == 30
    assert [check for check in verify(tmp_path / "out") if check.broken] == []


@pytest.mark.slow
def test_pages_that_hang_in_python_or_in_native_code_are_named_and_no_other_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = ["loop", "native"]
    result = run(tmp_path, hostile, monkeypatch, "run.page_seconds=5")
    assert set_aside(tmp_path) == {f"page {7 * k + 3}": WHY[what] for k, what in enumerate(hostile)}
    assert result.manifest["counts"]["kept"] == 30
