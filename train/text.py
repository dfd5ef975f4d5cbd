"""The model of scraped text: pages of the HTML sets as two scrapers leave them, and clean texts, of which all is content."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import html_text
import numpy as np
from bs4 import BeautifulSoup
from train.html import KEPT_OUT
from train.models import train_model
from train.pages import Example, example_of

from cleanse.boilerplate.text import find_text_blocks
from cleanse.read.sources import site

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A gold text by itself counts for this share of its page: what is clean must stay, and is easy to know.
_CLEAN = 0.3
#: What a page counts for: more than for HTML where it is not English, or news; the model has no markup to go by. The pages
#: of the last set have no votes and teach text alone.
SETS = {"wcxb_dev": 1.0, "aeb_dev": 2.0, "zhcontent_dev": 4.0, "trafilatura_eval": 1.0, "readability_js": 1.0}
#: Every so many pages, one gives its gold text as a clean one.
_CLEAN_EVERY = 3

_Job = tuple[Path, str, str, str | None, str | None, str]


def train(data: Path, work: Path, models: Path, threads: int) -> None:
    """Write the model. Pages without gold learn from what the HTML model keeps of them."""
    kept: dict[str, str] = pickle.loads((work / "kept.pickle").read_bytes())
    pages: list[Example] = []
    weights: dict[str, float] = {}
    with ProcessPoolExecutor(threads) as pool:
        for example in pool.map(_example, _jobs(data, kept), chunksize=8):
            if example is not None:
                name, _, _ = example.key.partition("/")
                weights[example.key] = SETS[name.partition("+")[0]] * (_CLEAN if name.endswith("+clean") else 1.0)
                pages.append(example)
    for example in pages:
        example.names = pages[0].names
    columns = np.arange(len(pages[0].names))
    none: dict[str, dict[str, float]] = {"near": {}, "far": {}}
    train_model(pages, lambda example: weights[example.key], columns, none, models / "text.json", threads, gains=True)


def _jobs(data: Path, kept: dict[str, str]) -> Iterator[_Job]:
    for name in SETS:
        gold = json.loads((data / name / "gold.json").read_text(encoding="utf-8"))
        for at, (key, entry) in enumerate(gold.items()):
            where = site(entry["url"]) if entry.get("url") else entry.get("site") or ""
            if where in KEPT_OUT:
                continue
            text = kept.get(f"{name}/{key}") if entry.get("snippets_only") else entry["text"]
            for style in ("lines", "nodes"):
                yield data / name, key, style, text, entry.get("type") or entry.get("lang"), where
            if at % _CLEAN_EVERY == 0 and text:
                yield data / name, key, "clean", text, None, where


def _example(job: _Job) -> Example | None:
    folder, key, style, text, kind, where = job
    if text is None:
        return None
    source = text if style == "clean" else _scraped(folder / "html" / f"{key}.html", style)
    pages = find_text_blocks([source])
    if not len(pages.blocks):
        return None
    example = example_of(pages, {}, {"text": text, "type": kind, "site": where}, f"{folder.name}+{style}/{key}")
    if style == "clean":
        example.label[:] = 1.0
    return example


def _scraped(path: Path, style: str) -> str:
    """A page's text: a line for each block, or for each piece of text between tags."""
    source = path.read_text(encoding="utf-8")
    try:
        if style == "lines":
            text: str = html_text.extract_text(source)
            return text
        soup = BeautifulSoup(source, "lxml")
        for tag in soup(["script", "style", "noscript", "template"]):
            tag.decompose()
        return str(soup.get_text("\n", strip=True))
    except Exception:
        # a page that one of them cannot read teaches nothing
        return ""
