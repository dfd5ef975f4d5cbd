"""The flow's first half on many machines: each reads files and judges pages; what repeats over a site meets in a join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanse import schema
from cleanse.boilerplate.found import FOUND
from cleanse.boilerplate.stages import FindBlocks, JudgePages
from cleanse.boilerplate.template import template_of, template_query
from cleanse.errors import UnreadableInput
from cleanse.read.inputs import STDIN
from cleanse.read.parts import FILE, NAMED, READ, failure, files, name_again, read_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from cleanse.config import Config, Strip
    from cleanse.engines import Distributed, Kernel
    from cleanse.pipeline.watcher import Begin
    from cleanse.read import Input

#: Of the documents whose ids are counted from one root, where two have the same.
_SHARED_IDS = """
    SELECT root, input, "order", id
    FROM read
    WHERE root IN (
        SELECT root FROM read WHERE failure IS NULL GROUP BY root HAVING count(*) > count(DISTINCT id)
    )
"""
_DOCUMENTS = f"""
    WITH counts AS (
        SELECT input, count(*) AS documents FROM read WHERE failure IS NULL GROUP BY input
    ), starts AS (
        SELECT input, CAST(sum(documents) OVER (ORDER BY input) AS BIGINT) - documents AS start FROM counts
    )
    SELECT starts.start + read."order" AS "order", coalesce(named.id, read.id) AS id,
        {", ".join(f"read.{name}" for name in schema.DOCUMENT.names[2:])}
    FROM read JOIN starts ON starts.input = read.input
        LEFT JOIN named ON named.input = read.input AND named."order" = read."order"
    WHERE read.failure IS NULL
    ORDER BY starts.start + read."order"
"""
_FOUND_WITH_TEMPLATE = """
    SELECT found.*, template.lines AS template
    FROM found LEFT JOIN (SELECT source, list(key) AS lines FROM repeated GROUP BY source) AS template
        ON template.source = found.source
    ORDER BY found."order"
"""


def read_apart(
    engine: Distributed, inputs: Sequence[Input], config: Config, on_error: Callable[[UnreadableInput], None]
) -> int:
    """Make the table ``documents``, as `read.read_documents` reads them, in its order and with its ids; how many.

    Standard input passes through this process. Raises as `read.read_documents` does.
    """
    listed = files(inputs)
    if any(entry.path == STDIN for entry in inputs):
        engine.load("read", read_files(config)(iter([listed])), READ)
    else:
        engine.load("files", [listed], FILE)
        engine.map("files", read_files(config), "read", READ)
        engine.drop("files")
    for batch in engine.stream(
        'SELECT failure, path, url, content FROM read WHERE failure IS NOT NULL ORDER BY input, "order"'
    ):
        for error in map(failure, batch.to_pylist()):
            if not isinstance(error, UnreadableInput):
                raise error
            on_error(error)
    engine.map_groups(_SHARED_IDS, ["root"], ["input", "order"], name_again, "named", NAMED)
    engine.sql(_DOCUMENTS, "documents")
    for name in ("read", "named"):
        engine.drop(name)
    return int(next(engine.stream("SELECT count(*) AS n FROM documents"))["n"][0].as_py())


def strip_pages(engine: Distributed, config: Config, begin: Begin) -> None:
    """Make the table ``pages`` of the table ``documents``, which goes."""
    if not config.strip.enabled:
        from cleanse.dedup.whole import whole_pages

        engine.map("documents", whole_pages, "pages", schema.PAGE)
        engine.drop("documents")
        return
    begin("strip")
    engine.map("documents", FindBlocks(config.strip), "found", FOUND)
    engine.drop("documents")
    begin("judge")
    if config.strip.site_evidence:
        engine.sql(template_query(config.strip, "found"), "repeated")
        engine.map(_FOUND_WITH_TEMPLATE, _judge_beside(config.strip), "pages", schema.PAGE)
        engine.drop("repeated")
    else:
        engine.map("found", JudgePages(config.strip, {}), "pages", schema.PAGE)
    engine.drop("found")


def find_duplicates(engine: Distributed, config: Config, begin: Begin) -> None:
    """Make the tables of `flow.find_duplicates` of the table ``pages``."""
    from cleanse.dedup.distributed import deduplicate
    from cleanse.dedup.stages import settle_nothing

    if config.dedup.enabled:
        deduplicate(engine, config.dedup, begin)
    else:
        settle_nothing(engine)


def _judge_beside(settings: Strip) -> Kernel:
    """Kernel FOUND, each row with the ``template`` of its source -> PAGE."""

    def kernel(found: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in found:
            lines = dict(zip(batch["source"].to_pylist(), batch["template"].to_pylist(), strict=True))
            template = template_of((source, key) for source, keys in lines.items() for key in keys or ())
            yield from JudgePages(settings, template)(iter([batch.drop_columns(["template"])]))

    return kernel
