"""A few pages are worked on without compiling anything, with the same result."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import cleanse
from tests.pipeline.test_resumption import TABLES

if TYPE_CHECKING:
    from pathlib import Path


def kernels_after(command: list[str], cache: Path) -> list[Path]:
    """The kernels in an empty cache once a command has run."""
    cache.mkdir()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-m", "cleanse", *command], env=environment, capture_output=True, text=True, check=True
    )
    assert "Warning" not in done.stderr
    return list(cache.rglob("*.nbi"))


@pytest.mark.slow
def test_the_seeds_need_no_compiled_kernels(seeds: Path, tmp_path: Path) -> None:
    assert kernels_after(["run", str(seeds), "-o", str(tmp_path / "plain")], tmp_path / "cache") == []
    cleanse.run(seeds, tmp_path / "compiled")
    for name in TABLES:
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "compiled" / name).read_bytes()


@pytest.mark.slow
def test_more_text_is_worth_compiling(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("".join(f"Sentence {n} says {n * 7919 % 10007}.\n" for n in range(3_000)))
    assert kernels_after(["dedupe", str(tmp_path / "long.txt"), "-o", str(tmp_path / "out")], tmp_path / "cache")
