"""What cleanse does where it is a program of its own, and must not do in others'."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pandas")

_LISTS = "import pyarrow; pyarrow.array([1])"


def loads_pandas(code: str, *arguments: str) -> bool:
    """Whether a program has loaded pandas when it ends."""
    tell = "import atexit, sys; atexit.register(lambda: sys.stderr.write(str('pandas' in sys.modules)))"
    command = [sys.executable, "-c", f"{tell}; {code}", *arguments]
    return {"True": True, "False": False}[subprocess.run(command, capture_output=True, text=True, check=True).stderr]


def test_the_command_line_loads_no_pandas(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("One sentence of some length is enough for this.\n", encoding="utf-8")
    assert loads_pandas(_LISTS), "what is spared"
    assert not loads_pandas(f"from cleanse.program import begin; begin(); {_LISTS}")
    spared_and_allowed = "from cleanse.program import allow_pandas, begin; begin(); allow_pandas()"
    assert loads_pandas(f"{spared_and_allowed}; {_LISTS}"), "as Spark needs it"
    assert not loads_pandas("from cleanse.cli import main; main()", "strip", str(tmp_path / "page.txt"))


def test_programs_of_others_may_load_pandas_after_cleanse() -> None:
    assert loads_pandas("import cleanse; cleanse.strip('One sentence.'); import pandas; pandas.Series([1])")
    assert loads_pandas("import cleanse.cli, cleanse.engines.worker; import pandas")
