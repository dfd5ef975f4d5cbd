"""report.json and report.html of a run folder: each is either the old one or the new one, never half of it."""

from __future__ import annotations

import json
import os
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from cleanse.errors import OutputError
from cleanse.report.comparison import compare
from cleanse.report.facts import build_report
from cleanse.report.page import render, render_comparison


def write_report(folder: Path, *, html: bool = True) -> Path:
    """Write the report of the run in ``folder``; the path of report.html, or of report.json without ``html``."""
    folder = Path(folder)
    facts = build_report(folder)
    path = folder / "report.json"
    _replace(path, msgspec.json.format(msgspec.json.encode(facts), indent=1))
    if html:
        path = folder / "report.html"
        _replace(path, render(facts).encode("utf-8", "backslashreplace"))
    return path


def write_comparison(folder: Path, other: Path) -> tuple[Path, dict[str, Any]]:
    """Write compare.html of two runs into ``folder``, from ``other`` (before) to it (after); its path and its facts."""
    facts = compare(Path(other), Path(folder))
    path = Path(folder) / "compare.html"
    _replace(path, render_comparison(facts).encode("utf-8", "backslashreplace"))
    return path, facts


def report_schema() -> dict[str, Any]:
    """The JSON Schema of report.json."""
    text = resources.files("cleanse.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _replace(path: Path, data: bytes) -> None:
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None
