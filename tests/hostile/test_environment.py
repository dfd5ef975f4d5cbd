"""Machines that lack something: a run works, or says in one line what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cleanse import run
from tests.conftest import ROOT, UNCOMPILED, article
from tests.hostile.limits import cleanse, python

if TYPE_CHECKING:
    Done = subprocess.CompletedProcess[str]

_ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def _can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


mounts = pytest.mark.skipif(not _can_mount(), reason="only root may mount file systems of its own")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    rows = [{"id": f"é{k}", "text": article(f"é{k % 40}w")} for k in range(60)]
    (folder / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def works(done: Done, out: Path) -> None:
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    counts = json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["documents"], counts["kept"]) == (60, 40)


def says(done: Done, code: int, what: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert what in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "surroundings",
    [
        {"without": ("HOME",), "environment": {"TERM": "dumb", **_ASCII}},
        {"environment": {"HOME": "/proc/none", "TMPDIR": "/proc/none"}},
        pytest.param({"environment": {"NUMBA_CACHE_DIR": "/proc/none"}}, marks=pytest.mark.slow),
    ],
    ids=["no HOME, LANG=C, a dumb terminal", "HOME and TMPDIR not there", "kernels not kept there"],
)
def test_a_run_works_without(surroundings: dict[str, object], pages: Path, tmp_path: Path) -> None:
    works(cleanse("run", pages, "-o", tmp_path / "out", **surroundings), tmp_path / "out")


def test_text_of_any_script_is_stripped_and_explained_in_ascii(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("鷺が立っていた。\n" * 3 + article("é"), encoding="utf-8")
    done = cleanse("strip", tmp_path / "page.txt", environment=_ASCII | UNCOMPILED)
    assert done.returncode == 0, done.stderr
    run(pages, tmp_path / "out")
    done = cleanse("explain", tmp_path / "out", "é1", environment=_ASCII | UNCOMPILED)
    assert done.returncode == 0, done.stderr
    assert "kept" in done.stdout


@pytest.mark.slow
def test_one_processor_is_enough(pages: Path, tmp_path: Path) -> None:
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); from cleanse.cli import program; program()"
    )
    works(python(code, "run", pages, "-o", tmp_path / "out"), tmp_path / "out")


def test_a_folder_that_cannot_be_written_is_named(pages: Path) -> None:
    says(cleanse("run", pages, "-o", "/proc/none", environment=UNCOMPILED), 2, "/proc/none: cannot be written")


def test_inputs_are_only_read(pages: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in [pages, *pages.iterdir()]}
    run(pages, tmp_path / "out")
    assert {path: path.stat().st_mtime_ns for path in [pages, *pages.iterdir()]} == before


def test_a_file_that_may_not_grow_is_named(pages: Path, tmp_path: Path) -> None:
    done = cleanse("run", pages, "-o", tmp_path / "out", file_bytes=10_000, environment=UNCOMPILED)
    says(done, 2, f"{tmp_path / 'out'}: File too large; make room")
    assert not (tmp_path / "out" / "run.json").exists()
    assert run(pages, tmp_path / "out").corpus.num_rows == 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "what"),
    [
        ("RLIMIT_NOFILE, (9, 9)", "open too few files: raise the limit"),
        ("RLIMIT_AS, (400_000_000,) * 2", "too little memory, or too few threads: raise the limits"),
    ],
)
def test_a_limit_of_the_system_is_named(limit: str, what: str, pages: Path, tmp_path: Path) -> None:
    code = f"import resource; resource.setrlimit(resource.{limit}); from cleanse.cli import program; program()"
    says(python(code, "run", pages, "-o", tmp_path / "out"), 2, what)
    works(cleanse("run", pages, "-o", tmp_path / "out"), tmp_path / "out")


def test_a_link_that_leads_nowhere_is_no_output(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    says(
        cleanse("run", pages, "-o", tmp_path / "out", environment=UNCOMPILED),
        2,
        "out: is a link that leads nowhere; name a folder",
    )


@mounts
def test_a_full_disk_is_named_and_the_result_before_stays(pages: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    filled = f"mount -t tmpfs -o size=3m none {small} && head -c 2900k /dev/zero > {small}/full"
    before = '{"version": "1", "config": {}}'
    done = _mounted(f"{filled} && mkdir {small}/out && echo '{before}' > {small}/out/run.json", "run", pages, "-o", small / "out",
                    after=f"ls -A {small}/out; cat {small}/out/run.json")  # fmt: skip
    says(done, 2, "No space left on device; make room")
    assert before in done.stdout


@mounts
@pytest.mark.slow
def test_kernels_are_compiled_where_nothing_can_be_written_but_the_output(pages: Path, tmp_path: Path) -> None:
    source = ROOT / "src"
    done = _mounted(
        f"mount --bind {source} {source} && mount -o remount,ro,bind {source}",
        *("run", pages, "-o", tmp_path / "out", "--set", "strip.enabled=false"),
        environment={"HOME": "/proc/none", "NUMBA_CACHE_DIR": "/proc/none", "XDG_CACHE_HOME": "/proc/none"},
    )
    works(done, tmp_path / "out")


@mounts
@pytest.mark.slow
def test_shared_memory_is_not_needed(pages: Path, tmp_path: Path) -> None:
    works(_mounted("umount /dev/shm", "run", pages, "-o", tmp_path / "out"), tmp_path / "out")


def test_kernels_have_a_folder_of_their_own_where_nothing_else_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from cleanse import compiled
    from cleanse.errors import OutputError

    monkeypatch.setenv("NUMBA_CACHE_DIR", "/proc/none")
    monkeypatch.setattr(compiled, "_is_writable", lambda folder: False)
    monkeypatch.setattr(compiled.sys, "modules", {})
    compiled.keep_kernels()
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0, "what is kept there is run: nobody else may write it"

    def full(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiled.tempfile, "mkdtemp", full)
    with pytest.raises(OutputError, match="NUMBA_CACHE_DIR"):
        compiled.keep_kernels()


def _mounted(mounting: str, *arguments: object, after: str = "true", environment: dict[str, str] | None = None) -> Done:
    """cleanse, in a process that sees file systems mounted for it alone."""
    code = "import subprocess, sys; sys.exit(subprocess.run(['unshare', '-m', 'sh', '-c', *sys.argv[1:]]).returncode)"
    run = f'{mounting} || exit 99; {sys.executable} -m cleanse "$@"; code=$?; {after}; exit $code'
    return python(code, run, "sh", *arguments, environment=environment)
