"""Paragraphs and code: which lines of a text go on with the line before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.characters import ENDS, LETTER, LOWER, NEWLINE, OPEN, RESUMES
from cleanse.boilerplate.lines import has_marker

if TYPE_CHECKING:
    from cleanse.boilerplate.characters import Characters, Flags, Places

_FENCES = ("`", "~")
_FENCE_LENGTH = 3

#: A page is hard-wrapped when this share of its inner lines are nearly as long as the longest usual line.
_WRAPPED_SHARE = 0.6
_WRAP_WIDTHS = (50, 110)
#: ... and fewer than this share of those end a sentence: lines that all do are paragraphs of one length.
_ENDED_SHARE = 0.5
#: The longest usual line is longer than this share of all; a page of fewer lines has none.
_USUAL = 0.95
_FEWEST_LINES = 6
#: A line is nearly so long, and one that goes on in the next has this share of it.
_NEARLY = 0.8
_FULL = 0.72
#: A hard-wrapped line is indented by fewer characters.
_INDENT = 200
#: A menu in lower case is a run of short lines; a sentence that goes on has a half of so many characters.
_HALF = 30
#: Lengths have so many bits where they are sorted within their texts.
_BITS = 32


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of some texts, from their first to their last written character; those of text ``t`` are ``offsets[t]`` to
    ``offsets[t + 1]``."""

    starts: Places
    ends: Places
    offsets: Places

    @property
    def each(self) -> Places:
        """How many lines each text has."""
        return np.diff(self.offsets)

    @property
    def lengths(self) -> Places:
        """How many characters each line has."""
        return self.ends - self.starts


def continued(characters: Characters, lines: Lines) -> Flags:
    """For each line whether it belongs to the block of the line before it: as a paragraph, or as code between fences."""
    widths = np.repeat(_wrap_widths(characters, lines), lines.each)
    newlines = np.flatnonzero(characters.classes == NEWLINE)
    margins = newlines[np.searchsorted(newlines, lines.starts) - 1] + 1
    joined, unsure = _evidence(characters, lines, widths, margins, _close(lines, newlines))
    _keep_code(characters, lines, joined, unsure)
    # what is left depends on the length of the paragraph so far
    begun = np.maximum.accumulate(np.where(joined | unsure, 0, np.arange(len(joined))))
    last = 0
    for line in np.flatnonzero(unsure).tolist():
        before = line - 1
        first = max(int(begun[before]), last)
        start, end = int(lines.starts[first]), int(lines.ends[before])
        if width := int(widths[line]):
            margin = int(margins[before])
            if margin > max(int(lines.starts[before]) - _INDENT, start):
                start = margin
            joined[line] = first < before and end - start >= _FULL * width
        else:
            joined[line] = end - start >= _HALF
        if not joined[line]:
            last = line
    return joined


def fences(characters: Characters, starts: Places) -> Flags:
    """Whether lines begin with a fence of code."""
    codes = characters.codes
    first = codes[starts]
    found = np.isin(first, [ord(mark) for mark in _FENCES])
    for step in range(1, _FENCE_LENGTH):
        found &= codes[starts + step] == first
    return found


def _wrap_widths(characters: Characters, lines: Lines) -> Places:
    """For each text the column at which it breaks its lines, 0 where it is not hard-wrapped."""
    each, lengths = lines.each, lines.lengths
    text = np.repeat(np.arange(len(each)), each)
    ordered = np.sort(text << _BITS | lengths) & (1 << _BITS) - 1
    many = np.flatnonzero(each >= _FEWEST_LINES)
    usual = np.zeros(len(each), np.intp)
    usual[many] = ordered[lines.offsets[many] + (each[many] * _USUAL).astype(np.intp)]
    full = np.flatnonzero(lengths >= _NEARLY * usual[text])
    count = np.bincount(text[full], minlength=len(each))
    ended = np.bincount(text[full[characters.has(ENDS, lines.ends[full] - 1)]], minlength=len(each))
    wrapped = (count >= _WRAPPED_SHARE * each) & (ended < _ENDED_SHARE * count)
    return np.where(wrapped & (usual >= _WRAP_WIDTHS[0]) & (usual <= _WRAP_WIDTHS[1]), usual, 0)


def _close(lines: Lines, newlines: Places) -> Places:
    """The lines that have no blank line before them; never the first of a text."""
    between = np.searchsorted(newlines, lines.starts[1:]) - np.searchsorted(newlines, lines.ends[:-1])
    close = np.append(False, between <= 1)[: len(lines.starts)]
    close[lines.offsets[:-1][lines.each > 0]] = False
    return np.flatnonzero(close)


def _evidence(
    characters: Characters, lines: Lines, widths: Places, margins: Places, close: Places
) -> tuple[Flags, Flags]:
    """(whether a line surely goes on with the one before it, whether it may, as the paragraph before it is long or
    short). ``margins``: where the line begins, white space and all."""
    joined, unsure = np.zeros((2, len(lines.starts)), bool)
    lengths = lines.lengths

    wrapped = close[widths[close] > 0]
    wrapped = wrapped[~has_marker(characters, lines.starts[wrapped], lines.ends[wrapped])]
    before, wanted = wrapped - 1, _FULL * widths[wrapped]
    joined[wrapped] = lengths[before] >= wanted
    unsure[wrapped] = ~joined[wrapped] & (lines.ends[before] - margins[before] >= wanted)

    loose = close[widths[close] == 0]
    starts, before = lines.starts[loose], lines.ends[loose - 1] - 1
    goes_on = (characters.classes[starts] == LOWER) | characters.has(RESUMES, starts)
    goes_on &= characters.has(OPEN, before)
    half = np.maximum(lengths[loose], lengths[loose - 1]) < _HALF
    half &= characters.has(LETTER, starts)
    joined[loose] = goes_on & ~half
    unsure[loose] = goes_on & half
    return joined, unsure


def _keep_code(characters: Characters, lines: Lines, joined: Flags, unsure: Flags) -> None:
    """Code is one block from fence to fence, an unclosed one runs to the end; the line after it is a block of its own."""
    found = np.flatnonzero(fences(characters, lines.starts))
    text = np.searchsorted(lines.offsets, found, "right") - 1
    stops = lines.offsets[text + 1].tolist()
    closed = 0
    for at, (line, stop) in enumerate(zip(found.tolist(), stops, strict=True)):
        if line < closed:
            continue
        closed = int(found[at + 1]) + 1 if at + 1 < len(found) and stops[at + 1] == stop else stop
        joined[line], joined[line + 1 : closed] = False, True
        unsure[line:closed] = False
        if closed < stop:
            joined[closed] = unsure[closed] = False
