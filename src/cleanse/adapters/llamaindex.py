"""LlamaIndex: transformations for an ingestion pipeline that strip pages and drop duplicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.bridge.pydantic import Field
from llama_index.core.schema import BaseNode, TransformComponent

from cleanse import strip_all
from cleanse.adapters.documents import dropped_blocks, record, removals
from cleanse.config import Config
from cleanse.schema import Reason


class Strip(TransformComponent):
    """Strips documents, HTML or text, using what repeats over the pages of a site; ids and metadata stay.

    Those of which nothing is left go. ``dropped=True`` puts the dropped blocks, with reasons, into
    ``metadata["dropped"]``, which neither embeddings nor prompts are shown.
    """

    config: Config | None = None
    dropped: bool = False
    on_drop: Callable[[BaseNode, str], object] | None = Field(default=None, exclude=True)

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        """The nodes stripped, in their order."""
        kept = []
        for node, page in zip(nodes, strip_all(map(_record, nodes), self.config), strict=True):
            if page.text:
                kept.append(stripped := node.model_copy(deep=True))
                stripped.set_content(page.text)
                if self.dropped:
                    stripped.metadata["dropped"] = dropped_blocks(page)
                    stripped.excluded_embed_metadata_keys.append("dropped")
                    stripped.excluded_llm_metadata_keys.append("dropped")
            elif self.on_drop:
                self.on_drop(node, Reason.EMPTY.value)
        return kept


class Dedupe(TransformComponent):
    """Drops near-duplicates; ``on_drop`` is called with each and its reason, as in "near_duplicate of ID"."""

    config: Config | None = None
    on_drop: Callable[[BaseNode, str], object] | None = Field(default=None, exclude=True)

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        """The nodes that stay, in their order."""
        kept = []
        for node, removal in zip(nodes, removals(map(_record, nodes), self.config), strict=True):
            if removal is None:
                kept.append(node)
            elif self.on_drop:
                self.on_drop(node, str(removal))
        return kept


def _record(node: BaseNode) -> dict[str, Any]:
    return record(node.get_content(), node.node_id, node.metadata)
