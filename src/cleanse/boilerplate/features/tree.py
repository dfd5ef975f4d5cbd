"""Features of HTML blocks: their place in the tree, the containers around them, blocks of the same path, votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import KIND, NONE, REASON
from cleanse.boilerplate.features.columns import Column, Columns, per_group, running
from cleanse.boilerplate.features.kinds import kind_features
from cleanse.boilerplate.features.lines import Lines, weighted_share
from cleanse.boilerplate.inherit import containers
from cleanse.boilerplate.tags import TOLD
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cleanse.boilerplate.features.names import Names
    from cleanse.boilerplate.tree import Tree

_KINDS = (Kind.CAPTION, Kind.FORM, Kind.QUOTE)
_HINTS = (
    *(Reason.COMMENTS, Reason.RELATED_LINKS, Reason.NAVIGATION, Reason.FOOTER, Reason.SHARE, Reason.ADVERT),
    *(Reason.BYLINE, Reason.METADATA, Reason.FORM),
)
#: Containers are taken from the inside out, each with more blocks than the one before it.
_CONTAINERS = 4
_NO_SUCH = 30


def tree_features(lines: Lines, names: Names, votes: Mapping[str, Column]) -> Columns:
    """The columns of an HTML page, besides those of its lines. ``votes``: extractor -> share of each block's words that
    it keeps."""
    f: Columns = {}
    tree = lines.pages.pages[0].tree
    assert tree is not None
    _markup(f, lines, tree)
    _names(f, lines, tree, names)
    _containers(f, lines, tree, votes)
    _paths(f, lines, tree, votes)
    _votes(f, lines, votes)
    return f | kind_features(lines, tree)


def over_page(lines: Lines, fact: float) -> Column:
    """A fact of the page, said of each block."""
    return np.full(len(lines.size), float(fact))


def path_groups(tree: Tree) -> NDArray[np.intp]:
    """The number of each block's path: equal for those that stand at the same tags and classes."""
    _, groups = np.unique(tree.path[tree.element], return_inverse=True)
    return groups


def _markup(f: Columns, lines: Lines, tree: Tree) -> None:
    at, blocks = tree.element, lines.pages.blocks
    f["links"] = lines.links
    f["hidden"] = blocks.hidden.astype(float)
    for name in ("links", "hidden"):
        for step in (-2, -1, 1, 2):
            f[f"{name}{step:+}"] = lines.spans.neighbour(f[name], step)
    for kind in _KINDS:
        f[kind.value] = (blocks.kind == KIND[kind]).astype(float)
    f["hinted"] = (blocks.hint != NONE).astype(float)
    for reason in _HINTS:
        f[f"hint_{reason.value}"] = (blocks.hint == REASON[reason]).astype(float)
    inside = tree.inside[at]
    for bit, tag in enumerate(TOLD):
        f[f"in_{tag}"] = ((inside >> bit) & 1).astype(float)
    depth = tree.depth[at].astype(float)
    f["depth"] = depth
    for name, level in (("inner", tree.inner[at]), ("outer", tree.outer[at])):
        f[name] = np.where(level > 0, depth - level, _NO_SUCH)
    f["page_links"] = over_page(lines, weighted_share(lines.links, lines.size))
    f["page_hidden"] = over_page(lines, weighted_share(f["hidden"], lines.size))
    f["page_articles"] = over_page(lines, float(np.count_nonzero(np.unique(tree.inner[at]))))


def _names(f: Columns, lines: Lines, tree: Tree, names: Names) -> None:
    near, far = names.of(tree)
    for kind, columns in (("near", near), ("far", far)):
        for column, part in zip(columns, ("", "_low", "_high"), strict=True):
            f[f"names_{kind}{part}"] = column
    f["names"] = f["names_near"] + f["names_far"]
    f["names-1"], f["names+1"] = lines.spans.neighbour(f["names"], -1, 0.0), lines.spans.neighbour(f["names"], 1, 0.0)


def _containers(f: Columns, lines: Lines, tree: Tree, votes: Mapping[str, Column]) -> None:
    n = len(lines.size)
    lows, highs = containers(tree.element, tree.first, tree.last, tree.wider, _CONTAINERS)
    size, ones = running(lines.size), np.arange(n)
    sums = {
        "prose": running(lines.prose),
        "links": running(lines.links * lines.size),
        **{vote: running(share * lines.size) for vote, share in votes.items()},
    }
    counts = {"noise": running(lines.columns["says_noise"]), "headings": running(lines.columns["heading"])}
    for level in range(_CONTAINERS):
        low, high = lows[:, level], highs[:, level]
        words, blocks = np.maximum(size[high] - size[low], 1), np.maximum(high - low, 1)
        f[f"around{level}_words"], f[f"around{level}_share"] = np.log1p(words), words / lines.total
        f[f"around{level}_blocks"], f[f"around{level}_mean"] = np.log1p(blocks), np.log1p(words / blocks)
        f[f"around{level}_place"] = (ones - low) / blocks
        for name, sum_ in sums.items():
            f[f"around{level}_{name}"] = (sum_[high] - sum_[low]) / words
        for name, count in counts.items():
            f[f"around{level}_{name}"] = (count[high] - count[low]) / blocks


def _paths(f: Columns, lines: Lines, tree: Tree, votes: Mapping[str, Column]) -> None:
    """The blocks that stand at the same path are often one thing: paragraphs, teasers, menu items, comments."""
    n, groups = len(lines.size), path_groups(tree)
    members = np.bincount(groups)

    def mean(values: Column) -> Column:
        column: Column = (np.bincount(groups, values) / members)[groups]
        return column

    f["path_blocks"] = np.log1p(members[groups])
    f["path_size"] = np.log1p(mean(lines.size))
    f["path_share"] = per_group(groups, lines.size) / lines.total
    f["path_prose"] = mean((lines.prose > 0).astype(float))
    f["path_place"] = mean(np.arange(n) / n)
    for name, values in (
        ("links", lines.links),
        ("hidden", f["hidden"]),
        ("names", f["names"]),
        ("date", lines.columns["date"]),
        ("noise", lines.columns["says_noise"]),
        ("terminal", lines.columns["terminal"]),
        ("title", lines.columns["in_title"]),
    ):
        f[f"path_{name}"] = mean(values)
    first, last = np.full(len(members), n), np.zeros(len(members), np.intp)
    np.minimum.at(first, groups, np.arange(n))
    np.maximum.at(last, groups, np.arange(n))
    f["path_span"] = ((last - first) / n)[groups]
    words = np.maximum(per_group(groups, lines.size), 1e-9)
    for vote, share in votes.items():
        f[f"path_{vote}"] = per_group(groups, share * lines.size) / words


def _votes(f: Columns, lines: Lines, votes: Mapping[str, Column]) -> None:
    size = lines.size
    section = np.maximum(per_group(lines.sections, size), 1)
    for vote, share in votes.items():
        f[vote], kept = share, share * size
        for reach in (1, 3, 8):
            f[f"{vote}_{reach}"] = lines.spans.around(kept, reach) / np.maximum(lines.spans.around(size, reach), 1)
        f[f"{vote}-1"], f[f"{vote}+1"] = lines.spans.neighbour(share, -1), lines.spans.neighbour(share, 1)
        f[f"{vote}_before"] = np.cumsum(kept) / max(float(kept.sum()), 1.0)
        f[f"{vote}_section"] = per_group(lines.sections, kept) / section
        f[f"page_{vote}"] = over_page(lines, weighted_share(share, size))
    if len(votes) > 1:
        every = np.stack(list(votes.values()))
        f["votes"], f["least_vote"], f["most_vote"] = every.mean(0), every.min(0), every.max(0)
        most = max(float((f["most_vote"] * size).sum()), 1.0)
        f["page_agreement"] = over_page(lines, float((f["least_vote"] * size).sum()) / most)
