"""Training pages: a folder of HTML with gold texts becomes columns of features and a label for each block."""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cleanse.boilerplate.blocks import words_of
from cleanse.boilerplate.estimate import features
from cleanse.boilerplate.features.names import Names, elements_above, tokens
from cleanse.boilerplate.features.tree import path_groups
from cleanse.boilerplate.html import find_html_blocks
from cleanse.boilerplate.text import find_text_blocks
from cleanse.boilerplate.votes import PageWords, votes
from cleanse.read.sources import site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Pages


VOTES = ("trafilatura", "readability", "resiliparse")
FOLDS = 5


@dataclass(slots=True)
class Example:
    """A page ready for training. ``label`` is the share of each block's words that are content, NaN where nobody knows;
    ``above`` has for each block the tokens of the elements around it, near and far."""

    key: str
    site: str
    kind: str
    label: NDArray[np.float32]
    words: NDArray[np.float32]
    names: tuple[str, ...]
    rows: NDArray[np.float32]
    groups: NDArray[np.intp] | None
    above: list[tuple[tuple[bool, str, str], ...]]
    texts: list[str]
    gold: str | None
    snippets: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))

    @property
    def fold(self) -> int:
        """The fold of cross-validation: pages of one site are in one fold."""
        return int(hashlib.sha256((self.site or self.key).encode()).hexdigest(), 16) % FOLDS


def examples(folder: Path, workers: int, texts: Mapping[str, str] | None = None) -> Iterator[Example]:
    """The pages of a folder (``gold.json`` and ``html/ID.html`` or ``text/ID.txt``). ``texts``: what is content where the
    gold knows only snippets."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    jobs = [(folder, key, entry, (texts or {}).get(key)) for key, entry in gold.items()]
    with ProcessPoolExecutor(workers) as pool:
        for example in pool.map(_example, jobs, chunksize=4):
            if example is not None:
                yield example


def _example(job: tuple[Path, str, dict[str, Any], str | None]) -> Example | None:
    folder, key, entry, text = job
    url = entry.get("url")
    if (folder / "html").is_dir():
        source = (folder / "html" / f"{key}.html").read_text(encoding="utf-8")
        pages = find_html_blocks(source)
        if pages.pages[0].elements > 50_000:
            return None
        shares = votes(pages, source, url, VOTES)
    else:
        pages, shares = find_text_blocks([(folder / "text" / f"{key}.txt").read_text(encoding="utf-8")]), {}
    return example_of(pages, shares, entry, key, text) if len(pages.blocks) else None


def example_of(
    pages: Pages, shares: Mapping[str, NDArray[np.float64]], entry: dict[str, Any], key: str, text: str | None = None
) -> Example:
    """A page with its labels as an example."""
    assert pages.counts is not None
    columns = features(pages, pages.counts, shares, Names({}, {}))
    tree = pages.pages[0].tree
    weak = bool(entry.get("snippets_only")) and text is None
    return Example(
        key=key,
        site=site(entry["url"]) if entry.get("url") else entry.get("site") or "",
        kind=entry.get("type") or entry.get("lang") or "",
        label=_snippet_labels(pages, entry)
        if weak
        else PageWords(pages).shares(text or entry["text"]).astype(np.float32),
        words=pages.blocks.words.astype(np.float32),
        names=tuple(columns),
        rows=np.stack(list(columns.values()), axis=1).astype(np.float32),
        groups=path_groups(tree) if tree else None,
        above=[tuple(elements_above(tree, element)) for element in tree.element.tolist()] if tree else [],
        texts=pages.texts(),
        gold=None if entry.get("snippets_only") else entry["text"],
        snippets=(entry.get("with") or [], entry.get("without") or []),
    )


def _snippet_labels(pages: Pages, entry: dict[str, Any]) -> NDArray[np.float32]:
    labels = np.full(len(pages.blocks), np.nan, np.float32)
    for at, text in enumerate(" ".join(text.split()) for text in pages.texts()):
        if any(" ".join(snippet.split()) in text for snippet in entry["with"]):
            labels[at] = 1.0
        elif any(" ".join(snippet.split()) in text for snippet in entry["without"]):
            labels[at] = 0.0
    return labels


def token_sets(example: Example) -> Iterator[dict[str, int]]:
    """For each block how often each token stands near it ("n:...") and farther up ("f:...")."""
    memo: dict[tuple[tuple[bool, str, str], ...], dict[str, int]] = {}
    for above in example.above:
        if above not in memo:
            counts: dict[str, int] = {}
            for element in above:
                for name in _named(*element):
                    counts[name] = counts.get(name, 0) + 1
            memo[above] = counts
        yield memo[above]


@functools.lru_cache(500_000)
def _named(near: bool, tag: str, names: str) -> tuple[str, ...]:
    return tuple(f"{'n' if near else 'f'}:{token}" for token in sorted(tokens(tag, names)))


def word_f1(example: Example, kept: NDArray[np.bool_]) -> float:
    """F1 of the multisets of words of what is kept and of the gold."""
    want = Counter(words_of((example.gold or "").lower()))
    got: Counter[str] = Counter()
    for text, keep in zip(example.texts, kept, strict=True):
        if keep:
            got.update(words_of(text.lower()))
    same = sum((want & got).values())
    return 2 * same / (sum(want.values()) + sum(got.values())) if same else float(not want and not got)
