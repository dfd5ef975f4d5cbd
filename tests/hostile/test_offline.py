"""A run over every hostile input, without a network and watched: it asks for no address, runs nothing and writes nowhere else."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, article
from tests.hostile.limits import python

if TYPE_CHECKING:
    from pathlib import Path

#: Loaded by every Python process of the run, before anything else: writes down what no run may do.
_WATCH = """
import os, sys
_LOG = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEVER = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request",
          "os.system", "os.exec", "os.posix_spawn", "webbrowser.open", "ftplib.connect", "http.client.connect")
_OURS = tuple(os.environ["WATCHED_FOLDERS"].split(os.pathsep)) + (os.devnull,)

def _watch(event, given):
    wrong = event in _NEVER
    wrong |= event == "subprocess.Popen" and given[0] != sys.executable
    wrong |= event == "pickle.find_class" and (given[0] in ("os", "posix", "subprocess") or given[1] in ("eval", "exec", "open"))
    if event == "open" and isinstance(given[0], (str, bytes)) and isinstance(given[2], int) and given[2] & _WRITES:
        wrong |= not os.path.realpath(os.fsdecode(given[0])).startswith(_OURS)
    # what is named relative to an open folder was found in it
    if event in ("os.mkdir", "os.rename", "os.remove", "os.symlink") and given[-1] == -1:
        wrong |= not os.path.realpath(os.fsdecode(given[0])).startswith(_OURS)
    if wrong:
        os.write(_LOG, f"{event} {given}\\n".encode("utf-8", "backslashreplace"))

sys.addaudithook(_watch)
"""

_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.1:9/">'
    '<!ENTITY % z SYSTEM "http://127.0.0.1:9/z.dtd"> %z;]>'
)


class Harm:
    """Unpickled, it makes a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, (self.path, "w")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder with the inputs, the result and what the watch saw, and how the run ended."""
    folder = tmp_path_factory.mktemp("watched")
    return folder, _run(_inputs(folder), folder)


def _inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    shutil.copytree(ROOT / "fixtures" / "hostile", folder)
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(".html" if b"<" in path.read_bytes() else ".txt"))
    asking = ("img src", "script src", "link rel=stylesheet href", "iframe src", "base href", "a href", "object data")
    follow = "".join(f"<{tag}='http://127.0.0.1:9/{k}'>" for k, tag in enumerate(asking))
    (folder / "entities.html").write_text(
        f"{_ENTITY}<html><body><p>secret &x; &y;</p><p>{article('a')}</p></body></html>"
    )
    (folder / "follow.html").write_text(f"<html><body>{follow}<p>{article('b')}</p>")
    (folder / "harm.pkl").write_bytes(pickle.dumps(Harm(str(tmp_path / "harm"))))
    (folder / "harm.jsonl").write_text(
        json.dumps({"text": pickle.dumps(Harm(str(tmp_path / "harm"))).decode("latin-1")})
    )
    (folder / "code.txt").write_text(
        f"__import__('os').system('touch {tmp_path}/harm')\n$(touch {tmp_path}/harm)\n" * 5
    )
    return folder


def test_nothing_is_asked_for_nothing_is_run_and_nothing_is_written_elsewhere(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = ran
    assert done.returncode == 0, done.stderr
    assert (folder / "watched").read_text() == ""
    assert not (folder / "harm").exists()
    counts = json.loads((folder / "out" / "run.json").read_text())["counts"]
    assert counts["documents"] + counts["unreadable"] >= len(list((folder / "in").iterdir()))


def test_entities_are_not_resolved(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = ran
    assert done.returncode == 0, done.stderr
    page = json.dumps([json.loads(line) for line in (folder / "out" / "corpus.jsonl").read_text().splitlines()])
    assert "root:" not in page


def test_the_watch_sees(tmp_path: Path) -> None:
    _watched(tmp_path)
    code = "import socket, sys\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept OSError: pass\nopen(sys.argv[1], 'w')"
    done = python(code, tmp_path / "elsewhere", environment=_environment(tmp_path))
    assert done.returncode == 0, done.stderr
    assert {line.split()[0] for line in (tmp_path / "watched").read_text().splitlines()} >= {"socket.connect", "open"}


def _run(inputs: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    _watched(folder)
    code = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    alone = ["unshare", "-n"] if _can_be_alone() else []
    command = [*alone, sys.executable, "-m", "cleanse", "run", inputs, "-o", folder / "out"]
    done = python(code, *command, environment=_environment(folder))
    watched = folder / "watched"
    # what starts the run is watched too, and seen to start it
    lines = [line for line in watched.read_text().splitlines() if not line.startswith("subprocess.Popen ('unshare'")]
    watched.write_text("".join(f"{line}\n" for line in lines))
    return done


def _can_be_alone() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run(["unshare", "-n", "true"], check=False).returncode == 0


def _watched(folder: Path) -> None:
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site" / "sitecustomize.py").write_text(_WATCH)
    (folder / "watched").touch()
    (folder / "tmp").mkdir(exist_ok=True)


def _environment(folder: Path) -> dict[str, str]:
    ours = [folder / "out", folder / "tmp", folder / "watched", os.environ.get("NUMBA_CACHE_DIR") or ROOT]
    path = [folder / "site", ROOT, ROOT / "src"]
    return {
        "WATCHED": str(folder / "watched"),
        "WATCHED_FOLDERS": os.pathsep.join(map(str, ours)),
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
