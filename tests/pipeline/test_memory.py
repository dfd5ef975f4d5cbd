"""A run keeps to its memory, however large the corpus."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

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
def test_the_peak_is_below_the_limit_and_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    """Ten times the corpus, the same memory, but for what is held of each document; over all processes."""
    memory = bench()
    peaks = []
    for name, size in (("kernels", 10**6), ("small", 4 * 10**6), ("large", 40 * 10**6)):
        corpus = tmp_path / f"{name}.jsonl"
        memory.write(corpus, size)
        command = [
            sys.executable,
            "-m",
            "cleanse",
            "dedupe",
            str(corpus),
            "-o",
            str(tmp_path / name),
            "--memory",
            "600MB",
        ]
        peak, _, status = memory.measured(command)
        assert status == 0
        peaks.append(peak)
    assert peaks[2] < 600e6
    assert peaks[2] - peaks[1] < 200e6
