"""A run keeps to its memory, however large the corpus."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import article

BENCH = Path(__file__).parent.parent.parent / "bench" / "memory.py"


def bench() -> Any:
    spec = importlib.util.spec_from_file_location("bench_memory", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts the memory of all processes by /proc")
@pytest.mark.parametrize(("command", "limit", "megabytes"), [("dedupe", 600, 4), ("run", 600, 2)])
def test_the_peak_is_below_the_limit_and_does_not_grow_with_the_corpus(
    command: str, limit: int, megabytes: int, tmp_path: Path
) -> None:
    """Ten times the corpus, the same memory, but for what is held of each document; over all processes."""
    memory = bench()
    peaks = []
    for name, size in (("kernels", 1), ("small", megabytes), ("large", 10 * megabytes)):
        corpus = tmp_path / f"{name}.jsonl"
        memory.write(corpus, size * 10**6)
        arguments = [str(corpus), "-o", str(tmp_path / name), "--memory", f"{limit}MB", "--threads", "2"]
        arguments += ["--set", "run.batch_bytes=500000"]  # parts for two workers in the small one, too
        peak, _, status = memory.measured([sys.executable, "-m", "cleanse", command, *arguments])
        assert status == 0
        peaks.append(peak)
    assert peaks[2] < limit * 1e6
    assert peaks[2] - peaks[1] < 200e6


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts the memory of all processes by /proc")
def test_pages_too_large_for_a_worker_are_made_within_the_limit(tmp_path: Path) -> None:
    """Pages of 8 MB between small ones: one process at a time has the memory for them, and if it has not, they are named."""
    memory = bench()
    pages = tmp_path / "pages"
    pages.mkdir()
    for k in range(6):
        paragraphs = "".join(f"<p>{article(f's{k}x{n}', 4)}</p>" for n in range(20_000 if k % 3 == 1 else 20))
        (pages / f"{k}.html").write_text(f"<html><body>{paragraphs}</body></html>")
    arguments = [str(pages), "-o", str(tmp_path / "out"), "--memory", "1GB", "--threads", "2"]
    peak, _, status = memory.measured([sys.executable, "-m", "cleanse", "run", *arguments])
    assert status == 0
    assert peak < 1e9
    counts = json.loads((tmp_path / "out" / "run.json").read_text())["counts"]
    assert counts["documents"] == 6
    assert counts["kept"] >= 4, "the small ones are kept in any case"
