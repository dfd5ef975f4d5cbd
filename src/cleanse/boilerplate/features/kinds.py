"""Signals of the kind of page, and of what its items are: types it declares, prices, images, the way from its heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate.features.columns import Column, Columns, running
from cleanse.boilerplate.head import depth_of

if TYPE_CHECKING:
    from cleanse.boilerplate.features.lines import Lines
    from cleanse.boilerplate.tree import Tree

#: Types of schema.org and Open Graph that tell kinds of pages apart.
_TYPES = {
    "article": {"article", "newsarticle", "blogposting", "reportagenewsarticle", "og:article", "techarticle", "recipe"},
    "product": {"product", "productgroup", "og:product", "og:og:product", "og:product.item", "individualproduct"},
    "offers": {"offer", "aggregateoffer"},
    "list": {"itemlist", "collectionpage", "searchresultspage", "og:product.group", "blog", "offercatalog"},
    "talk": {"discussionforumposting", "qapage", "question", "comment", "answer"},
    "service": {"service", "localbusiness", "professionalservice", "faqpage"},
    "site": {"og:website", "website"},
}
_CURRENCIES = r"(?:\p{Sc}|USD|EUR|GBP|CHF|PLN|SEK|NOK|DKK|CZK|zł|Kč|kr\b|руб|円|元|원)"
_PRICE = regex.compile(rf"{_CURRENCIES}\s?\d|\d\s?{_CURRENCIES}")
#: A block of more words talks of a price.
_PRICE_WORDS = 15
_FAR = 300


def kind_features(lines: Lines, tree: Tree) -> Columns:
    """The columns of an HTML page that tell its kind."""
    f: Columns = {}
    page, n, spans = lines.pages.pages[0], len(tree.element), lines.spans
    for name, types in _TYPES.items():
        f[f"type_{name}"] = _over(n, not types.isdisjoint(page.head.types))
    f["page_depth"] = _over(n, depth_of(page.head.address))
    priced = _prices(lines)
    f["price"] = priced
    for reach in (3, 10):
        f[f"price_{reach}"] = spans.around(priced, reach)
    f["page_prices"] = _over(n, np.log1p(priced.sum()))
    f["price_share"] = _over(n, priced.mean())
    before = np.concatenate([[0], tree.images[:-1]])
    images = np.minimum(tree.images - before, 5).astype(float)
    f["images"], f["images+1"] = images, spans.neighbour(images, 1, 0.0)
    for reach in (2, 8):
        f[f"images_{reach}"] = spans.around(images, reach)
    f["page_images"] = _over(n, np.log1p(images.sum()))
    _headings(f, lines)
    return f


def _prices(lines: Lines) -> Column:
    blocks, digits = lines.pages.blocks, lines.columns["digits"]
    found = np.zeros(len(blocks))
    for at in np.flatnonzero((digits > 0) & (blocks.words <= _PRICE_WORDS)).tolist():
        found[at] = _PRICE.search(lines.pages.text(at)) is not None
    return found


def _headings(f: Columns, lines: Lines) -> None:
    """The way from the page's main heading, and how many headings of a rank there are."""
    n, levels = len(lines.size), lines.pages.blocks.level
    titled = np.where(levels == 1, 1.0, 0.0) + 2 * lines.columns["in_title"] * (levels > 0)
    main = int(np.argmax(titled)) if titled.max(initial=0) > 0 else -1
    words = running(lines.size)
    f["from_main"] = np.clip(np.arange(n) - main, -_FAR, _FAR).astype(float) if main >= 0 else np.full(n, -_FAR - 1.0)
    f["words_from_main"] = np.sign(f["from_main"]) * np.log1p(np.abs(words[:-1] - words[max(main, 0)]))
    f["words_left"] = np.log1p(words[-1] - words[1:])
    since = np.cumsum(levels == 2)
    f["second_headings"], f["page_second_headings"] = since.astype(float), _over(n, np.log1p(since[-1]))


def _over(n: int, fact: float) -> Column:
    return np.full(n, float(fact))
