"""Each promise of docs/security.md, docs/reliability.md and docs/running.md names tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_FILES = re.compile(r"tests/[\w/]+\.py")


def test_each_promise_names_a_test() -> None:
    rows = [line for line in _text("security.md").splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    assert [row for row in rows if not _NAMED.search(row)] == []


@pytest.mark.parametrize("document", ["security.md", "reliability.md", "running.md"])
def test_the_tests_that_are_named_exist(document: str) -> None:
    for path in set(_FILES.findall(_text(document))):
        assert (ROOT / path).is_file(), path
    for path, name in _NAMED.findall(_text(document)):
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"


def test_the_commands_of_the_faults_select_tests() -> None:
    commands = re.findall(r"`pytest (tests/[\w/]+\.py)(.*?)`", _text("reliability.md"))
    assert len(commands) >= 20
    for path, options in commands:
        names = " ".join(re.findall(r"def (test_\w+)", (ROOT / path).read_text(encoding="utf-8")))
        chosen = re.search(r"-k (?:\"(.+)\"|(\w+))", options)
        for word in re.split(r" or | and ", chosen[1] or chosen[2]) if chosen else ():
            assert word in names, (path, word)


def _text(document: str) -> str:
    return (ROOT / "docs" / document).read_text(encoding="utf-8")
