"""The rooms import one way: read, boilerplate, dedup, write and report; nobody imports the command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "cleanse"

#: What each room may import besides itself. The base (schema, config, errors, characters) imports nothing of the rooms.
BASE = {
    "schema",
    "config",
    "errors",
    "characters",
    "compiled",
    "layout",
    "remote",
    "memory",
    "program",
    "shortage",
    "threads",
}
ALLOWED = {
    "schema": set(),
    "errors": set(),
    "layout": set(),
    "remote": {"errors", "program"},
    "characters": set(),
    "compiled": {"errors", "kept", "program"},
    "kept": set(),
    "memory": {"config"},
    "program": set(),
    "shortage": {"errors"},
    "threads": set(),
    "config": {"schema", "errors"},
    "engines": BASE,
    "read": BASE,
    "boilerplate": BASE,
    "dedup": BASE | {"engines"},
    "write": BASE | {"engines", "boilerplate", "dedup"},
    "report": BASE,
    "result": BASE | {"engines", "write", "report"},
    "estimate": BASE | {"read", "dedup"},
    "verification": BASE | {"report", "dedup"},
    "index": BASE | {"engines", "read", "dedup", "result", ""},
    "pipeline": BASE
    | {"engines", "read", "boilerplate", "dedup", "write", "report", "result", "index", "verification", ""},
    "stream": BASE | {"read", "boilerplate", "dedup"},
    "adapters": BASE | {"stream", "pipeline", "read", "boilerplate", "dedup", "result", ""},
    "progress": {"pipeline"},
    "api": BASE | {"engines", "pipeline", "stream", "result", "boilerplate"},
    "cli": BASE
    | {
        "engines",
        "pipeline",
        "stream",
        "progress",
        "report",
        "read",
        "result",
        "boilerplate",
        "index",
        "verification",
        "estimate",
        "",
    },
    "__main__": {"cli"},
    "": {"api", "config", "engines", "errors", "boilerplate", "index", "result"},
}


def room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "cleanse":
                part = parts[1] if len(parts) > 1 else ""
                known = (SOURCE / part).is_dir() or (SOURCE / f"{part}.py").exists()
                found.add(part if known else "")
    return found


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    here = room(path)
    assert imports(path) - {here} <= ALLOWED[here]


def test_help_and_import_load_nothing_heavy() -> None:
    heavy = ["numba", "pyarrow", "duckdb", "trafilatura", "scipy", "lxml", "datasketch", "jinja2", "numpy", "fsspec"]
    assert not loaded("cleanse, cleanse.cli", heavy)


def test_a_run_reads_and_waits_for_its_workers_without_kernels() -> None:
    assert not loaded("cleanse.pipeline.runs", ["numba", "lxml", "trafilatura"])


def loaded(modules: str, heavy: list[str]) -> str:
    """Those of the heavy modules that others load, in words."""
    code = f"import sys, {modules}; print(*(name for name in {heavy} if name in sys.modules))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
