"""The report in a real browser: sections render, filters and keys work, nothing is fetched, hostile pages stay text."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from cleanse.report import build_report, write_comparison, write_report
from cleanse.report.page import render

from .examples import FOX, HERON, STORK, hostile_run, small_run
from .runs import Doc, Run, cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
sync_api: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")
pytestmark = pytest.mark.skipif(_CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def show(browser: Any) -> Iterator[Callable[..., Any]]:
    """``with show(path, scripts=, **options) as page``: fails on a console error, a dialog, or a request but the file's own.

    The tests of a module share a tab, loaded anew for each: a tab of its own is a process of its own.
    """
    tabs: dict[bool, tuple[Any, list[str]]] = {}

    def tab(scripts: bool) -> tuple[Any, list[str]]:
        if scripts not in tabs:
            page = browser.new_context(java_script_enabled=scripts).new_page()
            seen: list[str] = []
            page.on("console", lambda message: message.type in ("error", "warning") and seen.append(message.text))
            page.on("pageerror", lambda error: seen.append(str(error)))
            page.on("dialog", lambda dialog: (seen.append(f"dialog: {dialog.message}"), dialog.dismiss()))
            page.on("request", lambda request: seen.append(request.url))
            tabs[scripts] = page, seen
        return tabs[scripts]

    @contextlib.contextmanager
    def shown(path: Path, *, scripts: bool = True, width: int = 1280, scheme: str = "light") -> Iterator[Any]:
        page, seen = tab(scripts)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="screen", color_scheme=scheme, reduced_motion="reduce")
        seen.clear()
        page.goto(path.as_uri())
        yield page
        page.goto("about:blank")  # with all that the page had to say
        own = path.as_uri(), "about:blank"
        assert [each for each in seen if each.partition("#")[0] not in own] == []

    yield shown
    for page, _ in tabs.values():
        page.context.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty documents of five sources: clusters of several sizes, passages, boilerplate of three kinds."""
    docs, run = [], Run([])
    for n in range(40):
        lines = [
            (f"Home > News {n}", "navigation"),
            (f"{FOX} number {n}", None),
            (STORK, None),
            (f"Imprint {n}", "footer"),
        ]
        if n % 4 == 0:
            lines.append((HERON, "shared_passage"))
        removed = ("near_duplicate", f"d{n // 8 * 8:02}") if n % 8 in (1, 2, 3) or n == 4 else None
        docs.append(
            Doc(f"d{n:02}", f"site{n % 5}.example", lines, title=f"Title {n} of {'ABCDE'[n % 5]}", removed=removed)
        )
    run.docs = docs
    for first in range(0, 40, 8):
        members = [
            (f"d{n:02}", f"site{n % 5}.example", "near", 0.6 + n / 100)
            for n in range(first, first + (5 if first == 0 else 4))
        ]
        run.clusters += cluster(first // 8, *members)
        for name, _, _, alike in members[1:]:
            words = f"{FOX} number {first}"
            run.match(
                members[0][0],
                name,
                words,
                f"{FOX} number {int(name[1:])}",
                similarity=alike,
                coverage_b=0.8,
                kind="near",
            )
            run.match(members[0][0], name, STORK, similarity=1.0, coverage_b=0.8, kind="near")
    for n in range(5, 40, 8):
        run.match(f"d{n:02}", f"d{(n + 8) % 40:02}", STORK, similarity=0.9, coverage_b=0.3)
    return write_report(run.write(tmp_path_factory.mktemp("run")))


def _visible(page: Any, selector: str) -> list[Any]:
    return list(page.locator(selector).locator("visible=true").all())


@pytest.mark.parametrize(
    "fault",
    ["<script>alert(1)</script>", "<script>console.error(1)</script>", "<script>it.is.not</script>", "<img src=x>"],
)
def test_what_a_report_must_not_do_is_noticed(fault: str, tmp_path: Path, show: Any) -> None:
    path = tmp_path / "report.html"
    path.write_text(fault, encoding="utf-8")
    with pytest.raises(AssertionError), show(path):
        pass


def test_every_section_renders_and_its_charts_have_a_size(report: Path, show: Any) -> None:
    with show(report) as page:
        for name in ("dropped", "overlap", "thresholds", "clusters", "matches", "pages", "unreadable", "run"):
            assert page.locator(f"#{name} > h2").is_visible(), name
            page.locator(f"nav a[href='#{name}']").click()
            assert 0 < page.locator(f"#{name} > h2").bounding_box()["y"] < 850
        assert "of 40 documents kept" in page.locator("h1").inner_text()
        for selector in (".funnel rect.kept", "#dropped .bar rect", ".histogram .passed", ".page .strip rect"):
            box = page.locator(selector).first.bounding_box()
            assert box["width"] > 1, selector
            assert box["height"] > 3, selector
        assert len(_visible(page, ".controls")) >= 5


#: Elements that stick out of the window, but for those that scroll by themselves.
_STICKING_OUT = """() => [...document.querySelectorAll('body *')].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.width && !each.closest('.wide, nav, svg, .skip') && box.right > document.documentElement.clientWidth + 1;
}).map((each) => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 40)}`)"""


@pytest.fixture(scope="module")
def huge(report: Path) -> Path:
    """The same page with the numbers of a large run."""
    facts = build_report(report.parent)
    for row in facts["reasons"]:
        row |= {"pieces": 118_240_731, "words": 1_218_934_404, "documents": 5_100_000}
    for name, value in facts["headline"].items():
        facts["headline"][name] = value * 100_000_000 if isinstance(value, int) else value
    for row in facts["overlap"]["cells"]:
        for cell in filter(None, row):
            cell |= {"pairs": 12_345_678, "words": 9_876_543_210}
    facts["thresholds"]["coverage"]["bins"] = [10**n for n in range(20)]
    path = report.parent / "huge.html"
    path.write_text(render(facts), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["report", "huge"])
def test_nothing_is_wider_than_the_screen(name: str, show: Any, request: pytest.FixtureRequest) -> None:
    with show(request.getfixturevalue(name)) as page:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.locator("a.cell").first.click()
        for width in (390, 600, 768, 1000, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate(_STICKING_OUT) == [], width
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_the_reader_wishes(report: Path, show: Any, scheme: str) -> None:
    with show(report, scheme=scheme) as page:
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper)[:3])) > 380) == (scheme == "light")


def test_a_click_on_a_cell_lists_its_matches_and_leads_to_them(report: Path, show: Any) -> None:
    with show(report) as page:
        cell = page.locator(".matrix a.cell").first
        count = int(cell.inner_text())
        cell.click()
        panel = page.locator("#cell")
        assert panel.is_visible()
        assert len(panel.locator("tbody tr").all()) == count
        panel.locator("a", has_text="side by side").first.click()
        opened = page.locator("details.match[open]").last
        assert opened.locator(".sides").is_visible()
        panel.locator("button").click()
        assert len(_visible(page, "details.match")) == count
        assert page.locator("#match-count").inner_text() == f"{count} of 21"
        page.locator("#match-pair").click()
        assert len(_visible(page, "details.match")) == 21


def test_the_matrix_counts_what_is_chosen(report: Path, show: Any) -> None:
    with show(report) as page:

        def sums() -> int:
            return sum(int(text) for text in page.locator(".matrix a.cell").all_inner_texts() if text != "·")

        assert sums() == 21
        for measure, total in (("documents", 16), ("passages", 5), ("pairs", 21)):
            page.select_option("#overlap-measure", measure)
            assert sums() == total


def test_examples_are_filtered_by_source(report: Path, show: Any) -> None:
    with show(report) as page:
        page.locator("details.reason", has_text="navigation").locator("summary").click()
        assert len(_visible(page, "details.reason[open] .examples > li")) == 8
        page.select_option("#example-source", label="site3.example")
        shown = _visible(page, "details.reason[open] .examples > li")
        assert shown
        assert all("site3.example" in each.inner_text() for each in shown)
        page.select_option("#example-source", "")
        assert len(_visible(page, "details.reason[open] .examples > li")) == 8


def test_an_example_leads_to_its_page(report: Path, show: Any) -> None:
    with show(report) as page:
        page.locator("details.reason", has_text="footer").locator("summary").click()
        link = page.locator("details.reason[open] .examples a.id").first
        name = link.inner_text()
        link.click()
        opened = page.locator("details.page[open]")
        assert opened.locator("summary .id").inner_text() == name
        assert opened.locator("del").first.is_visible()
        style = opened.locator("del").first.evaluate("(each) => getComputedStyle(each).textDecorationLine")
        assert style == "line-through"


def test_clusters_are_searched_filtered_and_sorted(report: Path, show: Any) -> None:
    with show(report) as page:
        rows = ".clusters tbody tr"
        assert len(_visible(page, rows)) == 5
        page.fill("#cluster-filter", "TITLE 17")
        sync_api.expect(page.locator("#cluster-count")).to_have_text("1 of 5")
        assert "d16" in _visible(page, rows)[0].inner_text()
        page.fill("#cluster-filter", "no such words")
        page.wait_for_selector("#cluster-none", state="visible")
        page.fill("#cluster-filter", "")
        sync_api.expect(page.locator("#cluster-count")).to_have_text("")
        page.select_option("#cluster-size", "5")
        assert len(_visible(page, rows)) == 1
        page.select_option("#cluster-size", "2")
        page.select_option("#cluster-source", label="site2.example")
        assert 1 <= len(_visible(page, rows)) < 5
        page.select_option("#cluster-source", "")
        page.locator("th[data-sort=similarity] button").click()
        values = [float(text.rstrip(" %")) for text in page.locator(f"{rows} td:nth-child(4)").all_inner_texts()]
        assert values == sorted(values)
        assert page.locator("th[data-sort=similarity]").get_attribute("aria-sort") == "ascending"


def test_keys_move_between_matches(report: Path, show: Any) -> None:
    with show(report) as page:

        def current() -> str:
            return str(page.evaluate("document.activeElement.closest('details.match')?.id ?? ''"))

        for key, expected in (("j", "match-0"), ("j", "match-1"), ("j", "match-2"), ("k", "match-1")):
            page.keyboard.press(key)
            assert current() == expected
            assert page.locator(f"#{expected} .sides").is_visible()
        assert page.locator("details.match[open]").count() == 1
        page.fill("#match-filter", "d3")
        page.locator("#match-filter").press("j")
        assert page.input_value("#match-filter") == "d3j", "keys type where one types"


def _lit(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(".lit").all_inner_texts()]


def test_arrows_and_hover_move_both_sides_together(tmp_path: Path, show: Any) -> None:
    with show(write_report(small_run().write(tmp_path))) as page:
        match = page.locator("details.match", has_text="b/two")
        if match.get_attribute("open") is None:
            match.locator("summary").click()
        match.locator("summary").focus()
        page.keyboard.press("ArrowRight")
        assert _lit(page) == ["lazy", "sleepy"]
        match.locator(".text").nth(2).locator("span[data-n]").first.hover()
        assert len(_lit(page)) == 2
        assert _lit(page)[0] == _lit(page)[1]
        page.locator("#match-left").click()
        assert _lit(page) == ["lazy", "sleepy"]


def test_the_slider_says_what_would_flip(report: Path, show: Any) -> None:
    with show(report) as page:
        figure = page.locator("figure[data-measure=coverage]")
        slider, said = figure.locator("input"), figure.locator("output")
        assert said.inner_text() == "0.75: as in this run, 16 removed"
        for _ in range(8):
            slider.press("ArrowRight")
        assert "16 removed documents would stay: 0 removed" in said.inner_text()
        slider.press("Home")
        assert "would go" in said.inner_text()
        figure.locator("summary").click()
        assert figure.locator("tr.now td").first.inner_text() == "0.75"


def test_pages_are_found_by_words_and_reason(report: Path, show: Any) -> None:
    with show(report) as page:
        assert len(_visible(page, "details.page")) == 40
        page.select_option("#page-reason", "shared_passage")
        assert len(_visible(page, "details.page")) == 10
        page.fill("#page-filter", "title 12")
        sync_api.expect(page.locator("#page-count")).to_have_text("1 of 40")


def test_it_reads_without_a_script_and_on_paper(report: Path, show: Any) -> None:
    with show(report, scripts=False) as page:
        assert not _visible(page, ".controls")
        assert len(_visible(page, "details.match")) == 21
        assert len(_visible(page, ".clusters tbody tr")) == 5
    with show(report) as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert not page.locator("nav").is_visible()
        assert page.locator(".examples li").first.is_visible()
        assert len(page.pdf()) > 10_000


def test_hostile_pages_stay_text(tmp_path: Path, show: Any) -> None:
    run = hostile_run()
    for n, row in enumerate(run.matches):
        row["a_source"], row["b_source"] = run.docs[n].source, run.docs[n + 1].source
    path = write_report(run.write(tmp_path / "out"))
    for width in (1280, 390):
        with show(path, width=width) as page:
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            for link in page.locator("a.cell").all()[:6]:
                link.click()
            page.fill("#cluster-filter", "<script>alert(1)")
            page.fill("#match-filter", "onerror")
            sync_api.expect(page.locator("#match-count")).not_to_be_empty()
            page.keyboard.press("Escape")
            assert page.locator("img, iframe, object, [onerror], [src], [style]").count() == 0
            assert page.locator("a:not([href^='#'])").count() == 0
            assert page.locator("script").count() == 2
            shown = page.locator("body").inner_text()
            assert "<img src=x onerror=alert(1)>" in shown
            assert "[U+202E]" in shown
            assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", shown)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            direction = "(each) => getComputedStyle(each).direction"
            hebrew = page.locator(".page .text", has_text="שלום").first
            assert hebrew.evaluate(direction) == "rtl"
            assert page.locator(".page .text", has_text="这是").first.evaluate(direction) == "ltr"


def test_a_link_from_elsewhere_unfolds_its_match_and_a_strange_one_does_no_harm(report: Path, show: Any) -> None:
    with show(report) as page:
        for place in ("#match-3", "#%", "#page-2", "#<b>"):
            page.goto("about:blank")
            page.goto(report.as_uri() + place)
            if place in ("#match-3", "#page-2"):
                assert page.locator(f"details{place}[open]").is_visible()
            assert len(_visible(page, ".controls")) >= 5


def test_a_run_without_anything_opens(tmp_path: Path, show: Any) -> None:
    run = small_run()
    run.docs, run.matches, run.clusters, run.unreadable = [], [], [], []
    with show(write_report(run.write(tmp_path))) as page:
        assert len(_visible(page, ".nothing")) == 4


def test_a_comparison_opens(tmp_path: Path, show: Any) -> None:
    other = small_run()
    other.docs[1].removed = None
    path, _ = write_comparison(other.write(tmp_path / "after"), small_run().write(tmp_path / "before"))
    for width in (390, 1280):
        with show(path, width=width) as page:
            assert "1 document flipped" in page.locator("h1").inner_text()
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
