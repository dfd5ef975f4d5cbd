"""Bytes become the text that was meant."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from cleanse.errors import ConfigError
from cleanse.read.encoding import codec, declared_charset, decode, guess
from cleanse.read.sniff import binary_kind

from .conftest import COMPRESS, Reader

if TYPE_CHECKING:
    from pathlib import Path

RUSSIAN = "Серая цапля стоит на берегу озера и ждёт рыбу. Она умеет ждать долго, потому что спешить ей некуда."
POLISH = "Żuraw przylatuje wcześnie, gdy łąki są jeszcze mokre. Źródło bije w cieniu dębów, wśród gęstych krzaków."
CHINESE = "苍鹭站在湖边等鱼。它可以等很久，因为它并不着急。渔夫们都认识它，每天早上向它问好。"
TAIWANESE = "蒼鷺站在湖邊等魚。牠可以等很久，因為牠並不著急。漁夫們都認識牠，每天早上向牠問好。"
KOREAN = (
    "왜가리가 호숫가에 서서 물고기를 기다린다. 서두르지 않기 때문에 오래 기다릴 수 있다. 어부들은 모두 그 새를 안다."
)
JAPANESE = (
    "アオサギは湖のほとりで魚を待っている。急がないので、長く待つことができる。漁師たちはみなこの鳥を知っている。"
)
ARABIC = "يقف مالك الحزين على ضفة البحيرة وينتظر السمك. يستطيع الانتظار طويلا لأنه ليس مستعجلا، ويعرفه جميع الصيادين."
FRENCH = (
    "Le héron cendré se tient au bord du lac et attend le poisson. Il n'est pas pressé : déjà l'été s'achève là-bas."
)

LEGACY = [
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"),
    (POLISH, "iso-8859-2"),
    (POLISH, "cp1250"),
    (CHINESE, "gbk"),
    (CHINESE, "gb18030"),
    (TAIWANESE, "big5"),
    (KOREAN, "euc-kr"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"),
    (ARABIC, "cp1256"),
    (FRENCH, "cp1252"),
]


@pytest.mark.parametrize("text", [RUSSIAN, POLISH, CHINESE, KOREAN, JAPANESE, ARABIC, FRENCH, "", "a", "plain"])
def test_unicode_is_read_with_and_without_mark(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(codecs.BOM_UTF8 + text.encode()) == text
    for name, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        assert decode(mark + text.encode(name)) == text
    assert decode(codecs.BOM_UTF32_LE + text.encode("utf-32-le")) == text
    assert decode(codecs.BOM_UTF32_BE + text.encode("utf-32-be")) == text


@pytest.mark.parametrize("text", [RUSSIAN, POLISH, KOREAN, ARABIC, FRENCH, "plain words", "x" * 4095 + "😀" * 5])
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_mark_are_told_by_their_nuls(text: str, name: str) -> None:
    assert decode(text.encode(name)) == text
    assert binary_kind(text.encode(name)) is None


@pytest.mark.parametrize(("text", "name"), LEGACY)
def test_legacy_encodings_are_detected(text: str, name: str) -> None:
    assert decode(text.encode(name)) == text


@pytest.mark.parametrize(("text", "name"), LEGACY)
def test_a_long_ascii_head_does_not_decide(text: str, name: str) -> None:
    page = "<div class=menu>home\n" * 20_000 + f"<p>{text}</p>\n" * 3 + "<footer>end\n" * 20_000
    assert decode(page.encode(name)) == page


@pytest.mark.parametrize(("text", "name"), LEGACY)
def test_the_declared_charset_is_believed_where_it_fits(text: str, name: str) -> None:
    short = text[:12] if name != "cp1252" else text[:20]
    page = f'<html><head><META http-equiv="Content-Type" content="text/html; charset={name}"><p>{short}'.encode(name)
    declared = declared_charset(page)
    assert declared == name
    assert decode(page, declared).endswith(short)


def test_a_declaration_that_does_not_fit_is_ignored() -> None:
    assert decode(JAPANESE.encode("shift_jis"), "euc-jp") == JAPANESE
    assert decode(FRENCH.encode(), "iso-8859-1") == FRENCH
    assert decode(FRENCH.encode("cp1252"), "utf-8") == FRENCH
    assert decode(FRENCH.encode("cp1252"), "no-such-charset") == FRENCH
    assert decode(FRENCH.encode("cp1252"), "unicode_escape") == FRENCH


def test_utf8_with_a_scar_stays_utf8() -> None:
    assert decode(POLISH.encode() * 3 + b"\xff" + POLISH.encode()) == POLISH * 3 + "\ufffd" + POLISH
    assert decode("naïve café".encode()[:-1]) == "naïve caf\ufffd"


def test_declarations_are_found_in_meta_and_xml() -> None:
    assert declared_charset(b'<meta charset="gbk">') == "gbk"
    assert declared_charset(b"<?xml version='1.0' encoding='iso-8859-2'?><html>") == "iso-8859-2"
    assert declared_charset(b"<p>charset=gbk") is None
    assert declared_charset(b" " * 5000 + b"<meta charset=gbk>") is None
    assert declared_charset(b"<meta " * 100_000) is None


def test_labels_mean_what_the_web_means_by_them() -> None:
    assert [codec(label) for label in ("gb2312", "x-sjis", "ISO-8859-1", "ks_c_5601-1987", "windows-1251")] == [
        "gb18030",
        "cp932",
        "cp1252",
        "cp949",
        "cp1251",
    ]
    assert [codec(label) for label in ("idna", "utf-7", "hex", "punycode", "nonsense", "", "a\0b")] == [None] * 7


def test_hopeless_bytes_never_fail() -> None:
    assert decode(bytes(range(128, 256)) * 2)
    assert guess(b"\x81\x8d") == "cp1252"
    assert decode(b"\xff") != ""


def test_one_encoding_may_be_forced(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "a.txt").write_bytes("é à".encode("cp1252"))
    (tmp_path / "b.jsonl").write_bytes('{"text": "é à"}\n'.encode("cp1252"))
    (tmp_path / "c.csv").write_bytes("id,text\n1,é à\n".encode("cp1252"))
    assert read(tmp_path, encoding="latin-1").column("content") == ["é à"] * 3
    assert read(tmp_path / "a.txt", encoding="cp1251").column("content") == ["й а"]
    assert read(tmp_path / "a.txt", encoding="utf8").column("content") == ["\ufffd \ufffd"]
    with pytest.raises(ConfigError, match="unknown encoding 'klingon'"):
        read(tmp_path, encoding="klingon")


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1251"])
def test_tables_are_read_in_other_encodings(tmp_path: Path, read: Reader, name: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(f'{{"text": "ascii"}}\n{{"text": "{RUSSIAN}"}}\n'.encode(name))
    (tmp_path / "b.csv").write_bytes(f'id,text\n1,ascii\n2,"{RUSSIAN}"\n'.encode(name))
    (tmp_path / "c.json").write_bytes(f'[{{"text": "ascii"}}, {{"text": "{RUSSIAN}"}}]'.encode(name))
    result = read(tmp_path)
    assert result.problems == []
    assert result.column("content") == ["ascii", RUSSIAN] * 3


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"PK\3\4\x14\0", "a zip archive"),
        (b"\x7fELF\2\1\1", "an ELF program"),
        (COMPRESS[".gz"](b"x"), "a gzip archive; with .gz"),
        (COMPRESS[".zst"](b"x"), "a zstd archive"),
        (COMPRESS[".xz"](b"x"), "an xz archive"),
        (COMPRESS[".bz2"](b"x"), "a bzip2 archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (bytes(range(256)) * 4, "binary data"),
        (b"\0" * 100, "binary data"),
        (b"\0\1\2\3" * 25, "binary data"),
    ],
)
@pytest.mark.parametrize("name", ["x.txt", "x.jsonl", "x.csv", "x"])
def test_what_is_no_text_is_unreadable(tmp_path: Path, read: Reader, data: bytes, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    result = read(tmp_path)
    assert result.rows == []
    assert result.errors[0].problem.startswith(f"not text: looks like {kind}")


def test_text_about_file_formats_is_text() -> None:
    for text in (b"How WEBP beats PNG", b"Mallard DUCK facts", b"the ftyp box", b"MZ is a code", b"PAR1 of 3", b"BZh!"):
        assert binary_kind(text) is None


def test_a_single_nul_in_a_page_becomes_a_replacement_character(tmp_path: Path, read: Reader) -> None:
    for name, text in {"a.txt": FRENCH, "b.txt": CHINESE, "c.txt": "word " * 20}.items():
        (tmp_path / name).write_text(text + "\0" + text, encoding="utf-8")
    result = read(tmp_path)
    assert result.problems == []
    assert [content.count("\ufffd") for content in result.column("content")] == [1, 1, 1]
    assert result.column("content")[0] == FRENCH + "\ufffd" + FRENCH
