"""Features of HTML blocks: their place in the tree, the containers around them, blocks of the same path, votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import KIND, NONE, REASON
from cleanse.boilerplate.features.columns import Column, Columns, per_group, running
from cleanse.boilerplate.features.lines import Lines, weighted_share
from cleanse.boilerplate.places import TOLD
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.features.names import Names, Weights
    from cleanse.boilerplate.places import Place

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
    _markup(f, lines)
    _names(f, lines, names)
    _containers(f, lines, votes)
    _paths(f, lines, votes)
    _votes(f, lines, votes)
    return f


def path_groups(places: Sequence[Place]) -> NDArray[np.intp]:
    """The number of each place's path: equal for those that stand at the same tags and classes."""
    groups: dict[int, int] = {}
    return np.array([groups.setdefault(place.path, len(groups)) for place in places], np.intp)


def _places(lines: Lines) -> Sequence[Place]:
    return lines.pages.pages[0].places


def _over_page(lines: Lines, fact: float) -> Column:
    return np.full(len(lines.size), fact)


def _markup(f: Columns, lines: Lines) -> None:
    blocks, places = lines.pages.blocks, _places(lines)
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
    inside = np.array([place.inside for place in places], np.int64)
    for at, tag in enumerate(TOLD):
        f[f"in_{tag}"] = ((inside >> at) & 1).astype(float)
    depth = np.array([place.depth for place in places], float)
    f["depth"] = depth
    for name, levels in (("inner", [place.inner for place in places]), ("outer", [place.outer for place in places])):
        level = np.array(levels, float)
        f[name] = np.where(level > 0, depth - level, _NO_SUCH)
    f["page_links"] = _over_page(lines, weighted_share(lines.links, lines.size))
    f["page_hidden"] = _over_page(lines, weighted_share(f["hidden"], lines.size))
    f["page_articles"] = _over_page(lines, len({place.inner for place in places if place.inner}))


def _names(f: Columns, lines: Lines, names: Names) -> None:
    far: dict[int, Weights] = {}
    rows = np.array([[*near, *beyond] for near, beyond in (names.of(place, far) for place in _places(lines))])
    for at, name in enumerate(("near", "near_low", "near_high", "far", "far_low", "far_high")):
        f[f"names_{name}"] = rows[:, at]
    f["names"] = f["names_near"] + f["names_far"]
    f["names-1"], f["names+1"] = lines.spans.neighbour(f["names"], -1, 0.0), lines.spans.neighbour(f["names"], 1, 0.0)


def _containers(f: Columns, lines: Lines, votes: Mapping[str, Column]) -> None:
    n = len(lines.size)
    lows, highs = _ranges(lines)
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


def _ranges(lines: Lines) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(first block, last block + 1) of the containers around each block; the page where there are no more."""
    n = len(lines.size)
    lows = np.zeros((n, _CONTAINERS), np.intp)
    highs = np.full((n, _CONTAINERS), n, np.intp)
    wider: dict[int, Place] = {}
    for i, place in enumerate(_places(lines)):
        level, width = 0, 1
        above = place
        while above.parent is not None and level < _CONTAINERS:
            # a block that ends with its element is not yet counted in it
            low = above.first if above.first < i else i
            high = above.last if above.last > i else i + 1
            if high - low > width:
                lows[i, level], highs[i, level] = low, high if high < n else n
                level, width = level + 1, high - low
            above = wider.get(id(above)) or _wider(above, wider)
    return lows, highs


def _wider(place: Place, known: dict[int, Place]) -> Place:
    """The nearest element around a place that holds more blocks, or the page; ``known`` keeps what was found on the way, as a
    thousand tags may stand around ten thousand blocks."""
    path: list[Place] = []
    while id(place) not in known:
        path.append(place)
        above = place.parent
        if above is None or above.parent is None or (above.first, above.last) != (place.first, place.last):
            known[id(place)] = above or place
        else:
            place = above
    found = known[id(place)]
    known.update((id(inner), found) for inner in path)
    return found


def _paths(f: Columns, lines: Lines, votes: Mapping[str, Column]) -> None:
    """The blocks that stand at the same path are often one thing: paragraphs, teasers, menu items, comments."""
    n, groups = len(lines.size), path_groups(_places(lines))
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
        f[f"page_{vote}"] = _over_page(lines, weighted_share(share, size))
    if len(votes) > 1:
        every = np.stack(list(votes.values()))
        f["votes"], f["least_vote"], f["most_vote"] = every.mean(0), every.min(0), every.max(0)
        most = max(float((f["most_vote"] * size).sum()), 1.0)
        f["page_agreement"] = _over_page(lines, float((f["least_vote"] * size).sum()) / most)
