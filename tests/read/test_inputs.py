"""Which files are read, in which order, under which names."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from cleanse.errors import InputNotFound
from cleanse.read import find_inputs

from .conftest import Reader, read_entries

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name in ("b/2.txt", "b/1.txt", "a.html", "b.txt", ".hidden/x.txt", ".dot.txt", "b/.git/config", "z.jsonl.gz"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_a_folder_is_read_recursively_sorted_and_without_hidden_files(site: Path) -> None:
    assert [entry.name for entry in find_inputs([site])] == ["a.html", "b/1.txt", "b/2.txt", "b.txt", "z.jsonl.gz"]


def test_a_file_is_named_by_its_base_name_and_knows_its_folder(site: Path) -> None:
    (entry,) = find_inputs([site / "b" / "1.txt"])
    assert (entry.name, entry.folder, entry.format, entry.compression) == ("1.txt", "b", "text", "")


def test_format_and_compression_come_from_the_extensions(site: Path) -> None:
    entry = find_inputs([site / "z.jsonl.gz"])[0]
    assert (entry.format, entry.compression, entry.stem) == ("jsonl", "gz", "z")


def test_a_glob_is_expanded_and_named_below_its_fixed_folders(site: Path) -> None:
    assert [entry.name for entry in find_inputs([f"{site}/*/[12].txt"])] == ["b/1.txt", "b/2.txt"]
    assert [entry.name for entry in find_inputs([f"{site}/**/*.txt"])] == ["b/1.txt", "b/2.txt", "b.txt"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").touch()
    assert [entry.name for entry in find_inputs([tmp_path / "a[1].txt"])] == ["a[1].txt"]


def test_a_file_named_twice_or_linked_is_read_once(site: Path) -> None:
    (site / "zz.txt").symlink_to(site / "b.txt")
    entries = find_inputs([site / "b.txt", site, f"{site}/*.txt", site / "b.txt"])
    assert [entry.name for entry in entries] == ["b.txt", "a.html", "b/1.txt", "b/2.txt", "z.jsonl.gz"]


def test_a_symlink_loop_is_not_followed(site: Path) -> None:
    (site / "b" / "up").symlink_to(site)
    (site / "b" / "again").symlink_to(site / "b")
    assert len(find_inputs([site])) == 5
    assert len(find_inputs([f"{site}/**/*.txt"])) == 3


def test_a_linked_folder_is_read_under_its_own_name_if_it_has_one(site: Path, tmp_path: Path) -> None:
    (site / "aa").symlink_to(site / "b")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "f.txt").touch()
    (site / "link").symlink_to(tmp_path / "far")
    names = [entry.name for entry in find_inputs([site], follow_links=True)]
    assert names == ["a.html", "b/1.txt", "b/2.txt", "b.txt", "link/f.txt", "z.jsonl.gz"]


def test_a_link_out_of_the_folder_is_refused(site: Path, tmp_path: Path, read: Reader) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "f.txt").write_text("secret")
    (tmp_path / "site2").write_text("secret")
    (site / "link").symlink_to(tmp_path / "far")
    (site / "b" / "f.txt").symlink_to(tmp_path / "far" / "f.txt")
    (site / "b" / "passwd.txt").symlink_to("/etc/passwd")
    (site / "b" / "site2.txt").symlink_to(tmp_path / "site2")
    for given in (site, f"{site}/**/*", f"{site}/*"):
        result = read(given)
        assert "secret" not in result.column("content")
        assert {error.path.removeprefix(str(site)) for error in result.errors} >= {"/link", "/b/f.txt", "/b/passwd.txt"}
        assert all("a link out of the folder" in error.problem for error in result.errors)
    assert read(f"{site}/*/../../far/*").rows == []
    assert read(site / "link", site / "b" / "f.txt").column("content") == ["secret"]  # given itself


@pytest.mark.parametrize("missing", ["nowhere.txt", "no/where", "*.nothing", "a\0b", "x" * 5000, "**x/[a"])
def test_what_matches_nothing_is_named_before_anything_is_read(site: Path, missing: str) -> None:
    with pytest.raises(InputNotFound, match=re.escape(str(site))):
        find_inputs([site, f"{site}/{missing}"])


def test_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    assert find_inputs([tmp_path]) == []


def test_a_link_to_itself_and_a_broken_link_are_unreadable(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone")
    result = read(tmp_path)
    assert result.rows == []
    assert [error.problem for error in result.errors] == [
        "No such file or directory",
        "Too many levels of symbolic links",
    ]


def test_a_pipe_and_a_device_are_not_opened(tmp_path: Path, read: Reader) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    result = read(tmp_path, "/dev/zero")
    assert [error.problem for error in result.errors] == [
        "a pipe, not a file: pass it as standard input (-)",
        "a device, not a file",
    ]


def test_a_file_without_permission_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").touch()
    entries = find_inputs([tmp_path])

    def refuse(path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("cleanse.read.archives.os.stat", refuse)  # root, as which tests may run, is never refused
    assert read_entries(entries).problems == [f"{tmp_path}/secret.txt: Permission denied"]


def test_a_file_that_vanishes_is_unreadable_and_the_rest_is_read(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(name)
    entries = find_inputs([tmp_path])
    (tmp_path / "a.txt").unlink()
    result = read_entries(entries)
    assert [error.problem for error in result.errors] == ["No such file or directory"]
    assert result.column("id") == ["b.txt"]


def test_a_file_name_that_is_not_utf8_is_read_and_shown_with_replacement(tmp_path: Path, read: Reader) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "w") as file:
        file.write("text")
    assert read(tmp_path).column("id") == ["caf\ufffd.txt"]
