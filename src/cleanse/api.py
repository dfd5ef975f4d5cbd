"""The library's functions: thin, typed, and quick to import; the rooms behind them load when they are first called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cleanse.errors import InputNotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleanse.boilerplate.content import Favor
    from cleanse.boilerplate.page import Stripped
    from cleanse.boilerplate.profile import SiteProfile
    from cleanse.config import Config
    from cleanse.engines import Distributed
    from cleanse.result import Duplicates, Result

_ONE = (str, bytes, Path, Mapping)


def strip(
    html_or_text: str,
    url: str | None = None,
    *,
    keep: Iterable[str] = (),
    favor: Favor = "balanced",
    extractor: Literal["best", "fast"] = "best",
    sites: SiteProfile | None = None,
    markdown: bool = False,
) -> Stripped:
    """The page without its scraper noise: ``.text``, ``.title``, ``.confidence``, and ``.blocks`` with a verdict each.

    HTML is told from text by its first characters. ``keep`` names reasons and kinds of blocks that drop nothing, such as
    "comments" or "table_row"; ``favor`` is "precision" to drop what is doubtful, "recall" to keep it; ``extractor`` is
    "fast" for less than half the time on HTML, at a little less quality; ``sites`` is what `learn_sites` has learned of other pages
    of the url's site. ``markdown`` asks for ``.markdown``, too: headings, lists, tables, links and emphasis of HTML.

    >>> page = strip("<h1>Ferries</h1><p>The harbour was closed on Monday, after a storm.</p><footer>Imprint</footer>")
    >>> page.text
    'Ferries\\n\\nThe harbour was closed on Monday, after a storm.'
    >>> [(block.text, block.reason) for block in page.dropped]
    [('Imprint', 'footer')]
    """
    from cleanse.boilerplate.page import strip_page, with_markdown
    from cleanse.config import to_config

    # one name alone would be taken for a list of its letters
    names = list(keep) if isinstance(keep, Iterable) and not isinstance(keep, str) else keep
    settings = to_config({"strip": {"keep": names, "favor": favor, "extractor": extractor}}, "settings").strip
    if sites is not None:
        from cleanse import stream

        page = stream.strip_page(html_or_text, url, settings, sites)
    else:
        page = strip_page(html_or_text, url, settings)
    return with_markdown(page, html_or_text, url) if markdown else page


def strip_all(documents: object, config: Config | None = None) -> list[Stripped]:
    """Strip many documents, using what repeats over the pages of each source (a site, by default).

    ``documents`` is anything with ``__arrow_c_stream__`` (pyarrow, Polars, pandas, DuckDB), an iterable of strings, or
    one of dicts with ``text`` or ``html`` and optional ``id``, ``source``, ``url``. Results come in the same order.

    >>> pages = strip_all([{"id": "a", "text": "The harbour was closed on Monday, after a storm.\\n\\n3 Comments\\nAnn\\nSad."}])
    >>> [page.text for page in pages]
    ['The harbour was closed on Monday, after a storm.']
    """
    from cleanse import pipeline
    from cleanse.config import checked

    return pipeline.strip_all(documents, checked(config))


def strip_each(
    documents: object, config: Config | None = None, *, sites: SiteProfile | None = None
) -> Iterator[Stripped]:
    """Strip documents (as in `strip_all`) one by one as they come, each by itself: the next is taken when it is needed.

    For streams and other programs' pipelines. What a site repeats over its pages is unknown here, but for ``sites``, which
    `learn_sites` has learned from other pages.

    >>> [page.text for page in strip_each(["The harbour was closed on Monday, after a storm.\\n\\n3 Comments\\nAnn\\nSad."])]
    ['The harbour was closed on Monday, after a storm.']
    """
    from cleanse import stream
    from cleanse.config import checked

    return stream.strip_each(documents, checked(config), sites)


def learn_sites(documents: object, config: Config | None = None) -> SiteProfile:
    """What repeats over the pages of each source among ``documents`` (as in `strip_all`), for pages to come.

    It can be kept: ``learn_sites(pages).save("sites.json")``, and later ``SiteProfile.load("sites.json")``.

    >>> story = "Read our newsletter\\n\\nThe harbour was closed on day {} after the storm of the night before had torn {} ships away."
    >>> profile = learn_sites([{"source": "daily", "text": story.format(day, 2 * day)} for day in range(3)])
    >>> {source: len(lines) for source, lines in profile.lines.items()}
    {'daily': 1}
    """
    from cleanse import pipeline
    from cleanse.config import checked

    return pipeline.learn_sites(documents, checked(config))


def find_duplicates(documents: object, config: Config | None = None) -> Duplicates:
    """Near-duplicate documents and passages among ``documents`` (as in `strip_all`), which are compared as they are.

    >>> story = "The harbour was closed on Monday after the storm of the night before had torn two ships from their moorings."
    >>> found = find_duplicates([{"id": "a", "text": story}, {"id": "b", "text": story.upper()}])
    >>> found.removed.select(["id", "survivor", "kind"]).to_pylist()
    [{'id': 'b', 'survivor': 'a', 'kind': 'exact'}]
    """
    from cleanse import pipeline
    from cleanse.config import checked

    return pipeline.find_duplicates(documents, checked(config))


def run(
    inputs: Sequence[str | Path] | str | Path,
    out: str | Path,
    config: Config | None = None,
    *,
    index: str | Path | None = None,
    update: bool = False,
    engine: Distributed | None = None,
) -> Result:
    """Read inputs (files, folders, globs), strip, deduplicate, write corpus and report into the folder ``out``.

    With ``index`` (see `cleanse.Index`) duplicates of what it has seen go too; ``update`` adds the documents to it.
    ``engine``: `cleanse.engines.Spark(session)` to have it done by many machines, with the same result.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = pathlib.Path(folder, "a.txt")
    ...     _ = page.write_text("The harbour was closed on Monday, after a storm.\\n\\n3 Comments\\nAnn\\nSad.")
    ...     result = run(page, f"{folder}/out")
    ...     result.corpus["text"].to_pylist(), result.dropped["reason"].to_pylist()
    (['The harbour was closed on Monday, after a storm.'], ['comments', 'comments', 'comments'])
    """
    from cleanse import pipeline
    from cleanse.config import checked

    paths = []
    for path in [inputs] if isinstance(inputs, _ONE) or not isinstance(inputs, Iterable) else inputs:
        if not isinstance(path, (str, Path)):
            raise InputNotFound(
                f"a {type(path).__name__} is no path: a run reads files and folders. Documents in memory are for "
                "strip_all and find_duplicates, or are written as JSON lines first"
            )
        paths.append(path)
    if not paths:
        raise InputNotFound("no inputs were given: name files, folders or globs")
    if not isinstance(out, (str, Path)):
        raise UsageError(f"out: expected the path of a folder, not {type(out).__name__}")
    if engine is not None and not hasattr(engine, "map_groups"):
        raise UsageError(f"engine: expected cleanse.engines.Spark(session), not {type(engine).__name__}")
    return pipeline.run(paths, out, checked(config), index=index, update=update, engine=engine)
