"""Hugging Face datasets: functions for ``map`` and ``filter``, and the duplicates of a whole dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from datasets import Dataset

from cleanse.adapters.documents import Removal, dropped_blocks, removals
from cleanse.config import Config
from cleanse.errors import UsageError
from cleanse.read.columns import records, wanted
from cleanse.read.fields import Fields, UnfitError
from cleanse.stream import strip_record, text_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cleanse.boilerplate.page import Stripped

_LABEL = "dataset"
_ROWS = 1000


class Strip:
    """For ``dataset.map(Strip(), batched=True)``, fastest ``with_format("arrow")``: rows keep all but their noise.

    The field that held the text holds the stripped one; with HTML alone it is ``text``. A row that is no document gets
    null. ``dropped=True`` adds a column of the dropped blocks: text, reason, confidence.
    """

    def __init__(self, config: Config | None = None, *, dropped: bool = False) -> None:
        self.config, self.dropped = config or Config(), dropped

    def __call__(self, batch: pa.Table | Mapping[str, Any]) -> pa.Table | dict[str, Any]:
        name, pages = _pages(batch, self.config)
        columns = {name: pa.array([page and page.text for page in pages], pa.string())}
        if self.dropped:
            columns["dropped"] = pa.array([page and dropped_blocks(page) for page in pages], _DROPPED)
        if isinstance(batch, pa.Table):
            return pa.table(dict(zip(batch.column_names, batch.columns, strict=True)) | columns)
        return {name: column.to_pylist() for name, column in columns.items()}


class Confident:
    """For ``dataset.filter(Confident(0.7), batched=True)``: pages whose text is expected to be right, by word F1."""

    def __init__(self, least: float, config: Config | None = None) -> None:
        self.least, self.config = least, config or Config()

    def __call__(self, batch: pa.Table | Mapping[str, Any]) -> list[bool]:
        _, pages = _pages(batch, self.config)
        return [page is not None and bool(page.text) and page.confidence >= self.least for page in pages]


def dedupe(dataset: Dataset, config: Config | None = None) -> Dataset:
    """The rows that `cleanse.find_duplicates` keeps, in their order."""
    gone = removals(_arrow(dataset), config)
    return dataset.select([i for i, removal in enumerate(gone) if removal is None])


def mark_duplicates(dataset: Dataset, config: Config | None = None) -> Dataset:
    """The dataset with two columns more, null for rows that stay: ``reason``, and ``survivor``, the id of the row in whose
    favour it goes (its number, where rows have no id)."""
    gone = removals(_arrow(dataset), config)
    for name in Removal._fields:
        column = pa.array([removal and getattr(removal, name) for removal in gone], pa.string())
        dataset = dataset.add_column(name, column)
    return dataset


_DROPPED = pa.list_(pa.struct([("text", pa.string()), ("reason", pa.string()), ("confidence", pa.float32())]))


def _arrow(dataset: Dataset) -> pa.RecordBatchReader:
    if not isinstance(dataset, Dataset):
        raise UsageError(f"expected a datasets.Dataset, not {type(dataset).__name__}; of a DatasetDict take one split")
    tables = dataset.with_format("arrow").iter(_ROWS)
    batches = (batch for table in tables for batch in table.to_batches())
    return pa.RecordBatchReader.from_batches(dataset.features.arrow_schema, batches)


def _pages(batch: pa.Table | Mapping[str, Any], config: Config) -> tuple[str, list[Stripped | None]]:
    """The column that holds the text, or will, and the page of each row; None for a row that is no document."""
    fields = Fields(config.read, _LABEL)
    table = batch if isinstance(batch, pa.Table) else _table(batch, fields)
    names = wanted(table.schema, _LABEL, config.read)
    pages: list[Stripped | None] = []
    for _, row in records(table.to_batches(), names):
        try:
            pages.append(strip_record(row, fields, config).page)
        except UnfitError:
            pages.append(None)
    return text_field(names, fields), pages


def _table(batch: Mapping[str, Any], fields: Fields) -> pa.Table:
    """The columns that play a part: others may hold what Arrow does not know."""
    names = [name for name in fields.choose(tuple(batch)) if name is not None] or list(batch)
    if any(isinstance(batch[name], str) for name in names):
        raise UsageError("a single row; use it as dataset.map(..., batched=True)")
    columns = {name: pa.array(list(batch[name])) for name in names}
    # nulls alone would be a column of no type
    return pa.table(
        {name: column if column.type != pa.null() else column.cast(pa.string()) for name, column in columns.items()}
    )
