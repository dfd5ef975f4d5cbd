"""Features of the lines themselves, for HTML and for scraped text alike: shape, place, neighbours, what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cleanse.boilerplate import characters as ch
from cleanse.boilerplate import tally as t
from cleanse.boilerplate.blocks import FIFTHS, KIND, NONE, REASON, words_of
from cleanse.boilerplate.case import title_runs
from cleanse.boilerplate.features.columns import Column, Columns, Numbers, Spans, per_group
from cleanse.boilerplate.phrases import HEADING
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Pages
    from cleanse.boilerplate.counts import Counts

_KINDS = (Kind.HEADING, Kind.LIST_ITEM, Kind.TABLE_ROW, Kind.CODE)
#: What bylines and dates say is as common in content as beside it.
_MILD = [REASON[reason] for reason in (Reason.BYLINE, Reason.METADATA)]
_LISTS = [REASON[reason] for reason in (Reason.RELATED_LINKS, Reason.NAVIGATION)]
_PROSE_WORDS, _LONG_WORDS, _PARAGRAPH_WORDS = 8, 30, 25
_MOST_PROSE = 100
_RUN = 3
#: Copies are told by so many first characters.
_KEY = 200


class Lines:
    """The features of the lines of some pages, with the columns that others build on: ``size`` in words, ``total`` of the page,
    ``links`` (share of link text), ``prose`` (words of running text outside links), ``sections`` (one number from heading to
    heading)."""

    def __init__(self, pages: Pages, counts: Counts) -> None:
        self.pages, blocks = pages, pages.blocks
        self.spans = Spans(blocks.offsets)
        self.fifths = blocks.fifths.astype(np.int64)
        self.size, self.links = blocks.size, blocks.links
        self.runs = title_runs(blocks)
        self.columns: Columns = {}
        self.totals = np.maximum(self.spans.sums(self.fifths) / FIFTHS, 1.0)
        self.total = self.spans.over_pages(self.totals)
        self._shapes(counts)
        self._titles(counts)
        self._says()
        long = blocks.terminal & (self.size >= _PROSE_WORDS) | (self.size >= _LONG_WORDS)
        read = long & (self.links < 0.5) & (self.columns["says_noise"] == 0)
        self._prose: Numbers = np.where(read, np.minimum(self.fifths, _MOST_PROSE * FIFTHS), 0)
        self.prose: Column = self._prose / FIFTHS
        self.sections: Numbers = np.cumsum((self.columns["heading"] > 0) | (self.spans.at == 0))
        self._places()
        self._surroundings()
        self._page(counts)

    def _shapes(self, counts: Counts) -> None:
        f, blocks, spans = self.columns, self.pages.blocks, self.spans
        characters = np.maximum(counts.of_class.sum(axis=1) - counts.of(ch.SPACE, ch.BREAK, ch.NEWLINE), 1)
        letters = _letters(counts)
        words = np.maximum(self.size, 1)
        f["size"], f["characters"] = np.log1p(self.size), np.log1p(characters)
        f["terminal"] = blocks.terminal.astype(float)
        f["ends"], f["commas"] = counts.of(ch.END) / words, counts.of(ch.COMMA) / words
        f["capitals"] = counts.facts[:, t.CAPITALS] / words
        f["digits"] = counts.of(ch.DIGIT) / characters
        f["symbols"] = counts.of(ch.SYMBOL, ch.BAR, ch.DASH, ch.ZERO_WIDTH, ch.UNDERSCORE) / characters
        f["upper"], f["word_length"] = counts.of(ch.UPPER) / letters, letters / words
        f["lines"] = np.log1p(counts.facts[:, t.LINES].astype(float))
        f["gap_after"] = np.minimum(counts.facts[:, t.GAPS], 4.0)
        f["gap_before"] = spans.neighbour(f["gap_after"], -1, 0.0)
        for kind in _KINDS:
            f[kind.value] = (blocks.kind == KIND[kind]).astype(float)
        f["level"], f["marker"] = blocks.level.astype(float), blocks.marker.astype(float)
        f["date"] = (blocks.dated & (blocks.words <= 20)).astype(float)
        f["trails"] = np.where(blocks.words < 40, blocks.trails, 0).astype(float)
        f["copies"] = np.minimum(self._copies(counts), 10.0)
        f["run"] = np.log1p(self.runs)

    def _copies(self, counts: Counts) -> Numbers:
        """How many blocks of the page begin with the same words."""
        blocks, spans = self.pages.blocks, self.spans
        same = blocks.same + spans.first
        long = np.flatnonzero((counts.facts[:, t.KEY] > _KEY) & (blocks.end - blocks.start > _KEY))
        same[long] = same[long[counts.keys.firsts(long, spans.page[long], _KEY)]]
        copies: Numbers = np.bincount(same, minlength=len(same))[same]
        return copies

    def _titles(self, counts: Counts) -> None:
        blocks = self.pages.blocks
        found = self.columns["in_title"] = np.zeros(len(blocks))
        short = (blocks.words > 0) & (blocks.words < 40)
        for page, first, after in zip(self.pages.pages, blocks.offsets[:-1], blocks.offsets[1:], strict=True):
            title = {word.lower().encode() for word in words_of(page.title)}
            if title:
                some = first + np.flatnonzero(short[first:after])
                shared = [sum(map(title.__contains__, key.split())) for key in counts.keys.slices(some)]
                found[some] = np.array(shared, float) / blocks.words[some]

    def _says(self) -> None:
        f, spans, blocks = self.columns, self.spans, self.pages.blocks
        mild = np.isin(blocks.says, _MILD)
        noise = (blocks.says != NONE) & ~mild
        opens = blocks.form == HEADING
        f["says_noise"], f["says_byline"] = noise.astype(float), mild.astype(float)
        f["since_list"] = spans.since(np.isin(blocks.says, _LISTS) & opens)
        f["since_comments"] = spans.since(blocks.says == REASON[Reason.COMMENTS], 400)
        f["since_noise_heading"] = spans.since(opens)
        f["noise_3"], f["noise_10"] = spans.around(noise, 3), spans.around(noise, 10)
        f["noise_before"] = (spans.before(noise) + noise) / np.maximum(spans.over_pages(spans.sums(noise)), 1)

    def _places(self) -> None:
        f, spans = self.columns, self.spans
        f["place"] = spans.at / spans.many
        f["from_top"], f["from_end"] = np.log1p(spans.at), np.log1p(spans.many - 1 - spans.at)
        f["words_before"] = spans.before(self.fifths) / FIFTHS / self.total
        prose, before = spans.over_pages(spans.sums(self._prose)), spans.before(self._prose)
        whole = np.maximum(prose / FIFTHS, 1e-9)
        f["prose_before"] = before / FIFTHS / whole
        f["prose_after"] = (prose - before - self._prose) / FIFTHS / whole
        f["since_heading"] = spans.since(f["heading"] > 0)
        f["since_title"] = spans.since((f["in_title"] > 0.6) & (self.size >= 3), 200)

    def _surroundings(self) -> None:
        f, spans, size, prose = self.columns, self.spans, self.fifths, self.prose
        for reach in (1, 2, 5, 10, 20):
            f[f"prose_{reach}"] = np.log1p((spans.around(self._prose, reach) - self._prose) / FIFTHS)
        ended, linked = self.pages.blocks.terminal * size, self.links * self.size
        dates, headings = self.columns["date"] > 0, self.columns["heading"] > 0
        for reach in (3, 10):
            words = np.maximum(spans.around(size, reach) / FIFTHS, 1)
            f[f"size_{reach}"] = np.log1p(words / (2 * reach + 1))
            f[f"links_{reach}"] = spans.around(linked, reach) / words
            f[f"terminal_{reach}"] = spans.around(ended, reach) / FIFTHS / words
            f[f"dates_{reach}"], f[f"headings_{reach}"] = spans.around(dates, reach), spans.around(headings, reach)
        f["since_prose"], f["until_prose"] = spans.since(prose > 0), spans.until(prose > 0)
        paragraph = prose >= _PARAGRAPH_WORDS
        f["since_paragraph"], f["until_paragraph"] = spans.since(paragraph), spans.until(paragraph)
        words = np.maximum(per_group(self.sections, size) / FIFTHS, 1)
        f["section_size"] = np.log1p(words)
        f["section_prose"] = per_group(self.sections, self._prose) / FIFTHS / words
        f["section_blocks"] = np.log1p(np.bincount(self.sections)[self.sections])
        most = np.maximum.reduceat(prose, spans.offsets[:-1])
        f["prose_rank"] = prose / np.maximum(spans.over_pages(most), 1)
        for name in ("size", "terminal", "says_noise", "date", "heading", "marker", "capitals", "ends", "says_byline"):
            for step in (-2, -1, 1, 2):
                f[f"{name}{step:+}"] = spans.neighbour(f[name], step)

    def _page(self, counts: Counts) -> None:
        f, spans, blocks = self.columns, self.spans, self.pages.blocks
        many = np.diff(spans.offsets)

        def page(name: str, facts: NDArray[Any]) -> None:
            f[f"page_{name}"] = spans.over_pages(facts)

        noise = spans.sums(f["says_noise"] > 0)
        page("blocks", np.log1p(many))
        page("words", np.log1p(self.totals))
        page("prose", spans.sums(self._prose) / FIFTHS / self.totals)
        page("noise", noise / many)
        page("noise_lines", np.log1p(noise))
        page("dates", spans.sums(f["date"] > 0) / many)
        page("headings", spans.sums(f["heading"] > 0) / many)
        page("runs", spans.sums(self.runs >= _RUN) / many)
        page("paragraphs", np.log1p(spans.sums(self.prose >= _PARAGRAPH_WORDS)))
        page("median", np.log1p(spans.medians(self.fifths) / FIFTHS))
        page("terminal", spans.sums(blocks.terminal * self.fifths) / FIFTHS / self.totals)
        page("uncased", spans.sums(counts.of(*_UNCASED)) / spans.sums(_letters(counts)))


_UNCASED = (ch.CASELESS, ch.MARK, ch.IDEOGRAPH, ch.SIGN)


def _letters(counts: Counts) -> NDArray[np.intp]:
    return np.maximum(counts.of(ch.LOWER, ch.UPPER, *_UNCASED), 1)


def weighted_share(values: Column, size: Column) -> float:
    """The mean of a column over a page's words."""
    return float((values * size).sum() / max(float(size.sum()), 1.0))
