"""Inheritance: what elements pass down to those inside them; kernels over the columns of a tree."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from typing import Final

import numpy as np

from cleanse.boilerplate.blocks import KIND, REASON
from cleanse.boilerplate.called import (
    BIT,
    BY_NAMES,
    BY_TAG,
    HIDDEN,
    OWN_KIND,
    OWN_LEVEL,
    PREFORMATTED,
    ROOT,
    SIDE,
    STEP,
)
from cleanse.boilerplate.scanned import NAME, VALUES
from cleanse.compiled import kernel
from cleanse.schema import Kind, Reason

#: The name and the first five attributes are what an element is called by.
_CALLED_BY: Final = 5
_MIX: Final = np.int64(-0x61C8864680B583EB)
#: What text is, in no element that says more: its place in `Kind`.
_PARAGRAPH: Final = KIND[Kind.PARAGRAPH]
#: Hints that no other replaces farther inside.
_SETTLED: Final = tuple(REASON[reason] for reason in (Reason.COMMENTS, Reason.COOKIE, Reason.RELATED_LINKS))


@kernel
def fingerprints(data, elements):
    """A number for each element: equal for those that are called alike."""
    found = np.empty(len(elements), np.int64)
    for e in range(len(elements)):
        value = np.int64(0)
        for part in range(_CALLED_BY + 1):
            at = NAME if part == 0 else VALUES + 2 * (part - 1)
            value = (value ^ 255) * _MIX
            for i in range(elements[e, at], elements[e, at + 1]):
                value = (value ^ data[i]) * _MIX
                value ^= value >> 29
        found[e] = value
    return found


@kernel
def inherit(parent, depth, first, last, name, called, hides):
    """The columns ``kind`` to ``wider`` of `cleanse.boilerplate.tree.Tree`."""
    n = len(parent)
    kind, level, hint = np.zeros(n, np.int64), np.zeros(n, np.int64), np.full(n, -1, np.int64)
    owner, hidden, pre = np.full(n, -1, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    inside, inner, outer = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    path, wider = np.zeros(n, np.int64), np.zeros(n, np.int64)
    kind[0] = _PARAGRAPH
    for e in range(1, n):
        above, k = parent[e], name[e]
        kind[e] = called[k, OWN_KIND] if called[k, OWN_KIND] >= 0 else kind[above]
        level[e] = called[k, OWN_LEVEL] if called[k, OWN_LEVEL] >= 0 else level[above]
        hint[e], owner[e] = hint[above], owner[above]
        if not called[k, ROOT]:
            if called[k, BY_NAMES] >= 0 and hint[above] not in _SETTLED:
                hint[e], owner[e] = called[k, BY_NAMES], e
            elif hint[above] < 0 and called[k, BY_TAG] >= 0:
                hint[e], owner[e] = called[k, BY_TAG], e
        hidden[e] = hidden[above] | called[k, HIDDEN] | hides[e]
        pre[e] = pre[above] | called[k, PREFORMATTED]
        inside[e] = inside[above] | called[k, BIT]
        inner[e] = depth[e] if called[k, SIDE] & 1 else inner[above]
        outer[e] = depth[e] if called[k, SIDE] & 2 else outer[above]
        step = called[k, STEP]
        path[e] = ((path[above] ^ step) * _MIX ^ (step >> 31)) if step != 0 else path[above]
        same = above > 0 and first[above] == first[e] and last[above] == last[e]
        wider[e] = wider[above] if same else above
    return kind, level, hint, owner, hidden, pre, inside, inner, outer, path, wider


@kernel
def containers(element, first, last, wider, most):
    """(first block, last block + 1) of the ``most`` containers around each block, from the inside out, each with more
    blocks than the one before it; the page where there are no more."""
    n = len(element)
    lows, highs = np.zeros((n, most), np.int64), np.full((n, most), n, np.int64)
    for i in range(n):
        level, width, e = 0, 1, element[i]
        while e > 0 and level < most:
            # a block that ends with its element is not yet counted in it
            low, high = min(first[e], i), max(last[e], i + 1)
            if high - low > width:
                lows[i, level], highs[i, level] = low, min(high, n)
                level, width = level + 1, high - low
            e = wider[e]
    return lows, highs


@kernel
def weights_above(element, parent, name, near, far, roots, reach):
    """(near, far) for each block, both a tuple of sums, lowest and highest: over the ``reach`` nearest elements around it that
    are no roots, and over the others. ``near`` and ``far`` have a row for each name."""
    n, count = len(parent), len(element)
    summed, lowest, highest = np.zeros(n), np.zeros(n), np.zeros(n)
    for e in range(1, n):
        above, k = parent[e], name[e]
        weight = 0 if roots[k] else 1
        summed[e] = summed[above] + weight * far[k, 0]
        lowest[e] = min(lowest[above], weight * far[k, 1])
        highest[e] = max(highest[above], weight * far[k, 2])
    close, far_off = np.zeros((3, count)), np.zeros((3, count))
    for i in range(count):
        e, seen = element[i], 0
        while e > 0 and seen < reach:
            k = name[e]
            if not roots[k]:
                close[0, i] += near[k, 0]
                close[1, i], close[2, i] = min(close[1, i], near[k, 1]), max(close[2, i], near[k, 2])
                seen += 1
            e = parent[e]
        far_off[0, i], far_off[1, i], far_off[2, i] = summed[e], lowest[e], highest[e]
    return (close[0], close[1], close[2]), (far_off[0], far_off[1], far_off[2])
