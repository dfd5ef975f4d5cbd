"""What is published: a wheel and a source archive that hold the package with its data and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

import cleanse
from tests.conftest import ROOT

if TYPE_CHECKING:
    from email.message import Message

for name in ("build", "hatchling", "twine"):
    pytest.importorskip(name, reason=f"{name} is in the extra dev")

SOURCE = ROOT / "src" / "cleanse"
#: What a source archive holds besides the package: the rest of the project is for who works on it.
BESIDE = {
    "docs",
    "seeds",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "PKG-INFO",
    ".gitignore",
}
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both archives; the wheel is made of what the source archive holds."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def package_files() -> set[str]:
    """Every file of the package, code and data."""
    files = (path for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(SOURCE.parent).as_posix() for path in files}


def test_a_wheel_holds_every_file_of_the_package_and_no_other(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == package_files()
    kinds = {PurePosixPath(name).suffix for name in names}
    assert {".py", ".typed", ".toml", ".json", ".jinja", ".js", ".css"} == kinds


def test_a_wheel_has_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    beside = {name.partition(".dist-info/")[2]: name for name in wheel.namelist() if ".dist-info/" in name}
    assert set(beside) == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert wheel.read(beside["licenses/LICENSE"]) == (ROOT / "LICENSE").read_bytes()
    assert "cleanse = cleanse.cli:program" in wheel.read(beside["entry_points.txt"]).decode()


def test_a_source_archive_holds_the_package_its_docs_and_the_demo(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.removeprefix("src/") for name in names if name.startswith("src/")} == package_files()
    assert {name.partition("/")[0] for name in names} - {"src"} == BESIDE


def test_archives_are_small_and_would_be_accepted(built: Path) -> None:
    paths = sorted(built.iterdir())
    assert [path.name for path in paths if path.stat().st_size > MOST_BYTES] == []
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *map(str, paths)], check=True)


def test_the_version_stands_in_one_place(metadata: Message) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    assert metadata["Version"] == cleanse.__version__
    stated = [path for path in SOURCE.rglob("*.py") if f'"{cleanse.__version__}"' in path.read_text(encoding="utf-8")]
    assert stated == [SOURCE / "__init__.py"]


def test_metadata_name_the_pythons_that_are_supported(metadata: Message) -> None:
    assert metadata["Requires-Python"] == ">=3.11"
    minors = {text.rpartition(" ")[2] for text in metadata.get_all("Classifier", []) if "Python :: 3." in text}
    assert minors == {"3.11", "3.12", "3.13"}
    assert metadata["License-Expression"] == "Apache-2.0"


def test_every_dependency_has_a_lower_bound(metadata: Message) -> None:
    needed = [text for text in metadata.get_all("Requires-Dist", []) if "extra ==" not in text]
    assert needed
    assert [text for text in needed if ">=" not in text] == []
