"""Every format, under every compression, gives the same documents; damage costs only what is damaged."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanse.errors import FieldNotFound

from .conftest import COMPRESS, RECORDS, Reader, bomb, table_bytes

FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"
TABLES = [".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".feather", ".ipc"]


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("extension", TABLES)
def test_a_table_gives_one_document_a_row(tmp_path: Path, read: Reader, extension: str, compression: str) -> None:
    path = tmp_path / f"pages{extension}{compression}"
    path.write_bytes(COMPRESS[compression](table_bytes(extension)))
    result = read(path)
    assert result.problems == []
    assert result.column("order") == [0, 1]
    assert result.column("content") == [record["text"] for record in RECORDS]
    assert result.column("format") == ["text", "text"]
    assert result.column("source") == ["example.org", "example.co.uk"]
    for name in ("id", "url", "date", "title"):
        assert result.column(name) == [record[name] for record in RECORDS]
    assert all(place.startswith(f"{path}:") for place in result.column("path"))


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("extension", [".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"])
def test_a_page_is_one_document(tmp_path: Path, read: Reader, extension: str, compression: str) -> None:
    path = tmp_path / f"page{extension}{compression}"
    path.write_bytes(COMPRESS[compression]("<p>Żuraw\r\n".encode()))
    (row,) = read(path).rows
    assert row["id"] == path.name
    assert row["content"] == "<p>Żuraw\r\n"
    assert row["format"] == ("html" if "htm" in extension else "text")
    assert (row["source"], row["url"], row["path"]) == (tmp_path.name, None, str(path))


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("pages.*")))
def test_the_fixture_tables_hold_the_same_documents(read: Reader, name: str) -> None:
    wanted = read(FIXTURES / "pages.jsonl")
    result = read(FIXTURES / name)
    assert (result.problems, len(result.rows)) == ([], 3)
    for column in ("order", "id", "source", "url", "date", "title", "format", "content"):
        assert result.column(column) == wanted.column(column)


def test_the_fixture_pages_hold_the_documents_of_the_tables(read: Reader) -> None:
    contents = read(FIXTURES / "pages.jsonl").column("content")
    assert read(FIXTURES / "heron.txt").column("content") == contents[:1]
    assert read(FIXTURES / "crane.md").column("content") == contents[1:2]
    assert read(FIXTURES / "stork.html").column("content") == contents[2:]
    assert read(FIXTURES / "stork.html").column("url") == ["https://birds.example.org/stork"]


@pytest.mark.parametrize(
    ("data", "form", "count"),
    [
        (b"<!DOCTYPE html><p>x", "html", 1),
        (b"\xef\xbb\xbf <!-- a --><!-- b -->\n<HTML><p>x", "html", 1),
        (b'<?xml version="1.0"?>\n<html><p>x</html>', "html", 1),
        (b'{"text": "a"}\n{"text": "b"}\n', "text", 2),
        (b'[{"text": "a"}, {"text": "b"}]', "text", 2),
        (b'{\n "text": "a"\n}', "text", 1),
        (b"{braces} are text", "text", 1),
        (b"[1] A footnote", "text", 1),
        (b"a < b", "text", 1),
        (b"", "text", 1),
    ],
)
def test_a_file_without_extension_is_sniffed(tmp_path: Path, read: Reader, data: bytes, form: str, count: int) -> None:
    (tmp_path / "page").write_bytes(data)
    result = read(tmp_path)
    assert result.problems == []
    assert result.column("format") == [form] * count


@pytest.mark.parametrize("extension", [".parquet", ".arrow", ".ipc"])
def test_column_files_are_sniffed_too(tmp_path: Path, read: Reader, extension: str) -> None:
    (tmp_path / "pages.bin").write_bytes(table_bytes(extension))
    assert read(tmp_path).column("id") == ["a", "b"]


@pytest.mark.parametrize("extension", [".jsonl", ".json", ".parquet", ".txt"])
def test_standard_input_is_sniffed(monkeypatch: pytest.MonkeyPatch, read: Reader, extension: str) -> None:
    data = b"plain" if extension == ".txt" else table_bytes(extension, [{"text": "plain"}])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (row,) = read("-").rows
    assert (row["content"], row["source"]) == ("plain", "stdin")
    assert row["id"] == ("stdin" if extension == ".txt" else "stdin:1")


def test_json_may_be_an_object_an_array_or_lines_in_disguise(tmp_path: Path, read: Reader) -> None:
    for name, text in {
        "1": '{"id": 1,\n "text": "one"}',
        "2": ' \n[{"id": 2, "text": "two"},\n\n {"id": 3, "text": "three"}]\n',
        "3": '{"id": 4, "text": "four"}\n\n{"id": 5, "text": "five"}',
        "4": '{"broken\n{"id": 6, "text": "six"}\n',
        "5": "[]",
        "6": "  \n ",
    }.items():
        (tmp_path / f"{name}.json").write_text(text)
    result = read(tmp_path)
    assert result.column("id") == list("123456")
    assert [(error.path[-6:], error.place) for error in result.errors] == [("4.json", "1")]


def test_a_json_array_is_streamed_over_many_blocks(tmp_path: Path, read: Reader) -> None:
    texts = [letter * 900_000 for letter in "añ鶴d"] + ["end"]
    (tmp_path / "big.json").write_text(json.dumps([{"text": text} for text in texts], ensure_ascii=False))
    assert read(tmp_path).column("content") == texts


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"text": "a"}, {"text": "b"', ":2: not valid JSON: "),
        ('[{"text": "a"}', ":2: not valid JSON: the array is not closed"),
        ('[{"text": "a"}, {text: 1}, {"text": "c"}]', ":2: not valid JSON: Expecting property name"),
        ('[{"text": "a"}, 7]', ":2: not an object but a number"),
    ],
)
def test_a_broken_json_array_keeps_what_stands_before(tmp_path: Path, read: Reader, text: str, problem: str) -> None:
    (tmp_path / "x.json").write_text(text)
    result = read(tmp_path)
    assert result.column("content") == ["a"]
    assert problem in result.problems[0]


@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_a_number_of_more_digits_than_python_converts_is_an_id_like_any(
    tmp_path: Path, read: Reader, name: str
) -> None:
    row = f'{{"id": 1{"0" * 5000}, "text": "a"}}'
    (tmp_path / name).write_text(f"[{row}]" if name == "x.json" else row)
    result = read(tmp_path)
    assert (result.column("id"), result.column("content")) == ([f"1{'0' * 5000}"], ["a"])


def test_lines_that_end_in_a_carriage_return_alone_are_named_in_a_table(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "x.csv").write_bytes(b"id,text\r1,hello\r2,again\r")
    assert read(tmp_path).problems == [
        f"{tmp_path / 'x.csv'}:1: not valid CSV: a carriage return alone ends no line: make it a newline"
    ]


def test_bad_lines_are_reported_with_their_number_and_the_rest_is_read(tmp_path: Path, read: Reader) -> None:
    lines = [b'{"text": "1"}', b"", b"{broken", b'"a string"', b'{"other": 1}', b'{"text": null}', b'{"text": 8}']
    lines += [b"[" * 100_000, b'{"text": "' + b"x" * 2000 + b'"}', b'{"text": "10"}']
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\n".join(lines))
    result = read(path, max_document_bytes=1024)
    assert result.column("id") == ["x.jsonl:1", "x.jsonl:10"]
    assert result.problems[0].startswith(f"{path}:3: not valid JSON: ")
    assert result.problems[1:] == [
        f"{path}:4: not an object but a string",
        f"{path}:5: no field that holds text; it has: other",
        f"{path}:6: field 'text' is null",
        f"{path}:7: field 'text' holds a number, not text",
        f"{path}:8: larger than 1024 bytes: raise read.max_document_bytes",
        f"{path}:9: larger than 1024 bytes: raise read.max_document_bytes",
    ]


def test_deep_nesting_is_one_bad_line(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text":' + b"[" * 100_000 + b'\n{"text": "ok"}')
    result = read(tmp_path)
    assert result.column("content") == ["ok"]
    assert "nested too deeply" in result.problems[0]


def test_lenient_json_is_read(tmp_path: Path, read: Reader) -> None:
    data = b'\xef\xbb\xbf{"text": "a\\ud800b\\u0000c", "url": NaN}\n{"text": "tab\there"}\n'
    data += b'{"text": "pair \\ud83d\\ude00"}\n'
    (tmp_path / "x.jsonl").write_bytes(data)
    result = read(tmp_path)
    assert result.problems == []
    assert result.column("content") == ["a\ufffdb\ufffdc", "tab\there", "pair 😀"]
    assert result.column("url") == [None, None, None]


@pytest.mark.parametrize("extension", [".jsonl", ".csv", ".parquet"])
def test_a_table_without_text_says_what_it_has(tmp_path: Path, read: Reader, extension: str) -> None:
    (tmp_path / f"x{extension}").write_bytes(table_bytes(extension, [{"name": "a", "age": "b"}]))
    (error,) = read(tmp_path).errors
    assert error.problem.startswith("no field that holds text; it has: name")
    assert error.problem.endswith("name one with --text-field")


@pytest.mark.parametrize("extension", [".jsonl", ".json", ".csv", ".parquet", ".arrow"])
@pytest.mark.parametrize("field", ["text_field", "id_field", "url_field"])
def test_a_field_that_was_asked_for_must_exist(tmp_path: Path, read: Reader, extension: str, field: str) -> None:
    path = tmp_path / f"x{extension}"
    path.write_bytes(table_bytes(extension, [{"id": "a", "text": "b"}]))
    with pytest.raises(FieldNotFound, match=r"x\.\w+: no field 'body'; it has: id, text"):
        read(path, **{field: "body"})


def test_fields_may_be_named(tmp_path: Path, read: Reader) -> None:
    record = {"text": "no", "main": "yes", "key": 7, "feed": "F", "at": "u", "day": "d"}
    (tmp_path / "x.jsonl").write_bytes(table_bytes(".jsonl", [record]))
    named = {"text_field": "main", "id_field": "key", "source_field": "feed", "url_field": "at", "date_field": "day"}
    (row,) = read(tmp_path, **named).rows
    assert [row[name] for name in ("content", "id", "source", "url", "date")] == ["yes", "7", "F", "u", "d"]


def test_html_is_preferred_unless_text_was_asked_for(tmp_path: Path, read: Reader) -> None:
    records = [
        {"text": "t", "html": "<p>h"},
        {"text": "t", "html": None},
        {"text": " \n<!DOCTYPE HTML><p>x", "html": ""},
    ]
    for extension in (".jsonl", ".parquet"):
        path = tmp_path / f"x{extension}"
        path.write_bytes(table_bytes(extension, records))
        assert read(path).column("format") == ["html", "text", "html"]
        assert read(path).column("content") == ["<p>h", "t", " \n<!DOCTYPE HTML><p>x"]
        assert read(path, text_field="text").column("content")[0] == "t"
        assert read(path, html_field="html").column("content")[0] == "<p>h"


def test_column_types_become_text(tmp_path: Path, read: Reader) -> None:
    table = pa.table(
        {
            "ID": pa.array([7, 8]),
            "Date": pa.array([0, 86_400], pa.timestamp("s")),
            "text": pa.array(["a", "b"]).dictionary_encode(),
            "url": pa.array(["https://x.example/"] * 2, pa.string_view()),
            "title": pa.array([["a"], None]),
        }
    )
    with pa.OSFile(str(tmp_path / "x.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    result = read(tmp_path)
    assert result.problems == []
    assert result.column("id") == ["7", "8"]
    assert result.column("date") == ["1970-01-01 00:00:00", "1970-01-02 00:00:00"]
    assert result.column("title") == ['["a"]', None]


def test_binary_columns_are_decoded(tmp_path: Path, read: Reader) -> None:
    pages = ['<meta charset="windows-1251"><p>Привет'.encode("cp1251"), "naïve".encode()]
    pq.write_table(pa.table({"html": pages}), tmp_path / "x.parquet")
    assert read(tmp_path).column("content")[0].endswith("Привет")


def test_a_text_column_that_holds_numbers_is_no_text(tmp_path: Path, read: Reader) -> None:
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "x.parquet")
    assert "it has: text (int64)" in read(tmp_path).problems[0]


def test_csv_shows_its_delimiter_and_odd_rows_are_reported(tmp_path: Path, read: Reader) -> None:
    path = tmp_path / "x.csv"
    path.write_text('Text;URL;id\n"a;\nb";http://x.example/;1\nextra;u;2;3\nshort\n\nlast;;\n')
    result = read(path)
    assert result.column("content") == ["a;\nb", "short", "last"]
    assert result.column("id") == ["1", "x.csv:5", "x.csv:7"]
    assert result.problems == [f"{path}:4: the row has 4 fields, the header 3"]


def test_a_quote_that_never_closes_costs_no_memory(tmp_path: Path, read: Reader) -> None:
    import csv

    before = csv.field_size_limit()
    try:
        csv.field_size_limit(10_000)
        (tmp_path / "x.csv").write_text("text\ngood\n" + '"bad\n' + "line\n" * 10_000)
        result = read(tmp_path, max_document_bytes=10_000)
    finally:
        csv.field_size_limit(before)
    assert result.column("content") == ["good"]
    assert "a quote that is never closed?" in result.problems[0]


@pytest.mark.parametrize("extension", [".jsonl", ".parquet", ".arrow", ".ipc", ".csv", ".json"])
def test_an_empty_table_has_no_documents(tmp_path: Path, read: Reader, extension: str) -> None:
    empty = pa.table({"text": pa.array([], pa.string())})
    path = tmp_path / f"x{extension}"
    if extension == ".parquet":
        pq.write_table(empty, path)
    elif extension in (".arrow", ".ipc"):
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, empty.schema) as writer:
            writer.write_table(empty)
    else:
        path.touch()
    result = read(path)
    assert (result.rows, result.problems) == ([], [])


@pytest.mark.parametrize("compression", [".gz", ".bz2", ".xz", ".zst"])
def test_records_before_the_damage_of_an_archive_are_kept(tmp_path: Path, read: Reader, compression: str) -> None:
    import random

    noise = random.Random(0)
    texts = [noise.randbytes(15_000).hex() for _ in range(60)]
    whole = COMPRESS[compression](table_bytes(".jsonl", [{"text": text} for text in texts]))
    path = tmp_path / f"x.jsonl{compression}"
    path.write_bytes(whole[: len(whole) // 10 * 9])
    result = read(path)
    # bzip2 gives out blocks of 900 kB
    assert result.column("content") == texts[: len(result.rows)]
    assert len(result.rows) >= 20
    assert result.problems[0].startswith(f"{path}: damaged {compression[1:]} archive: ")


@pytest.mark.parametrize("compression", [".gz", ".bz2", ".xz", ".zst"])
def test_no_archive_at_all_is_unreadable(tmp_path: Path, read: Reader, compression: str) -> None:
    (tmp_path / f"x.txt{compression}").write_bytes(b"plain text, not compressed")
    result = read(tmp_path)
    assert result.rows == []
    assert "archive: " in result.problems[0]


@pytest.mark.parametrize("compression", [".gz", ".zst", ".xz", ".bz2"])
def test_joined_archives_are_read_to_the_end(tmp_path: Path, read: Reader, compression: str) -> None:
    parts = [COMPRESS[compression](table_bytes(".jsonl", [{"text": text}])) for text in "ab"]
    (tmp_path / f"x.jsonl{compression}").write_bytes(b"".join(parts))
    assert read(tmp_path).column("content") == ["a", "b"]


@pytest.mark.parametrize("compression", COMPRESS)
def test_a_bomb_is_read_only_to_the_limit(tmp_path: Path, read: Reader, compression: str) -> None:
    for name in ("x.txt", "x.jsonl"):
        (tmp_path / f"{name}{compression}").write_bytes(COMPRESS[compression](b" " * 3 * 2**20 + b"x"))
    result = read(tmp_path, max_document_bytes=2**20)
    assert [error.problem for error in result.errors] == ["larger than 1 MB: raise read.max_document_bytes"] * 2


def test_a_compressed_table_that_explodes_is_refused(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "x.parquet.gz").write_bytes(bomb(b"", megabytes=65))
    result = read(tmp_path)
    assert "grows to more than 200 times its size" in result.problems[0]


@pytest.mark.parametrize("extension", [".parquet", ".arrow", ".ipc"])
@pytest.mark.parametrize("cut", [0, 3, 0.5, 0.95])
def test_damaged_column_files_are_unreadable(tmp_path: Path, read: Reader, extension: str, cut: float) -> None:
    data = table_bytes(extension)
    path = tmp_path / f"x{extension}"
    path.write_bytes(data[: int(len(data) * cut) if cut < 1 else int(cut)])
    assert len(read(path).errors) + len(read(path).rows) >= 1
    assert read(path).errors or extension == ".ipc"  # a stream without its end mark has all its rows


def test_batches_hold_their_limits(tmp_path: Path, read: Reader) -> None:
    texts = ["x" * 100] * 10 + ["y" * 1000] + ["z" * 100]
    (tmp_path / "x.jsonl").write_bytes(table_bytes(".jsonl", [{"text": text} for text in texts]))
    assert [batch.num_rows for batch in read(tmp_path, documents=5).batches] == [5, 5, 2]
    assert [batch.num_rows for batch in read(tmp_path, size=450).batches] == [4, 4, 2, 1, 1]
    assert read(tmp_path, size=450).column("order") == list(range(12))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        ),
        unique_by=lambda pair: pair[0],
    ),
    escaped=st.booleans(),
)
def test_what_is_written_as_json_lines_is_read_back(
    tmp_path: Path, read: Reader, pairs: list[tuple[str, str]], escaped: bool
) -> None:
    lines: list[Any] = [json.dumps({"id": name, "text": text}, ensure_ascii=escaped) for name, text in pairs]
    (tmp_path / "x.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = read(tmp_path / "x.jsonl")
    assert result.problems == []
    assert list(zip(result.column("id"), result.column("content"), strict=True)) == pairs


@pytest.mark.parametrize("name", ["text", "id"])
def test_a_table_with_two_columns_of_one_name_is_named(tmp_path: Path, read: Reader, name: str) -> None:
    table = pa.table([pa.array(["a"]), pa.array(["b"]), pa.array(["words"])], names=["id", name, "text"])
    pq.write_table(table, tmp_path / "twice.parquet")
    (tmp_path / "page.txt").write_text("words")
    found = read(tmp_path)
    assert [row["content"] for row in found.rows] == ["words"]
    assert [error.problem for error in found.errors] == [f"2 columns are named {name!r}; write it with one"]
