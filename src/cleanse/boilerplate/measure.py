"""What the text of each block says of it: length, marks at either end, dates, phrases; read for a whole page at once.

A pattern is only asked about the blocks whose characters allow it to match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanse.boilerplate.blocks import UNSPACED_WEIGHT
from cleanse.boilerplate.characters import DIGIT, END, IDEOGRAPH, SPACE, SYMBOL, UNDERSCORE
from cleanse.boilerplate.lines import ends_sentence, has_date, has_marker, is_terminal, trails
from cleanse.boilerplate.phrases import normal, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleanse.boilerplate.blocks import Block
    from cleanse.boilerplate.characters import Characters, Counts

#: A date or a time has so many digits: 9:05.
_DATE_DIGITS = 3
#: What follows the number or letter of an item: "1)", "12.".
_NUMBERED = np.array([ord(")"), ord(".")], np.uint32)
#: Full stops, as `ends_sentence` knows them.
_STOPS = np.array([ord(mark) for mark in ".。।۔"], np.uint32)
#: Separators, as `trails` counts them.
_SEPARATORS = np.array([ord(mark) for mark in "›»>＞/|·•→-–—"], np.uint32)


def measure(blocks: Sequence[Block], characters: Characters) -> Counts | None:
    """Complete the blocks of a page with what their texts say; the counts of their characters, None without blocks."""
    if not blocks:
        return None
    starts, ends = (np.array([getattr(block, side) for block in blocks]) for side in ("start", "end"))
    counts = characters.counts(starts, ends)
    words, begins = characters.words()
    last, stops = characters.classes[ends - 1], np.isin(characters.codes[ends - 1], _STOPS)
    columns = zip(
        blocks,
        np.searchsorted(begins, starts).tolist(),
        np.searchsorted(begins, ends).tolist(),
        counts[IDEOGRAPH].tolist(),
        (counts[DIGIT] + counts[UNDERSCORE] + counts[IDEOGRAPH] == 0).tolist(),
        _may_have_marker(characters, starts).tolist(),
        (last == END).tolist(),
        stops.tolist(),
        ((last == DIGIT) | (last == SPACE) | (last == SYMBOL)).tolist(),
        (counts[DIGIT] >= _DATE_DIGITS).tolist(),
        _may_trail(characters, starts, ends).tolist(),
        strict=True,
    )
    find = phrases().find_normal
    for block, first, after, unspaced, lettered, marked, ended, stopped, closed, numbered, separated in columns:
        text, key = block.text, " ".join(words[first:after]).lower()
        block.known_key = key
        block.words = after - first
        block.size = block.words - unspaced * (1 - UNSPACED_WEIGHT)
        block.marker = marked and has_marker(text)
        block.terminal = ended or (closed and is_terminal(text))
        block.stops = stopped or (closed and block.terminal and ends_sentence(text))
        block.dated = numbered and has_date(text)
        block.trails = trails(text) if separated else 0
        block.said = find(key if lettered else normal(text), block.words)
    return counts


def _may_have_marker(characters: Characters, starts: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether blocks begin with a symbol, or with one or two characters and a stop or a bracket."""
    codes = characters.codes
    second, third = (np.isin(codes[np.minimum(starts + step, len(codes) - 1)], _NUMBERED) for step in (1, 2))
    may: NDArray[np.bool_] = (characters.classes[starts] == SYMBOL) | second | third
    return may


def _may_trail(characters: Characters, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether there is a separator in blocks, or what is one between spaces."""
    symbols = np.flatnonzero(characters.classes == SYMBOL)
    separators = symbols[np.isin(characters.codes[symbols], _SEPARATORS)]
    may: NDArray[np.bool_] = np.searchsorted(separators, ends) > np.searchsorted(separators, starts)
    return may
