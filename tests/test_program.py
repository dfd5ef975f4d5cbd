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
_BACKEND = """
import fsspec
import pandas
from fsspec.implementations.memory import MemoryFileSystem

class Tables(MemoryFileSystem):
    protocol = "tables"
"""


def loads_pandas(code: str, *arguments: str) -> bool:
    """Whether a program has loaded pandas when it ends."""
    tell = "import atexit, sys; atexit.register(lambda: sys.stderr.write(str('pandas' in sys.modules)))"
    command = [sys.executable, "-c", f"{tell}; {code}", *arguments]
    return {"True": True, "False": False}[subprocess.run(command, capture_output=True, text=True, check=True).stderr]


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.txt"
    path.write_text("One sentence of some length is enough for this.\n", encoding="utf-8")
    return str(path)


def test_the_command_line_loads_no_pandas(page: str) -> None:
    assert loads_pandas(_LISTS), "what is spared"
    assert not loads_pandas(f"from cleanse.program import begin; begin(); {_LISTS}")
    spared_and_allowed = "from cleanse.program import allow_pandas, begin; begin(); allow_pandas()"
    assert loads_pandas(f"{spared_and_allowed}; {_LISTS}"), "as Spark needs it"
    assert not loads_pandas("from cleanse.cli import program; program()", "strip", page)


def test_an_address_of_others_may_load_pandas(tmp_path: Path, page: str) -> None:
    (tmp_path / "tables.py").write_text(_BACKEND, encoding="utf-8")
    register = "import fsspec; fsspec.register_implementation('tables', 'tables.Tables')"
    run = "from cleanse.cli import program; program()"
    command = [sys.executable, "-c", f"{register}; {run}", "run", page, "-o", "tables://out", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_command_line_does_to_a_program_of_others(page: str) -> None:
    """Nothing: it may call the commands, and go on."""
    state = "(gc.get_threshold(), dict(os.environ))"
    code = f"""
import gc, os, sys
from cleanse.cli import main
before = {state}
try:
    main(["strip", sys.argv[1]])
except SystemExit as end:
    assert end.code == 0
import pandas
assert before == {state}
"""
    done = subprocess.run([sys.executable, "-c", code, page], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr[-500:]) == (0, "")
    assert done.stdout.startswith("One sentence")
