"""Ids are unique, each document has a source, and objects in memory are documents too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest

from cleanse.config import Read
from cleanse.errors import FieldNotFound, UsageError
from cleanse.read import from_objects
from cleanse.read.sources import own_address, site
from cleanse.schema import DOCUMENT

from .conftest import Reader, table_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def documents(objects: Any, **settings: Any) -> list[dict[str, Any]]:
    batches = list(from_objects(objects, Read(**settings), batch_documents=2, batch_bytes=2**20))
    assert all(batch.schema == DOCUMENT and batch.num_rows <= 2 for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()]


def test_ids_that_repeat_get_a_number(tmp_path: Path, read: Reader) -> None:
    records = [{"id": name, "text": "t"} for name in ("a", "a", "a#2", "a", "", None, 7, 7)]
    (tmp_path / "x.jsonl").write_bytes(table_bytes(".jsonl", records))
    ids = read(tmp_path).column("id")
    assert ids == ["a", "a#2", "a#2#2", "a#3", "x.jsonl:5", "x.jsonl:6", "7", "7#2"]


def test_ids_repeat_over_files_too(tmp_path: Path, read: Reader) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").touch()
    assert read(tmp_path).column("id") == ["one/x.txt", "two/x.txt"]
    assert read(tmp_path / "one", tmp_path / "two").column("id") == ["x.txt", "x.txt#2"]


def test_many_copies_of_one_id_take_no_quadratic_time() -> None:
    assert documents([{"id": "x", "text": "t"}] * 5_000)[-1]["id"] == "x#5000"


def test_ids_of_any_type_are_text() -> None:
    ids = [5, 5.5, "s", {"$oid": "abc"}, ["l"], True, b"raw"]
    rows = documents([{"_id": value, "text": ""} for value in ids])
    assert [row["id"] for row in rows] == ["5", "5.5", "s", "abc", '["l"]', "True", "raw"]


def test_sources_come_from_the_field_the_url_or_the_place(tmp_path: Path, read: Reader) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    records = [
        {"text": "t", "site": "S", "url": "http://a.example.org"},
        {"text": "t", "url": "http://a.example.org"},
        {"text": "t"},
    ]
    (folder / "daily.jsonl").write_bytes(table_bytes(".jsonl", records))
    (folder / "page.txt").touch()
    (folder / "web.html").write_text("<link rel=canonical href='https://www.example.co.uk/a?b&amp;c'>")
    assert read(tmp_path).column("source") == ["S", "example.org", "daily", "feeds", "example.co.uk"]
    assert read(folder / "page.txt").column("source") == ["feeds"]
    assert read(tmp_path).column("url")[-1] == "https://www.example.co.uk/a?b&c"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.bbc.co.uk/news?x=1#y", "bbc.co.uk"),
        ("HTTP://Blog.Example.COM:8080", "example.com"),
        ("example.com/a", "example.com"),
        ("http://localhost:9/x", "localhost"),
        ("http://192.168.0.1/", "192.168.0.1"),
        ("http://[::1]:80/", "::1"),
        ("http://www.intranet/", "intranet"),
        ("http://[broken", ""),
        ("mailto:someone@example.com", ""),
        ("", ""),
        ("http://", ""),
        ("//cdn.example.org/x", "example.org"),
        ("https://user:pass@www.example.org/x", "example.org"),
    ],
)
def test_the_site_of_an_address(url: str, name: str) -> None:
    assert site(url) == name


def test_a_page_gives_its_own_address() -> None:
    assert own_address(
        '<meta property="og:url" content="http://a.example/"><link rel="canonical" href="https://b.example/">'
    ) == ("https://b.example/")
    assert own_address("<META content=http://a.example/x property=og:url>") == "http://a.example/x"
    assert own_address("<link href='/relative' rel='canonical'><link rel=canonical href=javascript:x>") == ""
    assert own_address("<link rel=stylesheet href=http://a.example/>") == ""
    assert own_address("<link " * 20_000) == ""
    assert own_address(" " * 70_000 + "<link rel=canonical href=http://a.example/>") == ""


def test_strings_are_documents() -> None:
    rows = documents(["one", " <!doctype html><p>two", "three"])
    assert [row["content"] for row in rows] == ["one", " <!doctype html><p>two", "three"]
    assert [row["format"] for row in rows] == ["text", "html", "text"]
    assert [row["id"] for row in rows] == ["0", "1", "2"]
    assert {(row["source"], row["url"], row["path"]) for row in rows} == {("", None, "")}


def test_dicts_are_documents() -> None:
    one = {"id": 1, "text": "t", "source": "S", "url": "http://x.example/", "date": "d", "title": "T"}
    first, second = documents(iter([one, {"html": "<p>h", "url": "https://a.example.net/"}]))
    assert [first[name] for name in ("id", "source", "url", "date", "title", "content")] == [
        "1",
        "S",
        one["url"],
        "d",
        "T",
        "t",
    ]
    assert (second["id"], second["format"], second["source"]) == ("1#2", "html", "example.net")


def test_anything_that_speaks_arrow_is_documents() -> None:
    table = pa.table({"id": [1, 2, 3], "text": ["a", "b", "c"]})

    class Frame:
        """As pandas and Polars do it."""

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.__arrow_c_stream__(requested_schema)

    relation = duckdb.sql("select range::int as id, chr(97 + range::int) as text from range(1, 4) order by 1")
    for objects in (table, table.to_reader(), table.to_batches()[0], Frame()):
        assert [(row["id"], row["content"]) for row in documents(objects)] == [("1", "a"), ("2", "b"), ("3", "c")]
    assert [(row["id"], row["content"]) for row in documents(relation)] == [("1", "b"), ("2", "c"), ("3", "d")]


def test_a_column_of_strings_is_documents() -> None:
    for column in (pa.array(["a", "b"]), pa.chunked_array([["a"], ["b"]])):
        assert [row["content"] for row in documents(column)] == ["a", "b"]


def test_generators_stay_lazy() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "text"

    batches = from_objects(endless(), Read(), batch_documents=3, batch_bytes=2**20)
    assert taken == 0
    next(batches)
    assert taken == 3
    next(batches)
    assert taken == 6


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        ("one string", r"not a single str: put it in a list"),
        (b"bytes", r"not a single bytes: put it in a list"),
        ({"text": "x"}, r"not a single dict: put it in a list"),
        (7, r"documents: expected strings, .* not int"),
        (None, r"not NoneType"),
        (["a", 7], r"documents\[1\]: expected a string or a dict .* not a number"),
        (["a", None], r"documents\[1\]: .* not null"),
        ([{"text": "a"}, {"body": 3}], r"documents\[1\]: field 'body' holds a number, not text"),
        ([{"name": "a"}], r"documents\[0\]: no field that holds text; it has: name"),
        (pa.table({"name": ["a"]}), r"documents: no field that holds text; it has: name \(string\)"),
        (pa.table({"text": ["a", None]}), r"documents\[1\]: field 'text' is null"),
    ],
)
def test_what_is_no_document_is_named_with_its_position(objects: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        documents(objects)


def test_a_field_asked_for_must_be_in_objects_too() -> None:
    for objects in ([{"text": "a"}], pa.table({"text": ["a"]})):
        with pytest.raises(FieldNotFound, match="documents: no field 'body'; it has: text"):
            documents(objects, text_field="body")


def test_surrogates_inside_an_id_that_is_a_list_are_written_as_escapes() -> None:
    (row,) = documents([{"id": ["\ud800", 7], "text": "a"}])
    assert row["id"] == '["\\ud800", 7]'


def test_surrogates_and_nuls_become_replacement_characters() -> None:
    (row,) = documents([{"id": "i\ud800", "text": "a\ud800b\0c", "title": "\udfff"}])
    assert (row["id"], row["content"], row["title"]) == ("i\ufffd", "a\ufffdb\ufffdc", "\ufffd")
