"""A stream of documents: each page is stripped by itself as it comes, and nothing is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cleanse.boilerplate.page import Stripped, looks_like_html
from cleanse.boilerplate.stages import FindBlocks, JudgePages
from cleanse.config import Config
from cleanse.errors import UsageError
from cleanse.read import from_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa

    from cleanse.boilerplate.profile import SiteProfile
    from cleanse.config import Strip
    from cleanse.read.fields import Fields, Row


def strip_each(documents: object, config: Config | None = None, sites: SiteProfile | None = None) -> Iterator[Stripped]:
    """Strip documents (as in `pipeline.strip_all`) one by one: the next is taken when its page is asked for.

    What a site repeats over its pages is unknown here, but for ``sites``: the result is that of `strip_all` without other
    site evidence. A page that makes the judge fail is dropped as unparsable, as in a run.
    """
    config = config or Config()
    template = _lines(sites) if sites is not None else {}
    batches = from_objects(documents, config.read, batch_documents=1, batch_bytes=1)
    if config.strip.enabled:
        pages = _each(JudgePages(config.strip, template), _each(FindBlocks(config.strip), batches))
    else:
        from cleanse.dedup.whole import whole_pages

        pages = whole_pages(batches)
    return (Stripped.of(row) for page in pages for row in page.to_pylist())


def _lines(sites: object) -> Mapping[str, frozenset[int]]:
    from cleanse.boilerplate.profile import SiteProfile

    if not isinstance(sites, SiteProfile):
        raise UsageError(
            f"sites: expected what cleanse.learn_sites or SiteProfile.load gives, not {type(sites).__name__}"
        )
    return sites.lines


def strip_page(html_or_text: str, url: str | None, settings: Strip, sites: SiteProfile) -> Stripped:
    """Strip one page with what is known of its site; raises UsageError for what is no string."""
    if not isinstance(html_or_text, str):
        raise UsageError(f"strip takes a string, not {type(html_or_text).__name__}; decode bytes first")
    form = "html" if looks_like_html(html_or_text) else "text"
    (page,) = strip_each([{form: html_or_text, "url": url}], Config(strip=settings), sites)
    return page


class StrippedRecord(NamedTuple):
    """A record's document, its page, and the field that the text belongs into."""

    row: Row
    page: Stripped
    field: str


def strip_record(
    record: Mapping[str, Any], fields: Fields, config: Config, sites: SiteProfile | None = None
) -> StrippedRecord:
    """Strip one record; raises UnfitError for one that makes no document."""
    row = fields.row(record, "")
    document = {row.format: row.content, "url": row.url, "title": row.title}
    (page,) = strip_each([document], Config(strip=config.strip), sites)
    return StrippedRecord(row, page, text_field(record, fields))


def text_field(names: Iterable[str], fields: Fields) -> str:
    """The field that a stripped text belongs into: where text stood, else ``text``."""
    return fields.choose(tuple(names)).text or "text"


def _each(kernel: FindBlocks | JudgePages, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a kernel makes of each batch, which is one document; what becomes of it where the kernel fails."""
    for batch in batches:
        try:
            made = list(kernel(iter([batch])))
        except Exception as error:
            made = [kernel.rescue(batch, f"{type(error).__name__}: {error}".removesuffix(": "))]
        yield from made
