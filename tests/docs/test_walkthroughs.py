"""The walk-throughs of docs/contributing.md: each is a patch to one file of the source, with a test that then passes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
WALKS = dict(re.findall(r"^## (.*?)\n.*?^```diff\n(.*?)^```$", PAGE, re.M | re.S))


def files(patch: str) -> list[str]:
    return re.findall(r"^\+\+\+ b/(.*)$", patch, re.MULTILINE)


def test_there_are_four() -> None:
    assert list(WALKS) == ["An input format", "A drop reason", "A survivor policy", "An adapter"]


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_touches_one_file_of_code_and_brings_its_test(walk: str) -> None:
    code = [name for name in files(WALKS[walk]) if name.startswith("src/") and name.endswith(".py")]
    tests = [name for name in files(WALKS[walk]) if name.startswith("tests/")]
    assert (len(code), len(tests)) == (1, 1)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("git"), reason="git applies the patches")
@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_leads_where_it_says(walk: str, tmp_path: Path) -> None:
    passing_by = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=passing_by)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    applied = subprocess.run(
        ["git", "apply", "--verbose"], cwd=tmp_path, input=WALKS[walk], capture_output=True, text=True, check=False
    )
    assert applied.returncode == 0, applied.stderr
    (test,) = (name for name in files(WALKS[walk]) if name.startswith("tests/"))
    # Kernels run as Python: in a copy they would have to be compiled. Integers may overflow then, as they are meant to.
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore::RuntimeWarning", test],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "src"), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
