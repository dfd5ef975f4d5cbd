"""Scrapy: an item pipeline that strips pages and drops near-duplicates while the crawl runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from cleanse.config import Config, to_config
from cleanse.dedup.online import OnlineDuplicates
from cleanse.errors import ConfigError, UsageError
from cleanse.read.fields import Fields, UnfitError
from cleanse.schema import DUPLICATE_REASONS, Reason
from cleanse.stream import strip_record

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: The setting CLEANSE_MEMORY by default, MB: some 20,000 pages of 400 words.
_MEMORY = 256


class CleansePipeline:
    """Items with HTML or text keep all but their noise; empty pages and near-duplicates of earlier ones are dropped.

    Scrapy settings: ``CLEANSE_CONFIG``, settings of cleanse by section, as in {"strip": {"favor": "precision"}};
    ``CLEANSE_MEMORY``, MB for what earlier pages are remembered by.
    """

    _online: OnlineDuplicates

    def __init__(self, config: Config, memory: int, stats: Any) -> None:
        self._config, self._memory, self._stats = config, memory, stats
        self._fields = Fields(config.read, "item")
        self._pages = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CleansePipeline:
        """The pipeline that a crawl's settings ask for; raises ConfigError."""
        config = to_config(crawler.settings.getdict("CLEANSE_CONFIG"), "CLEANSE_CONFIG")
        memory = crawler.settings.getint("CLEANSE_MEMORY", _MEMORY)
        if memory < 1:
            raise ConfigError(f"CLEANSE_MEMORY: {memory} MB; give it 1 at least")
        return cls(config, memory * 2**20, crawler.stats)

    def open_spider(self) -> None:
        """Begin to remember."""
        self._online = OnlineDuplicates(self._config.dedup, memory=self._memory)

    def process_item(self, item: Any) -> Any:
        """The item with its text stripped; one that holds neither HTML nor text as it is. Raises DropItem."""
        adapter = ItemAdapter(item)
        try:
            row, page, field = strip_record(adapter, self._fields, self._config)
        except UnfitError:
            self._stats.inc_value("cleanse/no_document")
            return item
        self._pages += 1
        if not page.text:
            raise self._dropped(Reason.EMPTY, "once stripped")
        if self._config.dedup.enabled:
            found = self._online.add(row.id or row.url or str(self._pages), page.text)
            if found:
                shares = f"similarity {found.similarity:.2f}, coverage {found.coverage:.2f}"
                raise self._dropped(DUPLICATE_REASONS[found.kind], f"of {found.survivor}, {shares}")
        try:
            adapter[field] = page.text
        except KeyError:
            raise UsageError(f"{type(item).__name__}: declare a field {field!r} for the text of its page") from None
        self._stats.inc_value("cleanse/kept")
        return item

    def close_spider(self) -> None:
        """Forget what was remembered."""
        self._online.close()

    def _dropped(self, reason: Reason, why: str) -> DropItem:
        self._stats.inc_value(f"cleanse/dropped/{reason}")
        return DropItem(f"{reason} {why}")
