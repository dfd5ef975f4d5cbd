"""The library from the outside: names that are promises, types that a type checker sees, examples that run."""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
import textwrap
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse import errors
from cleanse.config import Config, Dedup, Strip
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "src"

#: What programs of others may rely on. Whoever takes a name or a parameter away, or changes its order, breaks them.
STABLE = {
    "Config": ["read", "strip", "dedup", "write", "run"],
    "Duplicates": ["documents", "matches", "clusters", "removed", "settings"],
    "Index": ["path", "config"],
    "Result": ["folder"],
    "SiteProfile": ["lines"],
    "Stripped": ["text", "title", "blocks", "page", "confidence", "date", "byline", "language", "site", "markdown"],
    "StrippedBlock": ["text", "kind", "kept", "reason", "confidence", "evidence", "start", "end"],
    "find_duplicates": ["documents", "config"],
    "learn_sites": ["documents", "config"],
    "run": ["inputs", "out", "config", "index", "update", "engine"],
    "strip": ["html_or_text", "url", "keep", "favor", "extractor", "sites", "markdown"],
    "strip_all": ["documents", "config"],
    "strip_each": ["documents", "config", "sites"],
}
MEMBERS = {
    "Duplicates": ["at", "clusters", "documents", "explain", "matches", "of", "removed", "settings"],
    "Index": ["add", "add_stream", "fill", "info", "match", "match_stream", "meeting", "minhashes"],
    "Result": ["at", "clusters", "corpus", "dropped", "explain", "manifest", "matches", "report"],
    "SiteProfile": ["lines", "load", "save"],
    "Stripped": [
        "blocks",
        "byline",
        "confidence",
        "date",
        "dropped",
        "language",
        "markdown",
        "of",
        "page",
        "site",
        "text",
        "title",
    ],
}
MODULES = ["config", "engines", "errors"]
ERRORS = {
    "CleanseError": 1,
    "ConfigError": 2,
    "FieldNotFound": 2,
    "GateFailed": 1,
    "InputNotFound": 2,
    "InternalError": 70,
    "Interrupted": 130,
    "NoRoom": 2,
    "NothingReadable": 3,
    "OutputError": 2,
    "UnreadableInput": 1,
    "UsageError": 2,
}
CLIENT = """
from collections.abc import Iterator

import cleanse
from cleanse.config import Config, Dedup, load_config
from cleanse.errors import CleanseError, UnreadableInput


def texts(pages: list[str]) -> Iterator[str]:
    for page in cleanse.strip_each(pages, Config(dedup=Dedup(coverage=0.9))):
        yield page.text


def main() -> int:
    page: cleanse.Stripped = cleanse.strip("<p>text", url=None, keep=["comments"], favor="recall", extractor="fast")
    first: cleanse.StrippedBlock = page.blocks[0]
    reason: str | None = first.reason
    found: cleanse.Duplicates = cleanse.find_duplicates([{"id": "a", "text": page.text}], load_config())
    rows: int = found.at(coverage=0.9).documents
    index = cleanse.Index("corpus.idx")
    try:
        result: cleanse.Result = cleanse.run(["pages/"], "out/", Config(), index="corpus.idx", update=True)
        with cleanse.engines.Local(Config().run) as engine:
            print(engine)
    except UnreadableInput as error:
        print(error.path, error.place, error.problem, reason)
    except cleanse.errors.CleanseError as error:
        return error.exit_code
    except CleanseError:
        raise
    return rows + len(index.add(["a"]).explain("a")) + len(result.report)
"""


def test_public_names_are_the_stable_ones() -> None:
    assert sorted(cleanse.__all__) == sorted([*STABLE, *MODULES, "__version__"])
    assert dir(cleanse) == sorted(cleanse.__all__)
    assert [name for name in cleanse.__all__ if not hasattr(cleanse, name)] == []
    assert not hasattr(cleanse, "a_name_that_is_not_there")


@pytest.mark.parametrize("name", STABLE)
def test_parameters_are_the_stable_ones(name: str) -> None:
    assert [name for name in inspect.signature(getattr(cleanse, name)).parameters if name != "self"] == STABLE[name]


@pytest.mark.parametrize("name", MEMBERS)
def test_members_are_the_stable_ones(name: str) -> None:
    kind = getattr(cleanse, name)
    fields = getattr(kind, "__dataclass_fields__", ())
    assert sorted({name for name in (*dir(kind), *fields) if not name.startswith("_")}) == MEMBERS[name]


def test_errors_are_in_one_place_each_with_its_exit_code() -> None:
    found = {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.CleanseError)
    }
    assert {name: kind.exit_code for name, kind in found.items()} == ERRORS
    assert sorted(errors.__all__) == sorted(ERRORS)
    assert errors.__doc__ is not None
    assert [name for name in found if name not in errors.__doc__] == []
    raised = re.compile(rf"^class \w+\(({'|'.join(found)})\)", re.MULTILINE)
    paths = [path for path in (SOURCE / "cleanse").rglob("*.py") if raised.search(path.read_text(encoding="utf-8"))]
    assert paths == [SOURCE / "cleanse" / "errors.py"]


@pytest.mark.slow
def test_a_program_of_others_is_type_checked(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT, encoding="utf-8")
    settings = "[mypy]\nstrict = true\n[mypy-pyarrow.*,numba.*,datasketch.*]\nignore_missing_imports = true\n"
    (tmp_path / "mypy.ini").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--follow-imports", "silent", "client.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"MYPYPATH": str(SOURCE), "PATH": ""}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def _with_examples() -> list[str]:
    paths = [path for path in (SOURCE / "cleanse").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")]
    return sorted(".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__") for path in paths)


@pytest.mark.parametrize("name", _with_examples())
def test_examples_of_docstrings_run(name: str) -> None:
    if name == "cleanse.engines.spark_sql":
        pytest.importorskip("sqlglot", reason="sqlglot is in the extra spark")
    failed, tried = doctest.testmod(import_module(name))
    assert tried > 0
    assert failed == 0


#: What a function makes whose example shows it.
MADE = {"Result", "SiteProfile", "StrippedBlock"}


@pytest.mark.parametrize("name", sorted(STABLE.keys() - MADE))
def test_what_is_public_has_an_example(name: str) -> None:
    assert ">>> " in textwrap.dedent(getattr(cleanse, name).__doc__ or "")


@pytest.mark.parametrize("given", [[{"text": "a"}], {"text": "a"}, b"pages", [b"pages"], [None]])
def test_documents_in_memory_are_told_where_they_go(given: Any, tmp_path: Path) -> None:
    with pytest.raises(errors.InputNotFound, match=r"^a \w+ is no path: .*strip_all and find_duplicates"):
        cleanse.run(given, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cleanse.strip("Sad.", keep="comments"), "strip.keep: Expected `array`, got `str`"),
        (lambda: cleanse.strip("Sad.", keep=["comment"]), "unknown reason or kind 'comment'; did you mean comments"),
        (lambda: cleanse.strip("Sad.", keep=None), "strip.keep: Expected `array`, got `null`"),
        (lambda: cleanse.strip("Sad.", favor="speed"), "strip.favor: Invalid enum value 'speed'"),
        (lambda: cleanse.strip("Sad.", extractor="trafilatura"), "strip.extractor: Invalid enum value"),
        (lambda: cleanse.strip("Sad.", sites="sites.json"), "SiteProfile.load gives, not str"),
        (lambda: cleanse.strip_each(["Sad."], sites={}), "SiteProfile.load gives, not dict"),
        (lambda: cleanse.strip_all(["Sad."], "news"), "expected a cleanse.Config, not str"),
        (lambda: cleanse.strip_each(["Sad."], Config(strip=Strip(keep=("comment",)))), "did you mean comments"),
        (lambda: cleanse.learn_sites(["Sad."], Config(strip=Strip(site_share=15))), "strip.site_share: Expected"),
        (lambda: cleanse.find_duplicates(["Sad."], Config(dedup=Dedup(coverage=9))), "dedup.coverage: Expected"),
        (lambda: cleanse.run("pages", "out", Config(dedup=Dedup(coverage="0.9"))), "dedup.coverage: Expected"),
        (lambda: cleanse.run("pages", None), "out: expected the path of a folder, not NoneType"),
        (lambda: cleanse.run(None, "out"), "a NoneType is no path"),
        (lambda: cleanse.run([], "out"), "no inputs were given"),
        (
            lambda: cleanse.run("pages", "out", engine="spark"),
            "engine: expected cleanse.engines.Spark(session), not str",
        ),
        (lambda: cleanse.Index(5), "expected the path of a file or a folder, not int"),
    ],
)
def test_a_wrong_argument_is_named(call: Any, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.UsageError, match=re.escape(message)):
        call()
