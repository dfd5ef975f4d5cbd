"""Features of the lines themselves, for HTML and for scraped text alike: shape, place, neighbours, what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate import characters as ch
from cleanse.boilerplate.blocks import words_of
from cleanse.boilerplate.features.columns import (
    Column,
    Columns,
    Groups,
    around,
    neighbour,
    over_page,
    per_group,
    running,
    since,
    until,
)
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from cleanse.boilerplate.case import Case

_KINDS = (Kind.HEADING, Kind.LIST_ITEM, Kind.TABLE_ROW, Kind.CODE)
#: What bylines and dates say is as common in content as beside it.
_MILD = (Reason.BYLINE, Reason.METADATA)
_LISTS = (Reason.RELATED_LINKS, Reason.NAVIGATION)
_PROSE_WORDS, _LONG_WORDS, _PARAGRAPH_WORDS = 8, 30, 25
_MOST_PROSE = 100.0
_RUN = 3


class Lines:
    """The features of a page's lines, with the columns that others build on: ``size`` in words, ``links`` (share of
    link text), ``prose`` (words of running text outside links), ``sections`` (one number from heading to heading)."""

    def __init__(self, case: Case) -> None:
        self.case = case
        blocks = case.blocks
        self.size = np.array([block.size for block in blocks])
        self.links = np.array([block.links for block in blocks], float)
        self.total = max(float(self.size.sum()), 1.0)
        self.columns: Columns = {}
        self._shapes()
        self._says()
        long = (self.columns["terminal"] > 0) & (self.size >= _PROSE_WORDS) | (self.size >= _LONG_WORDS)
        read = long & (self.links < 0.5) & (self.columns["says_noise"] == 0)
        self.prose = np.where(read, np.minimum(self.size, _MOST_PROSE), 0.0)
        self.sections: Groups = np.cumsum(self.columns["heading"] > 0, dtype=np.intp)
        self._places()
        self._surroundings()
        self._page()

    def _shapes(self) -> None:
        f, blocks = self.columns, self.case.blocks
        counts = self.case.page.counts
        assert counts is not None
        characters = np.maximum(counts.of_class.sum(axis=1) - counts[ch.SPACE], 1)
        uncased = counts[ch.CASELESS] + counts[ch.IDEOGRAPH]
        letters = np.maximum(counts[ch.LOWER] + counts[ch.UPPER] + uncased, 1)
        words = np.maximum(self.size, 1)
        self._uncased = float(uncased.sum() / letters.sum())
        f["size"], f["characters"] = np.log1p(self.size), np.log1p(characters)
        f["terminal"] = np.array([float(block.terminal) for block in blocks])
        f["ends"], f["commas"], f["capitals"] = (
            counts[ch.END] / words,
            counts[ch.COMMA] / words,
            counts.capitals / words,
        )
        f["digits"], f["symbols"] = (
            counts[ch.DIGIT] / characters,
            (counts[ch.SYMBOL] + counts[ch.UNDERSCORE]) / characters,
        )
        f["upper"], f["word_length"] = counts[ch.UPPER] / letters, letters / words
        f["lines"] = np.log1p(counts.lines)
        f["gap_after"] = np.minimum(counts.gaps, 4.0)
        f["gap_before"] = neighbour(f["gap_after"], -1, 0.0)
        for kind in _KINDS:
            f[kind.value] = np.array([block.kind is kind for block in blocks], float)
        f["level"] = np.array([block.level for block in blocks], float)
        f["marker"] = np.array([block.marker for block in blocks], float)
        f["date"] = np.array([block.words <= 20 and block.dated for block in blocks], float)
        f["trails"] = np.array([block.trails if block.words < 40 else 0 for block in blocks], float)
        keys = [block.key()[:200] for block in blocks]
        copies: dict[str, int] = {}
        for key in keys:
            copies[key] = copies.get(key, 0) + 1
        f["copies"] = np.array([min(copies[key], 10) for key in keys], float)
        f["run"] = np.log1p(np.array(self.case.runs, float))
        title = {word.lower() for word in words_of(self.case.page.title)}
        f["in_title"] = np.array(
            [
                sum(map(title.__contains__, block.key().split())) / block.words
                if title and 0 < block.words < 40
                else 0.0
                for block in blocks
            ]
        )

    def _says(self) -> None:
        f, said = self.columns, self.case.said
        noise = np.array([say is not None and say.reason not in _MILD for say in said])
        f["says_noise"] = noise.astype(float)
        f["says_byline"] = np.array([say is not None and say.reason in _MILD for say in said], float)
        opens = np.array([say is not None and say.form == "heading" for say in said])
        lists = np.array([say is not None and say.reason in _LISTS for say in said])
        comments = np.array([say is not None and say.reason is Reason.COMMENTS for say in said])
        f["since_list"], f["since_comments"] = since(lists & opens), since(comments, 400)
        f["since_noise_heading"] = since(opens)
        f["noise_3"], f["noise_10"] = around(f["says_noise"], 3), around(f["says_noise"], 10)
        f["noise_before"] = np.cumsum(noise) / max(noise.sum(), 1)

    def _places(self) -> None:
        f, n = self.columns, len(self.size)
        at = np.arange(n)
        f["place"], f["from_top"], f["from_end"] = at / n, np.log1p(at), np.log1p(n - 1 - at)
        f["words_before"] = running(self.size)[:-1] / self.total
        prose = running(self.prose)
        whole = max(prose[-1], 1e-9)
        f["prose_before"], f["prose_after"] = prose[:-1] / whole, (prose[-1] - prose[1:]) / whole
        f["since_heading"] = since(f["heading"] > 0)
        f["since_title"] = since((f["in_title"] > 0.6) & (self.size >= 3), 200)

    def _surroundings(self) -> None:
        f, size, prose = self.columns, self.size, self.prose
        for reach in (1, 2, 5, 10, 20):
            f[f"prose_{reach}"] = np.log1p(around(prose, reach) - prose)
        for reach in (3, 10):
            words = np.maximum(around(size, reach), 1)
            f[f"size_{reach}"] = np.log1p(words / (2 * reach + 1))
            f[f"links_{reach}"] = around(self.links * size, reach) / words
            f[f"terminal_{reach}"] = around(f["terminal"] * size, reach) / words
            f[f"dates_{reach}"], f[f"headings_{reach}"] = around(f["date"], reach), around(f["heading"], reach)
        f["since_prose"], f["until_prose"] = since(prose > 0), until(prose > 0)
        f["since_paragraph"], f["until_paragraph"] = since(prose >= _PARAGRAPH_WORDS), until(prose >= _PARAGRAPH_WORDS)
        words = np.maximum(per_group(self.sections, size), 1)
        f["section_size"], f["section_prose"] = np.log1p(words), per_group(self.sections, prose) / words
        f["section_blocks"] = np.log1p(per_group(self.sections, np.ones(len(size))))
        f["prose_rank"] = prose / max(prose.max(), 1)
        for name in ("size", "terminal", "says_noise", "date", "heading", "marker", "capitals", "ends", "says_byline"):
            for step in (-2, -1, 1, 2):
                f[f"{name}{step:+}"] = neighbour(f[name], step)

    def _page(self) -> None:
        f, n = self.columns, len(self.size)

        def page(name: str, value: float) -> None:
            f[f"page_{name}"] = over_page(value, n)

        page("blocks", np.log1p(n))
        page("words", np.log1p(self.total))
        page("prose", self.prose.sum() / self.total)
        page("noise", f["says_noise"].mean())
        page("noise_lines", np.log1p(f["says_noise"].sum()))
        page("dates", f["date"].mean())
        page("headings", f["heading"].mean())
        page("runs", float(np.mean(np.array(self.case.runs) >= _RUN)))
        page("paragraphs", np.log1p(np.count_nonzero(self.prose >= _PARAGRAPH_WORDS)))
        page("median", np.log1p(np.median(self.size)))
        page("terminal", (f["terminal"] * self.size).sum() / self.total)
        page("uncased", self._uncased)


def weighted_share(values: Column, size: Column) -> float:
    """The mean of a column over a page's words."""
    return float((values * size).sum() / max(float(size.sum()), 1.0))
