"""WARC and WET: which records are pages, what they say of themselves, and what damage costs."""

from __future__ import annotations

import gzip
import random
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
import zstandard

from cleanse.errors import UsageError

from .conftest import COMPRESS, Reader, bomb, memory_of_reading

pytest.importorskip("fastwarc", reason="WARC files are read with fastwarc: pip install 'cleanse[warc]'")

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GZ, ZST = gzip.compress, zstandard.compress


def record(
    number: int,
    body: bytes = b"<p>page",
    kind: str = "response",
    http: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    block = (http if kind == "response" else b"") + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nContent-Type: {content_type}\r\n"
        f"WARC-Target-URI: https://news.example.org/{number}\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(content_type: str, *more: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {content_type}"] if content_type else []), *more]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("each", [True, False], ids=["each record", "the file"])
def test_the_pages_of_a_crawl_are_read(tmp_path: Path, read: Reader, compression: str, each: bool) -> None:
    records = [
        record(1, b"software: x", "warcinfo", content_type="application/warc-fields"),
        record(2, b"GET / HTTP/1.1\r\n\r\n", "request", content_type="application/http; msgtype=request"),
        record(3, "<p>Żuraw".encode()),
        record(4, b"moved", http=http("text/html", status="301 Moved")),
        record(5, b"\x89PNG\r\n", http=http("image/png")),
        record(6, b"plain", http=http("text/plain")),
        record(7, b"<html/>", http=http("application/xhtml+xml")),
        record(8, b"", "revisit"),
    ]
    path = tmp_path / f"crawl.warc{compression}"
    pack = COMPRESS[compression]
    path.write_bytes(b"".join(map(pack, records)) if each else pack(b"".join(records)))
    result = read(path)
    assert result.problems == []
    assert result.column("id") == ["urn:uuid:3", "urn:uuid:6", "urn:uuid:7"]
    assert result.column("content") == ["<p>Żuraw", "plain", "<html/>"]
    assert result.column("format") == ["html", "text", "html"]
    assert result.column("url") == [f"https://news.example.org/{n}" for n in (3, 6, 7)]
    assert set(result.column("date")) == {"2024-05-01T10:00:00Z"}
    assert set(result.column("source")) == {"example.org"}
    assert result.column("path") == [f"{path}:{n}" for n in (3, 6, 7)]


def test_the_texts_of_a_wet_file_are_read(tmp_path: Path, read: Reader) -> None:
    texts = [
        record(n, text.encode(), "conversion", content_type="text/plain") for n, text in enumerate(("Żuraw", "鶴"))
    ]
    (tmp_path / "crawl.warc.wet.gz").write_bytes(b"".join(map(GZ, texts)))
    result = read(tmp_path)
    assert (result.problems, result.column("content")) == ([], ["Żuraw", "鶴"])
    assert result.column("format") == ["text", "text"]


@pytest.mark.parametrize("name", ["crawl", "crawl.gz"])
def test_a_crawl_without_extension_is_sniffed(tmp_path: Path, read: Reader, name: str) -> None:
    (tmp_path / name).write_bytes((GZ if name.endswith("gz") else bytes)(record(1) + record(2)))
    assert read(tmp_path).column("id") == ["urn:uuid:1", "urn:uuid:2"]


def test_a_crawl_under_another_name_is_not_taken_for_text(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "x.txt").write_bytes(record(1))
    (error,) = read(tmp_path).errors
    assert error.problem == "not text: looks like a WARC file; with .warc at the end of its name it is read"


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        ("<p>Größe".encode("latin-1"), http("text/html; charset=ISO-8859-1"), "<p>Größe"),
        ("<p>журавль — птица".encode("cp1251"), http("text/html; charset=windows-1251"), "<p>журавль — птица"),
        ("<meta charset=gbk><p>鹤是鸟".encode("gbk"), http("text/html"), "<meta charset=gbk><p>鹤是鸟"),
        (
            "<meta charset=gbk><p>鹤是鸟".encode("gbk"),
            http("text/html; charset=nonsense"),
            "<meta charset=gbk><p>鹤是鸟",
        ),
        ("<p>Żuraw".encode(), http("text/html; charset=ISO-8859-1"), "<p>Żuraw"),
        ("<p>Żuraw".encode("utf-16"), http("text/html"), "<p>Żuraw"),
        (b"<html><p>untyped", http(""), "<html><p>untyped"),
        (gzip.compress(b"<p>packed", mtime=0), http("text/html", "Content-Encoding: gzip"), "<p>packed"),
        (zlib.compress(b"<p>packed"), http("text/html", "Content-Encoding: deflate"), "<p>packed"),
        (zlib.compress(b"<p>packed")[2:-4], http("text/html", "Content-Encoding: deflate"), "<p>packed"),
        (ZST(b"<p>packed"), http("text/html", "Content-Encoding: zstd"), "<p>packed"),
        (b"<p>unpacked before", http("text/html", "Content-Encoding: gzip"), "<p>unpacked before"),
        (b"5\r\n<p>ch\r\n4\r\nunks\r\n0\r\n\r\n", http("text/html", "Transfer-Encoding: chunked"), "<p>chunks"),
        (b"5;x=1\r\n<p>ch\r\n4\r\nunks\r\n0\r\n\r\n", http("text/html", "Transfer-Encoding: chunked"), "<p>chunks"),
        (b"5\r\n<p>ch\r\n4\r\nun", http("text/html", "Transfer-Encoding: chunked"), "<p>chun"),
        (b"<html><p>whole before", http("text/html", "Transfer-Encoding: chunked"), "<html><p>whole before"),
        (b"add\n<p>no size of a chunk", http("text/html", "Transfer-Encoding: chunked"), "add\n<p>no size of a chunk"),
        (b"<p>bare", b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n", "<p>bare"),
        (b"<p>one\n\ntwo", b"HTTP/1.0 200 OK\r\n\r\n", "<p>one\n\ntwo"),
        (b"<p>old", b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n", "<p>old"),
        (b"<p>small", b"http/1.1  200 OK\r\nContent-Type: text/html\r\n\r\n", "<p>small"),
        (b"<p>no semicolon", http("text/html charset=utf-8"), "<p>no semicolon"),
        (b"<p>twice", http("text/html,text/html"), "<p>twice"),
    ],
)
def test_a_page_is_decoded_as_its_headers_and_bytes_say(
    tmp_path: Path, read: Reader, body: bytes, header: bytes, text: str
) -> None:
    (tmp_path / "x.warc").write_bytes(record(1, body, http=header))
    result = read(tmp_path)
    assert (result.problems, result.column("content")) == ([], [text])


def test_a_response_that_begins_as_none_is_named_and_other_services_are_passed_over(
    tmp_path: Path, read: Reader
) -> None:
    records = [
        record(1, b"garbage", http=b""),
        record(2, b"20240501 example.org. A 192.0.2.1", http=b"", content_type="text/dns"),
        record(3),
        record(4, content_type="text/html"),
        record(5, b"HTTP/1.1 200 OK\nis how a response begins", "conversion", content_type="text/plain"),
    ]
    (tmp_path / "x.warc").write_bytes(b"".join(records))
    result = read(tmp_path)
    assert result.column("content") == ["<p>page", "<p>page", "HTTP/1.1 200 OK\nis how a response begins"]
    assert result.problems == [
        f"{tmp_path / 'x.warc'}:1: damaged record: its response does not begin as one of a web server does"
    ]


def test_records_whose_lines_end_in_newlines_alone_are_read(tmp_path: Path, read: Reader) -> None:
    head, _, block = record(1).partition(b"\r\n\r\n")
    (tmp_path / "x.warc").write_bytes(head.replace(b"\r\n", b"\n") + b"\n\n" + block)
    assert read(tmp_path).column("content") == ["<p>page"]


def damaged(pack: Callable[[bytes], bytes]) -> bytes:
    """Seven members of one record each; the third is damaged and the sixth cut off."""
    noise = random.Random(5)
    members = [pack(record(n, b"<p>" + noise.randbytes(9000).hex().encode())) for n in range(1, 8)]
    members[2] = members[2][:300] + b"\0" * 200 + members[2][500:]
    members[5] = members[5][:-200]
    return b"".join(members)


def test_a_damaged_member_costs_its_own_record(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "x.warc.gz").write_bytes(damaged(gzip.compress))
    result = read(tmp_path)
    assert result.column("id") == [f"urn:uuid:{n}" for n in (1, 2, 4, 5, 7)]
    assert [error.place for error in result.errors] == ["3", "6"]
    assert all(error.problem.startswith("damaged gz archive: ") for error in result.errors)


def test_a_damaged_zstd_frame_costs_its_neighbours_at_most(tmp_path: Path, read: Reader) -> None:
    """Its decoder does not tell which frame failed, and hands out nothing of a read that fails."""
    (tmp_path / "x.warc.zst").write_bytes(damaged(zstandard.ZstdCompressor(write_checksum=True).compress))
    result = read(tmp_path)
    assert {"urn:uuid:1", "urn:uuid:4"} <= set(result.column("id"))
    assert {"urn:uuid:3", "urn:uuid:6"}.isdisjoint(result.column("id"))
    assert len(result.errors) == 2


def test_what_is_no_record_is_passed_over_and_counted(tmp_path: Path, read: Reader) -> None:
    endless = b"WARC/1.0\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n"
    parts = [
        record(1),
        b"garbage\r\nmore of it " + b"x" * 200_000 + b"\r\n",
        record(3),
        record(4).replace(b"Content-Length: ", b"Content-Length: -"),
        record(5),
        endless,
        record(7),
        record(8)[:-15],
    ]
    (tmp_path / "x.warc").write_bytes(b"".join(parts))
    result = read(tmp_path)
    assert result.column("id") == [f"urn:uuid:{n}" for n in (1, 3, 5, 7)]
    assert [(error.place, error.problem.partition(":")[0]) for error in result.errors] == [
        ("2", "no record begins where the one before ends"),
        ("4", "damaged record"),
        ("6", "damaged record"),
        ("8", "damaged record"),
    ]
    assert result.errors[-1].problem.endswith("bytes are there")


def test_a_page_that_is_none_is_reported_by_its_record(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "x.warc").write_bytes(record(1, b"%PDF-1.7") + record(2, http=b"garbage\r\n\r\n") + record(3))
    result = read(tmp_path)
    assert result.column("id") == ["urn:uuid:3"]
    assert result.problems[0].endswith("x.warc:1: damaged record: not text: looks like a PDF file")


def test_a_record_above_the_limit_is_refused_and_other_kinds_are_not_counted(tmp_path: Path, read: Reader) -> None:
    large = b"<p>" + b"x" * 200_000
    packed = http("text/html", "Content-Encoding: gzip")
    records = [record(1, large), record(2, large, http=http("video/mp4")), record(3, GZ(large), http=packed), record(4)]
    (tmp_path / "x.warc").write_bytes(b"".join(records))
    result = read(tmp_path, max_document_bytes=1024)
    assert result.column("id") == ["urn:uuid:4"]
    assert [error.place for error in result.errors] == ["1", "3"]
    assert all("larger than 1024 bytes" in problem for problem in result.problems)


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    """256 MB of spaces, as what the server sent and as the record itself."""
    sent = record(1, bomb(b""), http=http("text/html", "Content-Encoding: gzip"))
    head = record(2).partition(b"<p>page")[0].replace(b"Content-Length: ", b"Content-Length: 268435456\r\nX-Was: ")
    (tmp_path / "a.warc.gz").write_bytes(GZ(sent) + GZ(record(3)))
    (tmp_path / "b.warc.gz").write_bytes(GZ(record(4)) + bomb(head))
    told, kilobytes = memory_of_reading(tmp_path, max_document_bytes=2**20)
    assert (told["ids"], told["places"]) == (["urn:uuid:3", "urn:uuid:4"], ["1", "2"])
    assert kilobytes < 100_000


def test_without_the_package_the_error_names_it(tmp_path: Path, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.warc").write_bytes(record(1))
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    with pytest.raises(UsageError, match=r"x\.warc: .* pip install 'cleanse\[warc\]'"):
        read(tmp_path)
