"""Run folders as fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .examples import hostile_run, small_run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_run().write(tmp_path / "out")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return hostile_run().write(tmp_path / "out")
