"""The flow over an engine's tables: documents, found, pages; then duplicates. Every kind of run is made of these."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from cleanse import schema
from cleanse.boilerplate.found import FOUND, LINES, lines_of
from cleanse.boilerplate.stages import FindBlocks, JudgePages
from cleanse.boilerplate.template import template_of, template_query
from cleanse.memory import kernel_threads

if TYPE_CHECKING:
    from pathlib import Path

    from cleanse.boilerplate.template import Template
    from cleanse.config import Config
    from cleanse.engines import Engine, Local
    from cleanse.pipeline.watcher import Begin


def expect_pages(engine: Local, config: Config) -> None:
    """Have a worker started that `find_blocks` needs, while documents are read."""
    if config.strip.enabled:
        find = FindBlocks(config.strip)
        engine.expect(find, FOUND, find.rescue)


def strip_pages(engine: Engine, config: Config, begin: Begin = lambda stage: None, *, apart: bool = False) -> None:
    """Make the table ``pages`` of the table ``documents``; ``apart``: where a page can harm no other."""
    if not config.strip.enabled:
        from cleanse.dedup.whole import whole_pages

        pages = partial(whole_pages, threads=kernel_threads(config.run))
        engine.map("documents", pages, "pages", schema.PAGE, key=_key(config))
        engine.drop("documents")
        return
    find_blocks(engine, config, begin, apart=apart)
    judge_pages(engine, config, begin, apart=apart)


def find_blocks(engine: Engine, config: Config, begin: Begin = lambda stage: None, *, apart: bool = False) -> None:
    """Make the table ``found`` of the table ``documents``."""
    begin("strip")
    find = FindBlocks(config.strip)
    engine.map("documents", find, "found", FOUND, key=_key(config), rescue=find.rescue if apart else None)
    engine.drop("documents")


def judge_pages(engine: Engine, config: Config, begin: Begin = lambda stage: None, *, apart: bool = False) -> None:
    """Make the table ``pages`` of the table ``found``."""
    begin("judge")
    judge = JudgePages(config.strip, template(engine, config))
    engine.map("found", judge, "pages", schema.PAGE, rescue=judge.rescue if apart else None)
    engine.drop("found")


def template(engine: Engine, config: Config) -> Template:
    """What the sources of the table ``found`` repeat."""
    # queries over pages would hold many of them at once
    engine.map("found", lines_of, "page_lines", LINES)
    engine.sql(template_query(config.strip, "page_lines"), "template")
    engine.drop("page_lines")
    rows = (row for batch in engine.stream("template") for row in batch.to_pylist())
    return template_of((row["source"], row["key"]) for row in rows)


def find_duplicates(engine: Engine, config: Config, folder: Path, begin: Begin = lambda stage: None) -> None:
    """Make the tables ``ranked``, ``matches``, ``clusters``, ``removed`` and ``cuts`` of the table ``pages``."""
    if config.dedup.enabled:
        begin("tokens")  # which have the first kernels, loaded now
        from cleanse.dedup.stages import deduplicate

        deduplicate(engine, config.dedup, folder, kernel_threads(config.run), begin)
    else:
        from cleanse.dedup.stages import settle_nothing

        settle_nothing(engine)


def batching(config: Config) -> dict[str, int]:
    """How documents are batched when they are read."""
    return {"batch_documents": config.run.batch_documents, "batch_bytes": config.run.batch_bytes}


def _key(config: Config) -> str:
    return msgspec.json.encode(config.strip).decode()
