"""Paragraphs and code: which lines of a text go on with the line before them."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cleanse.boilerplate.characters import (
    BREAK,
    ENDS,
    LETTER,
    LOWER,
    NEWLINE,
    OPEN,
    RESUMES,
    ZERO_WIDTH,
    character_bits,
)
from cleanse.boilerplate.lines import is_item
from cleanse.compiled import kernel

if TYPE_CHECKING:
    from cleanse.boilerplate.characters import Characters, Flags, Places

_BACKTICK, _TILDE = map(ord, "`~")

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
    ``offsets[t + 1]``. ``margins`` are where they begin, white space and all, ``gaps`` how many line breaks stand before them.
    """

    starts: Places
    ends: Places
    margins: Places
    gaps: Places
    offsets: Places

    @property
    def each(self) -> Places:
        """How many lines each text has."""
        return np.diff(self.offsets)

    @property
    def lengths(self) -> Places:
        """How many characters each line has."""
        return self.ends - self.starts


def find_lines(characters: Characters) -> Lines:
    """The lines that are not blank, without the white space around them."""
    starts, ends, margins, gaps = _lines(characters.classes)
    return Lines(starts, ends, margins, gaps, np.searchsorted(starts, characters.bases))


def continued(characters: Characters, lines: Lines) -> Flags:
    """For each line whether it belongs to the block of the line before it: as a paragraph, or as code between fences."""
    joined: Flags = _joined(
        characters.codes,
        characters.classes,
        character_bits(),
        lines.starts,
        lines.ends,
        lines.margins,
        lines.gaps,
        lines.offsets,
        _wrap_widths(characters, lines),
    )
    return joined


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


@kernel
def _lines(classes: Any) -> Any:
    most, inside = 1, False
    for kind in classes:  # not every line break: a text may be all line breaks
        most += inside and kind >= BREAK
        inside = kind < ZERO_WIDTH or (inside and kind < BREAK)
    starts, ends, margins = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    gaps = np.empty(most, np.int64)
    n = newlines = margin = end = 0
    inside = False
    for i in range(len(classes)):
        kind = classes[i]
        if kind < ZERO_WIDTH:
            end = i + 1
            if not inside:
                inside = True
                starts[n], margins[n], gaps[n] = i, margin, newlines
                newlines = 0
        elif kind >= BREAK:
            if inside:
                inside = False
                ends[n] = end
                n += 1
            if kind == NEWLINE:
                newlines, margin = newlines + 1, i + 1
    # the last text has a line break behind it
    return starts[:n], ends[:n], margins[:n], gaps[:n]


@kernel
def _joined(
    codes: Any, classes: Any, bits: Any, starts: Any, ends: Any, margins: Any, gaps: Any, offsets: Any, widths: Any
) -> Any:
    joined = np.zeros(len(starts), np.bool_)
    for text in range(len(offsets) - 1):
        # of code: within it, and right behind it; the first line of the paragraph so far
        fenced, closed, first = False, False, offsets[text]
        width = widths[text]
        for line in range(offsets[text], offsets[text + 1]):
            before, start = line - 1, starts[line]
            fence = _is_fence(codes, start)
            if fenced:
                joined[line], fenced, closed = True, not fence, fence
                continue
            if not (fence or closed or line == offsets[text] or gaps[line] > 1):
                if width:
                    if not is_item(codes, bits, start, ends[line]):
                        joined[line] = _is_full(starts, ends, margins, first, before, _FULL * width)
                elif bits[codes[ends[before] - 1]] & OPEN and (
                    classes[start] == LOWER or bits[codes[start]] & RESUMES != 0
                ):
                    longer = max(ends[line] - start, ends[before] - starts[before])
                    short = longer < _HALF and bits[codes[start]] & LETTER != 0
                    joined[line] = not short or ends[before] - starts[first] >= _HALF
            fenced, closed = fence, False
            if not joined[line]:
                first = line
    return joined


@kernel
def _is_full(starts: Any, ends: Any, margins: Any, first: Any, before: Any, wanted: Any) -> Any:
    """Whether a hard-wrapped line is long enough to go on, with its indent where it is one of a paragraph."""
    if ends[before] - starts[before] >= wanted:
        return True
    if ends[before] - margins[before] < wanted or first == before:
        return False
    start = starts[first]
    if margins[before] > max(starts[before] - _INDENT, start):
        start = margins[before]
    return ends[before] - start >= wanted


@kernel
def _is_fence(codes: Any, start: Any) -> Any:
    """Whether a line begins with a fence of code."""
    mark = codes[start]
    return mark in (_BACKTICK, _TILDE) and codes[start + 1] == mark and codes[start + 2] == mark
