"""The verdict on each block of a page: kept, or dropped with a reason, a confidence and what said so.

One page is judged in passes, each over all blocks in order: what lines say (phrases), which sections a heading opens,
which runs are content (the extractor's vote for HTML, a two-state path over line scores for text), then title and
caption, repeats, and a reason for everything that is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import regex

from cleanse.boilerplate.phrases import Said, phrases
from cleanse.schema import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from cleanse.boilerplate.blocks import Block, Page


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a block. ``confidence`` is in 0..1; ``evidence`` is a line for people."""

    reason: Reason | None
    confidence: float
    evidence: str

    @property
    def kept(self) -> bool:
        return self.reason is None


#: Prose that ends a list of links: a sentence of so many words that ends in a full stop, or any longer block.
_PROSE_WORDS = 10
_LONG_WORDS = 30
#: A comment section must have this share of the page's content before it: "12 comments" below a title opens nothing.
_CONTENT_BEFORE_COMMENTS = 0.25
#: A list under a heading such as "Latest stories" that holds more of the page's content than this is its content.
_CONTENT_IN_LINKS = 0.5
#: What it costs the path over a text's lines to turn from noise to content: this share of the page's prose, in words,
#: within bounds; half of it to turn back. Chosen on eight plain-text sets: word F1 .853 in the mean, against .817 for a
#: fixed cost of 16 words.
_TURN_SHARE = 0.25
_TURN = (24.0, 80.0)
_SHORT = -9.0
_LISTED = -10.0
#: A second copy within so many blocks is one whatever its length; farther away it must have so many words.
_CLOSE = 3
_REPEATED_WORDS = 8
_REPEATING_KINDS = (Kind.CODE, Kind.TABLE_ROW)
#: A text has been stripped before, or was never a page, when fewer lines than this, and than this share of its lines,
#: say what noise says; what clean texts have too does not count.
_TOLD = 2
_TOLD_SHARE = 0.02
_NEUTRAL = (Reason.METADATA, Reason.BYLINE)
#: Blocks that only writers make: structure, no noise.
_WRITTEN = (Kind.CODE, Kind.TABLE_ROW, Kind.HEADING)
#: Titles in a row that make a list of links rather than headings.
_RUN = 3

#: Markup that is something else than the section that a heading opened.
_ENDS_COMMENTS = (Reason.FOOTER, Reason.RELATED_LINKS, Reason.NEWSLETTER, Reason.COOKIE)
_ENDS_LINKS = (Reason.FOOTER, Reason.COMMENTS, Reason.NEWSLETTER, Reason.COOKIE)
#: A line between title and text of so many words, with no markup of its own, is a lead.
_LEAD_WORDS = 7.0
#: A line with a date of so many words is a dateline; a longer one is a sentence.
_DATELINE_WORDS = 14
#: What an author says of himself below an article has fewer words than this.
_AUTHOR_WORDS = 60.0

_COPYRIGHT = regex.compile(r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b.{0,40}(?:19|20)\d\d", regex.I)
_FULL_STOP = regex.compile(r"[.。।۔][\"'”’»›)\]」』】）〉》\s]*$")
_MAIL = regex.compile(r"^\S*[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}\S*$")
_URL = regex.compile(r"^(?:https?://|www\.)\S+$", regex.I)
_HAS_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_NUMBER = regex.compile(r"^[^\p{L}]*$")
_DATE = regex.compile(
    r"\b\d{4}[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}|\b\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:19|20)?\d{2}\b|\b\d{1,2}:\d{2}\b"
    r"|\p{L}{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b|\b\d{1,2}\.?\s+(?:de\s+)?\p{L}{3,}\.?,?\s+(?:de\s+)?(?:19|20)\d{2}\b"
)
_TRAILS = regex.compile(r"[›»>＞/|·•→]|\s[-–—]\s")


def judge(page: Page, repeated: Sequence[bool] = (), keep: Container[str] = ()) -> list[Verdict]:
    """One verdict a block. ``repeated`` tells which blocks the site repeats on other pages, ``keep`` names reasons that
    drop nothing."""
    return _Case(page, repeated, keep).verdicts()


class _Case:
    """The evidence on one page while it is being judged; ``noise[i]`` is the verdict of what was found so far, or None."""

    def __init__(self, page: Page, repeated: Sequence[bool], keep: Container[str]) -> None:
        self.page, self.blocks = page, page.blocks
        self.repeated, self.keep = repeated or [False] * len(page.blocks), keep
        self.said: list[Said | None] = [phrases().find(b.text, b.words) for b in page.blocks]
        self.noise: list[Verdict | None] = [None] * len(page.blocks)
        self.runs = _title_runs(page.blocks)
        self.title = -1

    def verdicts(self) -> list[Verdict]:
        """All passes, in order."""
        self._lines()
        self._sections()
        content = self._voted() if self.page.format == "html" else self._path()
        content = self._fallback(content)
        self._find_title(content)
        self._captions(content)
        self._repeats(content)
        self._template()
        return [self._settle(i, content) for i in range(len(self.blocks))]

    # -- what single lines say -----------------------------------------------------------------------------------

    def _lines(self) -> None:
        for i, (block, said) in enumerate(zip(self.blocks, self.said, strict=True)):
            if block.hidden and not (block.vote or 0) > 0.5:
                self.noise[i] = Verdict(Reason.HIDDEN, 0.9, "not shown on the page")
            elif block.kind is Kind.CODE:
                continue
            elif said and not (said.form == "prefix" and _is_prose(block) and block.size > 15):
                self.noise[i] = Verdict(said.reason, 0.9, f"says {said.phrase!r}")
            elif _MAIL.match(block.text) or (block.words <= 12 and _HAS_MAIL.search(block.text) and not block.terminal):
                self.noise[i] = Verdict(Reason.BYLINE, 0.85, "a mail address")
            elif block.words <= 40 and _COPYRIGHT.search(block.text):
                self.noise[i] = Verdict(Reason.FOOTER, 0.9, "a copyright notice")
            elif _URL.match(block.text):
                self.noise[i] = Verdict(Reason.METADATA, 0.8, "an address alone")
            elif (
                block.words <= 8
                and _DATE.search(block.text)
                and not block.terminal
                and block.kind is not Kind.TABLE_ROW
            ):
                self.noise[i] = Verdict(Reason.METADATA, 0.8, "a date")

    # -- sections that a heading opens ---------------------------------------------------------------------------

    def _sections(self) -> None:
        weight = [self._content_weight(block) for block in self.blocks]
        total = sum(weight) or 1.0
        i = 0
        while i < len(self.blocks):
            said = self.said[i]
            if said is None or said.form != "heading":
                i += 1
                continue
            end = i + 1
            if said.reason is Reason.COMMENTS and sum(weight[:i]) >= _CONTENT_BEFORE_COMMENTS * total:
                end = self._comments_end(i)
            elif said.reason is Reason.BYLINE and sum(weight[:i]) >= total / 2:
                end = self._author_end(i)
            elif said.reason in (Reason.RELATED_LINKS, Reason.NAVIGATION):
                end = self._links_end(i)
                # on a page of listings the list is the content
                if not any(weight) or sum(weight[i:end]) > _CONTENT_IN_LINKS * total:
                    end = i + 1
            self._drop_section(i, end, said)
            i = end

    def _drop_section(self, start: int, end: int, said: Said) -> None:
        listed = end - start - 1
        heading = " ".join(self.blocks[start].text.split())[:60]
        for at in range(start, end):
            known = self.said[at]
            if at > start and known is not None and known.reason is not said.reason and known.form != "heading":
                continue
            what = f"heads a list of {listed}" if at == start else f"one of {listed} under {heading!r}"
            self.noise[at] = Verdict(said.reason, 0.95 if listed else 0.85, what if listed else f"says {said.phrase!r}")

    def _content_weight(self, block: Block) -> float:
        """Words of a block that look like content at first sight."""
        if block.vote is not None:
            return block.words if block.vote >= 0.5 and not block.hidden else 0.0
        return block.size if _is_prose(block) else 0.0

    def _comments_end(self, at: int) -> int:
        end = at + 1
        while end < len(self.blocks):
            said = self.said[end]
            if said and said.form == "heading" and said.reason is not Reason.COMMENTS:
                break
            block = self.blocks[end]
            if self._names_footer(end) or block.hint in _ENDS_COMMENTS:
                break
            if block.hint not in (Reason.COMMENTS, Reason.FORM) and (block.vote or 0) > 0.8:
                break
            end += 1
        return end

    def _author_end(self, at: int) -> int:
        """A heading such as "About the author" has a name and a short paragraph below it."""
        end = at + 1
        while (
            end < min(at + 3, len(self.blocks)) and self.noise[end] is None and self.blocks[end].size <= _AUTHOR_WORDS
        ):
            end += 1
            if _is_prose(self.blocks[end - 1]):
                break
        return end

    def _links_end(self, at: int) -> int:
        end = at + 1
        while end < len(self.blocks):
            block, said = self.blocks[end], self.said[end]
            if (said and said.form == "heading") or self._names_footer(end) or block.hint in _ENDS_LINKS:
                break
            if _ends_list(block) and block.links < 0.5:
                break
            if (block.vote or 0) > 0.8 and block.links < 0.3:
                break
            end += 1
        return end

    def _names_footer(self, at: int) -> bool:
        return self._named(at) in (Reason.FOOTER, Reason.COOKIE)

    def _named(self, at: int) -> Reason | None:
        verdict = self.noise[at]
        return verdict.reason if verdict else None

    # -- which blocks are content --------------------------------------------------------------------------------

    def _voted(self) -> list[bool]:
        content = []
        for block in self.blocks:
            vote = block.vote or 0.0
            bar = 0.8 if block.hint else 0.5
            content.append(vote >= bar)
        return content

    def _path(self) -> list[bool]:
        """The best two-state path (noise, content) over the line scores: Viterbi with a price on each turn."""
        told = sum(verdict is not None and verdict.reason not in _NEUTRAL for verdict in self.noise)
        if told < _TOLD or told < _TOLD_SHARE * len(self.blocks):
            return self._clean()
        scores = [self._score(i, block) for i, block in enumerate(self.blocks)]
        turn = min(max(_TURN[0], _TURN_SHARE * sum(score for score in scores if score > 0)), _TURN[1])
        best = (0.0, 0.0)
        came: list[tuple[int, int]] = []
        for score in scores:
            noise, content = best
            came.append((int(content - turn / 2 > noise), int(content >= noise - turn)))
            best = (max(noise, content - turn / 2), max(content, noise - turn) + score)
        state = int(best[1] >= best[0])
        path = [False] * len(scores)
        for i in range(len(scores) - 1, -1, -1):
            path[i] = state == 1
            state = came[i][state]
        return _trimmed(path, scores)

    def _clean(self) -> list[bool]:
        """A text in which hardly a line says what noise says is text all through, but for dated titles at its ends."""
        content = [True] * len(self.blocks)
        for steps in (range(len(content)), range(len(content) - 1, -1, -1)):
            dated = list(takewhile(lambda i: self._dated_title(self.blocks[i]), steps))
            if len(dated) >= _RUN:
                for i in dated:
                    content[i] = False
        return content

    @staticmethod
    def _dated_title(block: Block) -> bool:
        return block.size < _LONG_WORDS and not _FULL_STOP.search(block.text) and bool(_DATE.search(block.text))

    def _score(self, i: int, block: Block) -> float:
        if self.noise[i] is not None:
            return -1.0 if self._named(i) in _NEUTRAL else _SHORT
        if block.kind in _WRITTEN:
            return 1.0
        if block.terminal and block.size >= 8:
            return min(block.size, 50.0)
        if block.size >= 20:
            return 0.7 * min(block.size, 50.0)
        if self.runs[i] >= _RUN:
            return _LISTED
        if block.terminal and block.size >= 3:
            return block.size - 2
        return _SHORT if block.size < 12 else _SHORT / 2

    def _fallback(self, content: list[bool]) -> list[bool]:
        """A page without content keeps what nothing speaks against: nothing is worse than an empty page."""
        if any(kept and self.noise[i] is None for i, kept in enumerate(content)):
            return content
        bar = 6.0 if any(b.size >= 6 for b in self.blocks) else 0.0
        return [
            self.noise[i] is None and b.hint is None and b.size >= bar and b.links < 0.6
            for i, b in enumerate(self.blocks)
        ]

    # -- title, caption, repeats ---------------------------------------------------------------------------------

    def _find_title(self, content: list[bool]) -> None:
        first = next((i for i, kept in enumerate(content) if kept and self.noise[i] is None), len(content))
        known = {_plain(self.page.title)} | {_plain(part) for part in regex.split(r"\s[|–—-]\s|[|_]", self.page.title)}
        best = (0.0, -1)
        for i in range(max(0, first - 25), min(first + 1, len(self.blocks))):
            block = self.blocks[i]
            if block.hidden or block.words > 45:
                continue
            score = 0.0
            if _plain(block.text) in known and block.words >= 2:
                score += 6.0
            if block.kind is Kind.HEADING:
                score += 5.0 - block.level
            if self.page.format == "text":
                score += self._title_shape(i) - 0.1 * (first - i)
            if score > best[0]:
                best = (score, i)
        if best[1] >= 0 and best[0] >= 0.5:
            self.title = self._topmost(best[1])
            content[self.title] = True
            self.noise[self.title] = None
            for i in range(self.title + 1, first):
                block = self.blocks[i]
                lead = block.size >= _LEAD_WORDS and block.links < 0.3 and block.hint is None and not block.marker
                content[i] = lead and not _TRAILS.search(block.text) and not _DATE.search(block.text)

    def _topmost(self, i: int) -> int:
        """Of title-like lines in a row the first is the title, the others are a lead."""
        while self.page.format == "text" and i > 0 and self._title_shape(i - 1) >= max(3.0, self._title_shape(i)):
            i -= 1
        return i

    def _title_shape(self, i: int) -> float:
        """How much a line of text looks like a title: of its length, above byline, date or share bar, without a full stop."""
        block = self.blocks[i]
        letters = sum(map(str.isalpha, block.text))
        if self.noise[i] is not None or block.marker or not 3 <= block.size <= 28 or 2 * letters < len(block.text):
            return 0.0
        above = self._above_furniture(i)
        if block.size < 4 and not above:
            return 0.0
        score = 3.5 if above else 2.0
        if _FULL_STOP.search(block.text):
            score -= 1.0
        trails = len(_TRAILS.findall(block.text))
        if _DATE.search(block.text) or trails > 1 or (trails and block.size < 6):
            score -= 2.0
        return score

    def _above_furniture(self, i: int) -> bool:
        """Whether one of the next lines is what stands below a title: a byline, a date, a share bar."""
        for at in range(i + 1, min(i + 4, len(self.blocks))):
            dated = self.blocks[at].words <= _DATELINE_WORDS and _DATE.search(self.blocks[at].text)
            if dated or self._named(at) in (Reason.BYLINE, Reason.METADATA, Reason.SHARE):
                return True
        return False

    def _captions(self, content: list[bool]) -> None:
        """A caption beside content is content: its first copy stays."""
        for i, block in enumerate(self.blocks):
            if block.kind is Kind.CAPTION and not content[i] and self.noise[i] is None and block.words >= 3:
                near = content[max(0, i - 3) : i + 4]
                inside = any(content[: i + 1]) or self.title >= 0
                if block.hint in (None, Reason.CAPTION) and inside and any(near):
                    content[i] = True

    def _repeats(self, content: list[bool]) -> None:
        """A copy goes when it follows at once, and a second one when it is long or close by; a refrain stays."""
        own = [
            i
            for i, block in enumerate(self.blocks)
            if content[i] and self.noise[i] is None and block.words >= 4 and block.kind not in _REPEATING_KINDS
        ]
        keys = {i: self.blocks[i].key() for i in own}
        copies = Counter(keys.values())
        last: dict[str, int] = {}
        for i in own:
            before = last.get(keys[i])
            if before is not None:
                alike = copies[keys[i]] == 2 and (i - before <= _CLOSE or self.blocks[i].words >= _REPEATED_WORDS)
                if i - before == 1 or alike:
                    self.noise[i] = Verdict(Reason.DUPLICATE_IN_DOCUMENT, 0.95, f"the same text is block {before}")
                    continue
            last[keys[i]] = i

    def _template(self) -> None:
        for i, repeated in enumerate(self.repeated):
            if repeated and i != self.title and self.noise[i] is None:
                self.noise[i] = Verdict(Reason.SITE_TEMPLATE, 0.9, "the site repeats it on other pages")

    # -- the verdict ---------------------------------------------------------------------------------------------

    def _settle(self, i: int, content: list[bool]) -> Verdict:
        block, verdict = self.blocks[i], self.noise[i]
        if verdict is None and content[i]:
            if i == self.title:
                block.kind = Kind.TITLE
                return Verdict(None, 0.95, "title")
            return Verdict(None, self._sureness(i), "content")
        if verdict is None:
            verdict = self._unnamed(i, content)
        if verdict.reason is not None and verdict.reason.value in self.keep:
            return Verdict(None, verdict.confidence, f"{verdict.reason.value} is kept by a setting: {verdict.evidence}")
        return verdict

    def _sureness(self, i: int) -> float:
        block = self.blocks[i]
        if block.vote is not None:
            return round(0.5 + 0.45 * block.vote, 2)
        return 0.9 if _is_prose(block) else 0.7

    def _unnamed(self, i: int, content: list[bool]) -> Verdict:
        """The reason for a block that no line, section or repeat has named: its markup, its shape, its place."""
        block = self.blocks[i]
        if block.hint is not None:
            return Verdict(block.hint, 0.85, f"inside {block.hinted_by!r}")
        body = [at for at, kept in enumerate(content) if kept and at != self.title and self.noise[at] is None]
        first, last = (body[0], body[-1]) if body else (len(content), -1)
        neighbours = [
            n for n in (self.noise[i - 1] if i else None, self.noise[i + 1] if i + 1 < len(content) else None) if n
        ]
        if any(n.reason is Reason.BYLINE for n in neighbours) and block.words <= 6:
            return Verdict(Reason.BYLINE, 0.75, "a short line beside a byline")
        if any(n.reason is Reason.COMMENTS for n in neighbours) and _NUMBER.match(block.text):
            return Verdict(Reason.COMMENTS, 0.7, "a count beside comments")
        if self.title >= 0 and self.title < i < first and block.words <= 12 and block.links < 0.6:
            return Verdict(Reason.BYLINE, 0.65, "a short line between title and text")
        if block.links > 0.6 or self.runs[i] >= _RUN:
            reason = Reason.NAVIGATION if i < first else Reason.RELATED_LINKS
            shape = f"one of {self.runs[i]} short lines in a row" if self.runs[i] >= _RUN else "a link"
            return Verdict(reason, 0.75, f"{shape}, link density {block.links:.2f}")
        if i < first:
            return Verdict(Reason.NAVIGATION, 0.6, "stands before the text")
        if i > last:
            return Verdict(Reason.FOOTER, 0.55, "stands after the text")
        return Verdict(Reason.LOW_CONTENT, 0.5, "a short line that the text does not need")


def _trimmed(path: list[bool], scores: list[float]) -> list[bool]:
    """The path without the short lines at both ends of each run of content: they are what stands around a text."""
    kept = list(path)
    for steps in (range(len(path)), range(len(path) - 1, -1, -1)):
        inside = False
        for i in steps:
            inside = path[i] and (inside or scores[i] > 0)
            kept[i] = kept[i] and inside
    return kept


def _is_prose(block: Block) -> bool:
    return block.size >= _LONG_WORDS or (block.terminal and block.size >= 8)


def _ends_list(block: Block) -> bool:
    if block.marker:
        return False
    return block.size >= _LONG_WORDS or (block.size >= _PROSE_WORDS and bool(_FULL_STOP.search(block.text)))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _title_runs(blocks: list[Block]) -> list[int]:
    """For each block the length of the run of title-like lines it stands in, 0 outside one."""
    runs = [0] * len(blocks)
    start = 0
    for i in range(len(blocks) + 1):
        if i < len(blocks) and blocks[i].size < 25 and not _FULL_STOP.search(blocks[i].text):
            continue
        for at in range(start, i):
            runs[at] = i - start
        start = i + 1
    return runs
