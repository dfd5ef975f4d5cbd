"""Pages that do to what takes them apart what they say. Workers import it by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanse.boilerplate.stages import FindBlocks
from tests.engines.kernels import act

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

HARM = "harm: "


class HarmedFindBlocks(FindBlocks):
    """FindBlocks, if pages that begin with HARM did to it what they say."""

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for content in batch["content"].to_pylist():
                if content.startswith(HARM):
                    act(content.split()[1])
            yield from super().__call__(iter([batch]))
