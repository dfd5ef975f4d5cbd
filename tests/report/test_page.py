"""report.html: one file, nothing of a document is ever markup or script, caps are stated."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from cleanse.report import build_report, write_report
from cleanse.report.page import data_json, page_data, render
from cleanse.report.visible import visible

from .examples import HERON, HOSTILE, STORK, small_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ELEMENTS = """
html head meta title style body a header h1 p nav main section dl div dt dd svg rect ul li h2 details summary span ol
bdi table thead tbody tr th td abbr figure figcaption strong line text label input output select option button kbd
h3 mark del code script
"""
_ATTRIBUTES = """
lang charset http-equiv content name class href aria-label viewbox preserveaspectratio role x width height dir id y x1
x2 y1 y2 scope data-sort aria-sort data-place data-label data-row data-column title tabindex hidden type value
placeholder autocomplete aria-hidden aria-live data-measure data-source data-n text-anchor min max open
"""


def _parsed(folder: Path) -> Any:
    return html.fromstring(write_report(folder).read_bytes())


@pytest.mark.parametrize("run", ["small", "hostile"])
def test_no_element_and_no_attribute_but_the_template_s(run: str, request: pytest.FixtureRequest) -> None:
    tree = _parsed(request.getfixturevalue(run))
    elements = list(tree.iter())
    assert {str(element.tag) for element in elements} <= set(_ELEMENTS.split())
    assert {name.lower() for element in elements for name in element.attrib} <= set(_ATTRIBUTES.split())
    assert set(tree.xpath("//@href")) <= {f"#{name}" for name in tree.xpath("//@id")}
    assert not tree.xpath("//@src | //@action | //@style | //@srcdoc")
    assert len(tree.xpath("//script")) == 2
    assert len(tree.xpath("//style")) == 1


def test_the_policy_allows_only_the_page_s_own_style_and_script(small: Path) -> None:
    import base64
    import hashlib

    text = write_report(small).read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]  # type: ignore[index]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for tag in ("style", "script"):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(body[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert text.startswith("<!doctype html>")
    assert "://" not in text


def test_hostile_texts_stay_text_and_controls_are_written_out(hostile: Path) -> None:
    raw = write_report(hostile).read_text(encoding="utf-8")
    shown = "".join(html.fromstring(raw).itertext())
    for text in HOSTILE[:-1]:
        assert re.sub(r"\s+", " ", visible(text)) in re.sub(r"\s+", " ", shown), text
    assert "[U+202E]gnp.exe" in shown
    assert "[U+001B][31mred" in shown
    assert "{{ 7*7 }}" in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", raw)


def test_data_for_the_script_parses_back(hostile: Path) -> None:
    tree = _parsed(hostile)
    facts = build_report(hostile)
    (data,) = tree.xpath("//script[@type='application/json']/text()")
    wanted = page_data(facts, *(facts[name]["shown"] for name in ("matches", "clusters", "pages")))
    assert json.loads(data) == json.loads(json.dumps(wanted))
    assert not set("<>&\u2028\u2029") & set(data)


def test_data_json_escapes_what_html_and_scripts_end_at() -> None:
    value = {"</script>": ["<!--", "&amp;", "\u2028", "\ud800", 'quote " and \\']}
    assert json.loads(str(data_json(value))) == value
    assert str(data_json("<\u2029")) == '"\\u003c\\u2029"'


def test_a_megabyte_line_and_many_matches_fit(hostile: Path) -> None:
    assert write_report(hostile).stat().st_size < 4_000_000
    facts = build_report(hostile)
    page = render(facts, most_bytes=len(render(facts).encode()) - 1)
    pairs = facts["matches"]["pairs"]
    shown = len(html.fromstring(page).xpath("//details[@class='match']"))
    assert shown < len(facts["matches"]["shown"])
    assert f"Shown are {shown} of {pairs} pairs" in page


def test_caps_are_stated(small: Path) -> None:
    facts = build_report(small)
    facts["clusters"]["count"] = 9_999
    facts["overlap"]["of"] = 77
    facts["matches"]["pairs"] = 12_345
    facts["pages"]["count"] = 55_555
    facts["inputs"]["count"] = 4_321
    facts["unreadable"]["count"] = 654
    page = " ".join("".join(html.fromstring(render(facts)).itertext()).split())
    assert "Here are the 1 largest; clusters.parquet holds all" in page
    assert "The 3 sources with the most pairs, of 77; matches.parquet holds all" in page
    assert "Shown are 2 of 12,345 pairs" in page
    assert "Shown are 5 of 55,555 documents" in page
    assert "The first 1; run.json holds all" in page


def test_a_page_stands_in_its_order_with_what_went_struck_through(small: Path) -> None:
    tree = _parsed(small)
    (page,) = [each for each in tree.xpath("//details[@class='page']") if "c/three" in each.xpath("string(summary)")]
    assert ["".join(text.itertext()).split(" 0.")[0] for text in page.xpath(".//p[@class='text']")] == [
        HERON, STORK, "Subscribe now",
    ]  # fmt: skip
    assert page.xpath(".//del/text()") == [STORK, "Subscribe now"]
    assert page.xpath(".//span[@class='tag']/text()") == ["shared passage", "newsletter"]
    assert "r-newsletter" in page.xpath(".//li/@class")[2]
    (place,) = [
        each.get("id") for each in tree.xpath("//details[@class='page']") if "a/one" in each.xpath("string(summary)")
    ]
    assert page.xpath(".//a/@href") == [f"#{place}"], "the kept copy is one click away"


def test_a_member_of_a_cluster_leads_to_its_match(small: Path) -> None:
    tree = _parsed(small)
    (link,) = tree.xpath("//ul[@class='members']//a[text()='side by side']/@href")
    assert "b/two" in tree.xpath(f"string(//details[@id='{link[1:]}']/summary)")


def test_differing_words_are_marked_and_texts_have_a_direction(small: Path) -> None:
    tree = _parsed(small)
    assert Counter(tree.xpath("//details[@class='match']//div[@class='sides']//mark/text()")) == {
        "lazy": 1,
        "sleepy": 1,
    }
    texts = tree.xpath("//*[contains(concat(' ', @class, ' '), ' text ')]")
    assert texts
    assert all(element.get("dir") == "auto" for element in texts)


def test_nothing_shared_is_said_in_one_place(tmp_path: Path) -> None:
    run = small_run()
    run.matches, run.clusters, run.unreadable = [], [], []
    tree = _parsed(run.write(tmp_path))
    assert "stands in two documents" in "".join(tree.get_element_by_id("matches").itertext())
    assert not tree.xpath("//details[@class='match']")
    assert "Everything could be read" in "".join(tree.itertext())


def test_every_id_is_there_once_and_controls_have_names(small: Path) -> None:
    tree = _parsed(small)
    assert all(count == 1 for count in Counter(tree.xpath("//@id")).values())
    assert all(list(_name(control)) for control in tree.xpath("//input | //select | //button[not(@hidden)]"))
    assert all(list(cell.itertext()) for cell in tree.xpath("//th"))


def _name(control: Any) -> Iterator[str]:
    yield from ("".join(control.itertext()), *control.xpath("ancestor::label//text()"))
