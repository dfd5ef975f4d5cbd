"""The Hugging Face layout: Parquet shards named as a split, and a card that says which files are the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanse.layout import CARD_MARK
from cleanse.write.columns import CORPUS
from cleanse.write.shards import Shards, parquet_for

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_CARD = """\
---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*.parquet
---
{mark}

# Corpus

{documents:,} documents, stripped of boilerplate and deduplicated by cleanse.

    from datasets import load_dataset
    corpus = load_dataset("PATH OR NAME OF THIS FOLDER", split="train")

Columns: {columns}. The other tables of this folder say what was dropped and why.
"""


class Dataset:
    """data/train-00000-of-00002.parquet and on, and README.md."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._shards = Shards(folder / "data", "train-{:05}.parquet", limit, parquet_for(limit))
        self._documents = 0

    def write(self, documents: pa.Table) -> None:
        """Add documents."""
        self._shards.write(documents)
        self._documents += len(documents)

    def close(self) -> None:
        """Number the shards by how many they are, and write the card."""
        self._shards.close()
        paths = self._shards.paths
        for path in paths:
            path.rename(path.with_name(f"{path.stem}-of-{len(paths):05}.parquet"))
        columns = ", ".join(f"`{name}`" for name in CORPUS.names)
        card = _CARD.format(mark=CARD_MARK, documents=self._documents, columns=columns)
        (self._folder / "README.md").write_text(card, encoding="utf-8")
