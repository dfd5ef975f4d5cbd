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
from cleanse.stream import strip_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        table = _table(batch)
        name, pages = "text", []
        for page, field in _pages(table, self.config):
            pages.append(page)
            name = field or name
        columns = {name: pa.array([page and page.text for page in pages], pa.string())}
        if self.dropped:
            columns["dropped"] = pa.array([page and dropped_blocks(page) for page in pages], _DROPPED)
        if isinstance(batch, pa.Table):
            return pa.table(dict(zip(table.column_names, table.columns, strict=True)) | columns)
        return {name: column.to_pylist() for name, column in columns.items()}


class Confident:
    """For ``dataset.filter(Confident(0.7), batched=True)``: pages whose text is expected to be right, by word F1."""

    def __init__(self, least: float, config: Config | None = None) -> None:
        self.least, self.config = least, config or Config()

    def __call__(self, batch: pa.Table | Mapping[str, Any]) -> list[bool]:
        pages = _pages(_table(batch), self.config)
        return [page is not None and bool(page.text) and page.confidence >= self.least for page, _ in pages]


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


def _table(batch: pa.Table | Mapping[str, Any]) -> pa.Table:
    if isinstance(batch, pa.Table):
        return batch
    if any(isinstance(value, str) for value in batch.values()):
        raise UsageError("a single row; use it as dataset.map(..., batched=True)")
    return pa.table(dict(batch))


def _pages(table: pa.Table, config: Config) -> Iterator[tuple[Stripped | None, str]]:
    """The page of each row and the field that its text belongs into; (None, "") for what is no document."""
    fields = Fields(config.read, _LABEL)
    for _, row in records(table.to_batches(), wanted(table.schema, _LABEL, config.read)):
        try:
            _, page, field = strip_record(row, fields, config)
            yield page, field
        except UnfitError:
            yield None, ""
