"""Documents in memory: nothing is written, nothing is left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cleanse import schema
from cleanse.boilerplate.page import Stripped
from cleanse.boilerplate.profile import SiteProfile
from cleanse.config import Config
from cleanse.engines import Local
from cleanse.pipeline import flow
from cleanse.read import from_objects
from cleanse.result import Duplicates

if TYPE_CHECKING:
    from cleanse.pipeline.watcher import Begin


def strip_all(documents: object, config: Config | None = None) -> list[Stripped]:
    """Strip many documents, using what repeats over the pages of each source.

    ``documents`` is Arrow data, or an iterable of strings or of dicts with text or html and optional id, source, url.
    """
    config = config or Config()
    with Local(config.run) as engine:
        engine.load("documents", from_objects(documents, config.read, **flow.batching(config)), schema.DOCUMENT)
        flow.strip_pages(engine, config)
        return [Stripped.of(row) for batch in engine.stream("pages") for row in batch.to_pylist()]


def learn_sites(documents: object, config: Config | None = None) -> SiteProfile:
    """What repeats over the pages of each source, for pages to come. ``documents`` as in `strip_all`."""
    config = config or Config()
    with Local(config.run) as engine:
        engine.load("documents", from_objects(documents, config.read, **flow.batching(config)), schema.DOCUMENT)
        flow.find_blocks(engine, config)
        return SiteProfile(flow.template(engine, config))


def find_duplicates(
    documents: object, config: Config | None = None, *, begin: Begin = lambda stage: None
) -> Duplicates:
    """Find near-duplicate documents and passages; nothing is stripped. ``documents`` as in `strip_all`."""
    config = config or Config()
    config = msgspec.structs.replace(config, strip=msgspec.structs.replace(config.strip, enabled=False))
    with Local(config.run) as engine:
        engine.load("documents", from_objects(documents, config.read, **flow.batching(config)), schema.DOCUMENT)
        flow.strip_pages(engine, config)
        flow.find_duplicates(engine, config, engine.folder, begin)
        return Duplicates.of(engine, config.dedup)
