"""Documents that are compared as they are: it is said how many of them are HTML, whose markup makes pages of a site alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa


def tell_of_markup(batches: Iterable[pa.RecordBatch], say: Callable[[str], None]) -> Iterator[pa.RecordBatch]:
    """The batches (DOCUMENT), and a word at their end if there was HTML in them."""
    pages = documents = 0
    for batch in batches:
        pages += pc.sum(pc.equal(batch["format"], "html")).as_py() or 0
        documents += len(batch)
        yield batch
    if pages:
        say(
            f"{pages:,} of {documents:,} documents are HTML and taken as they are, markup too: cleanse run strips it first"
        )
