"""Scrapy: a real crawl of pages served on loopback; what it keeps is what the library keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse.config import Config, Dedup
from cleanse.errors import ConfigError, UsageError
from tests.adapters.pages import ALONE, html, pages, removed
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("scrapy", reason="scrapy is in the extra dev")

from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from cleanse.adapters.scrapy import CleansePipeline

HTML = [page["text"] if page["text"].startswith("<") else html(page["text"]) for page in pages()]

SPIDER = """
import json, sys
from scrapy import Request, Spider, signals
from scrapy.crawler import CrawlerProcess

port, count, settings = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
kept, dropped = [], {}

class Pages(Spider):
    name = "pages"

    async def start(self):
        yield Request(f"http://127.0.0.1:{port}/0")

    def parse(self, response):
        yield {"url": response.url, "html": response.text}
        number = int(response.url.rpartition("/")[2])
        if number + 1 < count:
            yield response.follow(f"/{number + 1}")

process = CrawlerProcess(settings | {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
    "ITEM_PIPELINES": {"cleanse.adapters.scrapy.CleansePipeline": 300}})
crawler = process.create_crawler(Pages)
crawler.signals.connect(lambda item: kept.append(item), signal=signals.item_scraped, weak=False)
crawler.signals.connect(
    lambda item, exception: dropped.update({item["url"]: str(exception)}), signal=signals.item_dropped, weak=False)
process.crawl(crawler)
process.start()
stats = {name: value for name, value in crawler.stats.get_stats().items() if name.startswith("cleanse/")}
print(json.dumps({"kept": kept, "dropped": dropped, "stats": stats}))
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = self.path.lstrip("/")
            found = number.isdigit() and int(number) < len(HTML)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if found:
                self.wfile.write(HTML[int(number)].encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def crawl(port: int, folder: Path, **settings: Any) -> Any:
    script = folder / "spider.py"
    script.write_text(SPIDER, encoding="utf-8")
    command = [sys.executable, str(script), str(port), str(len(HTML)), json.dumps(settings)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_PROXY": "*"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def pipeline(**settings: Any) -> CleansePipeline:
    made = CleansePipeline.from_crawler(get_crawler(settings_dict=settings))
    made.open_spider()
    return made


@pytest.mark.slow
def test_a_crawl_keeps_what_the_library_keeps(port: int, tmp_path: Path) -> None:
    found = crawl(port, tmp_path)
    urls = [f"http://127.0.0.1:{port}/{number}" for number in range(len(HTML))]
    documents = [{"id": url, "url": url, "html": page} for url, page in zip(urls, HTML, strict=True)]
    texts = dict(zip(urls, (page.text for page in cleanse.strip_all(documents, ALONE)), strict=True))
    whole = [{"id": url, "text": text} for url, text in texts.items() if text]
    gone = removed(whole, Config(dedup=Dedup(survivor="first")))
    assert len(gone) == 3
    assert {item["url"]: item["text"] for item in found["kept"]} == {
        document["id"]: document["text"] for document in whole if document["id"] not in gone
    }
    assert [item["html"] for item in found["kept"]] == [
        page for url, page in zip(urls, HTML, strict=True) if texts[url] and url not in gone
    ]
    reasons = found["dropped"]
    assert reasons.pop(urls[5]) == "empty once stripped"
    assert {url: reason.split(" of ")[1].split(",")[0] for url, reason in reasons.items()} == gone
    assert found["stats"]["cleanse/kept"] == len(whole) - 3
    assert found["stats"]["cleanse/dropped/empty"] == 1
    assert sum(value for name, value in found["stats"].items() if "dropped" in name) == 4


def test_settings_of_the_crawl_are_heeded() -> None:
    keeping = pipeline(CLEANSE_CONFIG={"strip": {"keep": ["comments"]}, "dedup": {"enabled": False}})
    item = {"text": pages()[0]["text"]}
    for _ in range(2):
        assert keeping.process_item(dict(item)) == item
    keeping.close_spider()
    for wrong in ({"CLEANSE_CONFIG": {"dedup": {"covrage": 1}}}, {"CLEANSE_MEMORY": 0}):
        with pytest.raises(ConfigError):
            pipeline(**wrong)


def test_items_of_any_kind_and_items_that_are_no_documents() -> None:
    @dataclass
    class Page:
        html: str
        text: str = ""

    @dataclass
    class Bare:
        html: str

    made = pipeline()
    assert made.process_item(Page(HTML[0])).text == cleanse.strip(HTML[0]).text
    assert made.process_item({"price": 3}) == {"price": 3}
    with pytest.raises(DropItem, match=r"^near_duplicate of 1, similarity 1.00, coverage 1.00"):
        made.process_item({"text": pages()[2]["text"]})
    with pytest.raises(UsageError, match="Bare: declare a field 'text'"):
        made.process_item(Bare(HTML[1]))
    made.close_spider()
