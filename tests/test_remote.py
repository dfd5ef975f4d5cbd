"""Inputs and results behind addresses: a real S3 server and a real web server on loopback, and fsspec's memory."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import cleanse
from cleanse.cli import main
from cleanse.config import load_config
from cleanse.errors import InputNotFound, OutputError, UsageError
from cleanse.read import find_inputs
from cleanse.remote import problem, public
from cleanse.verification import verify
from cleanse.write.results import write_results
from tests.conftest import UNCOMPILED, article

from .read.conftest import read_entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

fsspec = pytest.importorskip("fsspec", reason="opens addresses: pip install 'cleanse[remote]'")

ROWS = [{"id": subject, "text": article(subject * 2)} for subject in "abc"]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


@pytest.fixture
def memory() -> Iterator[Any]:
    place = fsspec.filesystem("memory")
    yield place
    place.store.clear()
    place.pseudo_dirs[:] = [""]


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = pytest.importorskip("moto.server", reason="an S3 server on loopback: pip install 'moto[server]'")
    pytest.importorskip("s3fs", reason="opens s3://: pip install 'cleanse[remote]'")
    thread = server.ThreadedMotoServer(port=0, verbose=False)
    thread.start()
    host, port = thread.get_host_and_port()
    yield f"http://{host}:{port}"
    thread.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    import s3fs

    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "AKIASECRETKEY",
        "AWS_SECRET_ACCESS_KEY": "very+secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    place = s3fs.S3FileSystem()
    place.mkdir("bucket")
    yield place
    place.rm("bucket", recursive=True)
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

    (tmp_path / "web").mkdir()
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path / "web"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def fill(place: Any, root: str) -> None:
    files = {
        "pages.jsonl.gz": gzip.compress(LINES),
        "more/page.html": b"<!doctype html><p>page",
        "more/text.txt": b"text",
        "more/.hidden.txt": b"hidden",
        "old/run.json": b"{}",
        "old/dropped.parquet": b"x",
        "old/corpus/part-00000.jsonl": LINES,
        "old/notes.txt": b"notes",
    }
    for name, data in files.items():
        place.pipe_file(f"{root}/{name}", data)


@pytest.mark.parametrize("scheme", ["memory", "s3"])
def test_files_folders_and_globs_are_read(scheme: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(scheme)
    fill(place, "bucket/in")
    top = f"{scheme}://bucket/in"
    names = ["more/page.html", "more/text.txt", "old/notes.txt", "pages.jsonl.gz"]
    result = read_entries(find_inputs([top]))
    assert [entry.name for entry in find_inputs([f"{top}/"])] == names
    assert (result.problems, len(result.rows)) == ([], 6)
    assert result.column("id")[:3] == ["more/page.html", "more/text.txt", "old/notes.txt"]
    assert result.column("source")[:3] == ["more", "more", "old"]
    assert [entry.name for entry in find_inputs([f"{top}/*/*.txt"])] == ["more/text.txt", "old/notes.txt"]
    assert [entry.name for entry in find_inputs([f"{top}/**/*.html"])] == ["more/page.html"]
    assert len(find_inputs([f"{top}/pages.jsonl.gz", top])) == 4
    for missing in ("none", "*.none"):
        with pytest.raises(InputNotFound, match="no such file or folder"):
            find_inputs([f"{top}/{missing}"])


def test_parquet_and_page_are_read_from_a_web_server(web: str, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp", reason="opens https://: pip install 'cleanse[remote]'")
    import pyarrow as pa

    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "web" / "x.parquet")
    (tmp_path / "web" / "a page.html").write_text("<p>page <a href=x.parquet>")
    entries = find_inputs([f"{web}/x.parquet?token=SECRET", f"{web}/a%20page.html", f"{web}/none.html?token=SECRET"])
    assert [entry.name for entry in entries] == ["x.parquet", "a page.html", "none.html"]
    result = read_entries(entries)
    assert result.column("id") == ["a", "b", "c", "a page.html"]
    assert result.column("path")[0] == f"{web}/x.parquet?...:1"
    assert result.column("source")[-1] == "127.0.0.1"
    assert result.problems == [f"{web}/none.html?...: no such file or folder"]


@pytest.mark.parametrize("scheme", ["memory", "s3"])
def test_a_result_is_put_behind_an_address(
    scheme: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = request.getfixturevalue(scheme)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    place.pipe_file("bucket/in/pages.jsonl", LINES)
    place.pipe_file("bucket/out/mine.txt", b"mine")
    address = f"{scheme}://bucket/out"
    for form, files in {
        "huggingface": ["README.md", "data/train-00000-of-00001.parquet"],
        "jsonl": ["corpus.jsonl"],
    }.items():
        result = cleanse.run(f"{scheme}://bucket/in", address, load_config(pairs=[f"write.format={form}"]))
        place.invalidate_cache()
        names = sorted(path.partition("bucket/out/")[2] for path in place.find("bucket/out"))
        tables = [f"{name}.parquet" for name in ("clusters", "dropped", "kept", "matches")]
        assert names == sorted([*files, *tables, "mine.txt", "report.html", "report.json", "run.json"])
        assert result.corpus["id"].to_pylist() == ["a", "b", "c"]
        assert place.cat_file("bucket/out/run.json") == (result.folder / "run.json").read_bytes()
    (entry,) = result.manifest["inputs"]
    assert (entry["path"], entry["bytes"]) == (
        f"{scheme}://{'/' * (scheme == 'memory')}bucket/in/pages.jsonl",
        len(LINES),
    )
    assert entry["version"]
    texts = [path.read_text() for path in result.folder.glob("*.json")] + [(result.folder / "report.html").read_text()]
    assert not any("SECRET" in text or "very+secret" in text for text in texts)
    del result
    assert [path for path in tmp_path.iterdir() if path.name.startswith("cleanse-")] == []


def test_an_upload_that_fails_leaves_the_result_before_and_the_new_one_on_disk(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    memory.pipe_file("/in/pages.jsonl", LINES)
    cleanse.run("memory://in", "memory://out")
    before = {path: memory.cat_file(path) for path in memory.find("/out")}
    memory.pipe_file("/in/pages.jsonl", LINES + json.dumps({"id": "d", "text": article("dd")}).encode())

    def refuse(*args: object, **more: object) -> None:
        raise RuntimeError("no more room at https://me:SECRET@store.example/x?sign=SECRET")

    monkeypatch.setattr(type(memory), "put_file", refuse)
    with pytest.raises(OutputError, match="the upload failed: no more room") as caught:
        cleanse.run("memory://in", "memory://out")
    assert "SECRET" not in str(caught.value)
    assert {path: memory.cat_file(path) for path in memory.find("/out")} == before
    (local,) = (path for path in tmp_path.iterdir() if path.name.startswith("cleanse-"))
    assert str(local) in str(caught.value)
    assert cleanse.Result(local).corpus.num_rows == 4


def test_a_run_that_is_refused_leaves_the_work_of_the_other(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe_file("/in/pages.jsonl", LINES)

    def meanwhile(*args: object, **kwargs: object) -> Any:
        with pytest.raises(OutputError, match="another run works there"):
            cleanse.run("memory://in", "memory://out")
        return write_results(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("cleanse.write.results.write_results", meanwhile)
    assert cleanse.run("memory://in", "memory://out").corpus.num_rows == len(ROWS)


def test_a_place_that_cannot_be_written_is_refused_before_the_run(memory: Any, web: str, tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_bytes(LINES)
    memory.pipe_file("/mine/README.md", b"mine")
    with pytest.raises(OutputError, match=r"memory://mine/README\.md: is there and no run has made it"):
        cleanse.run(tmp_path / "pages.jsonl", "memory://mine")
    with pytest.raises(OutputError, match="a web server's folder cannot be written"):
        cleanse.run(tmp_path / "pages.jsonl", f"{web}/out")


@pytest.mark.parametrize(
    "command",
    [
        "explain {} a",
        "report {}",
        "report here --compare {}",
        "verify {}",
        "merge {} -o here",
        "run pages.jsonl -o here --index {}",
        "index info {}",
        "index add {} pages.jsonl",
    ],
)
def test_what_is_used_from_disk_only_says_so_of_an_address(command: str, memory: Any) -> None:
    memory.pipe_file("/out/run.json", b"{}")
    words = [word.format("memory://me:SECRET@out") for word in command.split()]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "memory://out: must be on this machine's disk: copy it here" in done.stderr
    assert "SECRET" not in done.stderr


def test_a_remote_result_that_was_copied_is_explained_and_verified(memory: Any, tmp_path: Path) -> None:
    memory.pipe_file("/in/pages.jsonl", LINES)
    cleanse.run("memory://in", "memory://out")
    memory.get("/out", str(tmp_path / "out"), recursive=True)
    assert all(check.broken == 0 for check in verify(f"file://{tmp_path}/out"))
    done = CliRunner().invoke(main, ["explain", f"file://{tmp_path}/out", "a"])
    assert (done.exit_code, "kept" in done.stdout) == (0, True)
    with pytest.raises(UsageError, match=r"memory://out: must be on this machine's disk"):
        verify("memory://out")
    with pytest.raises(UsageError, match=r"s3://bucket/seen\.idx: must be on this machine's disk"):
        cleanse.Index("s3://bucket/seen.idx")


def test_a_bucket_that_is_not_there_is_named(s3: Any, tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_bytes(LINES)
    with pytest.raises(OutputError, match=r"s3://nobucket/out: cannot be written: "):
        cleanse.run(tmp_path / "pages.jsonl", "s3://nobucket/out")
    with pytest.raises(InputNotFound, match=r"s3://nobucket/in: no such file or folder"):
        find_inputs(["s3://nobucket/in"])


def test_a_message_of_an_address_alone_says_what_kind_of_error_it_is() -> None:
    assert problem(ValueError("file:///etc/passwd")) == "ValueError: file:///etc/passwd"
    assert problem(OSError()) == "OSError"
    assert problem(ValueError("no such bucket")) == "no such bucket"


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    assert find_inputs([f"file://{tmp_path}/a.txt"]) == find_inputs([tmp_path / "a.txt"])


def test_what_cannot_be_opened_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"nonsense://x: cannot be opened"):
        find_inputs(["nonsense://x"])
    with pytest.raises(UsageError, match="chained"):
        find_inputs(["zip://a::memory://b"])
    with pytest.raises(UsageError, match=r"gs://bucket/x: .*gcsfs"):
        find_inputs(["gs://bucket/x"])
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UsageError, match=r"s3://bucket/x: .* pip install 'cleanse\[remote\]'"):
        find_inputs(["s3://bucket/x"])


def test_a_server_that_cannot_be_reached_is_no_missing_file() -> None:
    pytest.importorskip("aiohttp", reason="opens https://: pip install 'cleanse[remote]'")
    (problem,) = read_entries(find_inputs(["http://me:SECRET@127.0.0.1:9/x.warc?sign=SECRET"])).problems
    assert problem.startswith("http://127.0.0.1:9/x.warc?...: Cannot connect to host 127.0.0.1:9")
    assert "SECRET" not in problem


def test_secrets_of_addresses_are_not_shown() -> None:
    text = "cleanse run 'https://me:pass@a.example/x.warc?sign=1&k=2' -o s3://key:secret@bucket/out ftp://u:p@h/x"
    assert public(text) == "cleanse run 'https://a.example/x.warc?...' -o s3://bucket/out ftp://h/x"


def test_a_plain_path_does_not_load_fsspec(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article("aa"))
    code = f"import sys, cleanse; cleanse.run({str(tmp_path / 'a.txt')!r}, {str(tmp_path / 'out')!r}); print('fsspec' in sys.modules)"
    command, environment = [sys.executable, "-c", code], os.environ | UNCOMPILED
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
